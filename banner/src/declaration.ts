/**
 * The cookie declaration inside a page of the site: it fills every
 * `<div data-sluis-declaration>`. It stands in the page's own flow, so that it
 * takes over the page's fonts, headings and colours, and shows the visitor's
 * own choice where the gate is on the page.
 */
import { signalled } from './browsersignal';
import css from './declaration.css';
import { h } from './element';

const script = document.currentScript as HTMLScriptElement;

const grow = ([tag, attributes, ...children]: Tree): HTMLElement => {
  const element = document.createElement(tag);
  for (const name in attributes) element.setAttribute(name, attributes[name]!);
  element.append(...children.map((child) => (typeof child == 'string' ? child : grow(child))));
  return element;
};

/** Boxes that cannot be ticked say on and off in every language, also aloud. */
const state = (name: string, checked: boolean, ...below: HTMLElement[]): HTMLElement =>
  h('li', {}, h('label', {}, h('input', { type: 'checkbox', checked, disabled: true }), ' ', name), !!below.length && h('ul', {}, ...below));

const choice = (sluis: NonNullable<typeof window.Sluis>): Node[] => {
  const [, none, number, gpc] = DECLARED_TEXTS;
  const chosen = sluis.choice;
  const consentId = chosen?.split('.').pop();
  const categories = DECLARED_CATEGORIES.map(([id, name]) => {
    const allowed = sluis.allows(id);
    // Decided apart from their category.
    const apart = DECLARED_SERVICES.filter(([service, , category]) => category == id && sluis.allows(`service:${service}`) != allowed);
    return state(name, allowed, ...apart.map(([, name]) => state(name, !allowed)));
  });
  return [
    chosen
      ? h('ul', {}, ...categories)
      : h('p', {}, WITH_GPC && signalled() ? gpc : none),
    ...(consentId ? [h('p', {}, number, ': ', h('code', { dir: 'ltr' }, consentId))] : []),
  ];
};

/** What opens the preferences: made once, for the focus comes back to it after a choice (WCAG 2.4.3). */
const opener = (): HTMLElement => {
  const button = h('button', { type: 'button' }, DECLARED_TEXTS[0]);
  button.dataset.sluisOpen = '';
  return h('p', {}, button);
};

/** The page is in another language of the site, and nobody named one: the declaration comes again, in that one. */
const other = (place: Element): string | undefined => {
  const language = place.closest<HTMLElement>('[lang]')?.lang.toLowerCase().split('-')[0];
  return language && language != LANGUAGE && LANGUAGES.split('|').includes(language) && !/[?&]lang=/.test(script.src)
    ? language
    : undefined;
};

const fetchIn = (language: string): void => {
  const again = document.createElement('script');
  const url = script.src.split('?')[0] + '?lang=' + language;
  again.nonce = script.nonce;
  type Factory = { createPolicy: (name: string, rules: { createScriptURL: (url: string) => string }) => { createScriptURL: (url: string) => string } };
  // Where Trusted Types are required and this name is not allowed, the declaration stays in the language it has.
  again.src = (window as { trustedTypes?: Factory }).trustedTypes?.createPolicy('sluis-declaration', { createScriptURL: (url) => url }).createScriptURL(url) ?? url;
  document.head.append(again);
};

const show = (): void => {
  const places = [...document.querySelectorAll('[data-sluis-declaration]')];
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  document.adoptedStyleSheets.push(sheet);
  const own = new Map<Element, HTMLElement>();
  for (const place of places) {
    const declaration = grow(DECLARATION);
    place.replaceChildren(declaration);
    own.set(declaration.querySelector('.sluis-choice')!, opener());
  }
  const tell = (): void => {
    if (!window.Sluis?.allows) return;
    for (const [slot, button] of own) {
      // Put in once, for a button that is moved loses the focus.
      if (button.parentNode != slot) slot.append(button);
      while (slot.firstChild != button) slot.firstChild!.remove();
      button.before(...choice(window.Sluis));
    }
  };
  tell();
  document.addEventListener('sluis:choice', tell);
  // A page that was prerendered knows of no choice before it is looked at.
  document.addEventListener('sluis:ready', tell);
  // The gate may stand behind this script.
  addEventListener('load', tell);
  const language = places[0] && other(places[0]);
  if (language) fetchIn(language);
};

if (document.readyState == 'loading') document.addEventListener('DOMContentLoaded', show);
else show();
