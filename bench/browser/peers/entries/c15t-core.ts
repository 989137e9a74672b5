import { getOrCreateConsentRuntime } from 'c15t';
import { texts } from '../texts.ts';
import { settings } from './c15t-settings.ts';

const style = document.createElement('style');
style.textContent = `#consent-banner{position:fixed;inset:auto 1rem 1rem;max-width:32rem;padding:1rem;background:#fff;color:#111;border:1px solid #999;border-radius:8px}
#consent-banner button,#consent-dialog button{font:inherit;padding:.5rem 1rem;margin:0 .5rem .5rem 0}`;
document.head.append(style);

const { consentStore } = getOrCreateConsentRuntime(settings());
const categories = [['necessary', texts.categories.necessary], ['functionality', texts.categories.functional], ['measurement', texts.categories.analytics], ['marketing', texts.categories.social]] as const;

const banner = document.createElement('div');
banner.id = 'consent-banner';
banner.setAttribute('role', 'dialog');
banner.setAttribute('aria-label', texts.title);
banner.innerHTML = `<p>${texts.message}</p><div><button id="consent-accept">${texts.accept}</button><button id="consent-reject">${texts.refuse}</button><button id="consent-customize">${texts.choose}</button></div>`;
const dialog = document.createElement('dialog');
dialog.id = 'consent-dialog';
dialog.setAttribute('aria-label', texts.preferences);
dialog.innerHTML = `${categories.map(([id, [title, text]]) => `<p><label><input type="checkbox" name="${id}"${id === 'necessary' ? ' checked disabled' : ''}> ${title}</label><br>${text}</p>`).join('')}<button id="consent-save">${texts.save}</button>`;
document.body.append(banner, dialog);

const state = () => consentStore.getState();
const on = (id: string, act: () => void) => document.getElementById(id)!.addEventListener('click', act);
on('consent-accept', () => void state().saveConsents('all'));
on('consent-reject', () => void state().saveConsents('necessary'));
on('consent-customize', () => state().setActiveUI('dialog'));
on('consent-save', () => {
  for (const input of dialog.querySelectorAll('input')) state().setSelectedConsent(input.name as 'measurement', input.checked);
  void state().saveConsents('custom');
});
dialog.addEventListener('close', () => state().activeUI === 'dialog' && state().setActiveUI('banner'));
const show = () => {
  const { activeUI } = state();
  banner.style.display = activeUI === 'banner' ? 'block' : 'none';
  if (activeUI === 'dialog') { if (!dialog.open) dialog.showModal(); } else dialog.close();
};
show();
consentStore.subscribe(show);
