/** Holds marked elements and managed services back, and lets go what the choice allows. */
import { decide, type Choice } from './choice';
import { configure } from './google';
import { emit, nonce, scriptFor, trust } from './page';

/** External scripts on their way: inline ones behind them wait, as they would in the page. */
let pending = 0;

const embedOf = (element: HTMLElement) => EMBEDS.find(([host]) => host == element.dataset.src?.split('/')[2]);

export const serviceOf = (element: HTMLElement): string | undefined =>
  element.dataset.service || (WITH_EMBEDS ? embedOf(element)?.[1] : undefined);

const run = (held: HTMLScriptElement): void => {
  const script = document.createElement('script');
  for (const { name, value } of held.attributes)
    /^(src|type|data-(consent|service|type))$/.test(name) || script.setAttribute(name, value);
  script.type = held.dataset.type || '';
  script.nonce = held.nonce;
  script.async = held.hasAttribute('async');
  if (held.src) {
    script.src = trust.createScriptURL(held.src);
    if (!script.async) {
      pending++;
      script.onload = script.onerror = () => {
        pending--;
        again();
      };
    }
  } else script.text = trust.createScript(held.text);
  held.replaceWith(script);
};

export const release = (element: HTMLElement): void => {
  const { dataset } = element;
  emit('release', { element, category: dataset.consent, service: serviceOf(element) });
  // The marks go first: what fails once is not tried again.
  delete dataset.consent;
  delete dataset.service;
  if (element.localName == 'script') run(element as HTMLScriptElement);
  else
    for (const name of ['srcset', 'src', 'href']) {
      let address = dataset[name];
      if (address) {
        if (WITH_REPLACE || WITH_QUERY) {
          const embed = embedOf(element);
          if (WITH_REPLACE && embed?.[2]) address = address.replace(embed[0], embed[2]);
          if (WITH_QUERY && embed?.[3]) address += (/\?/.test(address) ? '&' : '?') + embed[3];
        }
        element.setAttribute(name, address);
      }
    }
};

/** Loads a managed service. */
export const load = (service: (typeof SERVICES)[number]): void => {
  const [id, , address, when, attributes, google, scriptAttributes] = service;
  const script = scriptFor(address!);
  service[2] = '';
  if (WITH_ATTRIBUTES && attributes)
    for (const element of document.querySelectorAll(when!))
      for (const name in attributes) element.setAttribute(name, attributes[name]!);
  if (WITH_SCRIPT_ATTRIBUTES) for (const name in scriptAttributes) script.setAttribute(name, scriptAttributes[name]!);
  if (WITH_GOOGLE && google) configure(google);
  document.head.append(script);
  emit('release', { service: id });
};

let again: () => void;

/** Lets go whatever the choice allows, in document order; says whether an embed is still held. */
export const scan = (choice: Choice | undefined, next: () => void): boolean => {
  let embeds = false;
  let waiting = false;
  again = next;
  for (const element of document.querySelectorAll<HTMLScriptElement>('[data-consent],[data-service]')) {
    const script = element.localName == 'script';
    if (!decide(choice, element.dataset.consent, serviceOf(element))) embeds ||= element.localName == 'iframe';
    // Where the site runs on nonces, markup that was smuggled in has none.
    else if (!script || !nonce || element.nonce == nonce)
      if (!script || element.hasAttribute('async') || !(waiting ||= pending > 0 && !element.src)) release(element);
  }
  if (WITH_LOAD)
    for (const service of SERVICES) {
      const [id, , script, when] = service;
      if (script && (!WITH_WHEN || !when || document.querySelector(when)))
        if (decide(choice, '', id)) load(service);
        else if (WITH_WHEN) embeds ||= !!when;
    }
  return embeds;
};
