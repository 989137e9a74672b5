/** Holds marked elements and managed services back, and lets go what the choice allows. */
import { decide } from './choice';
import { banner, call, choice, settled } from './gate';
import { configure } from './google';
import { emit, nonce, scriptFor } from './page';
import { Act } from './wire';

/** External scripts on their way: inline ones behind them wait, as they would in the page. */
let pending = 0;

export const serviceOf = ({ dataset: { service, src } }: HTMLElement): string | undefined =>
  service || (WITH_EMBEDS ? EMBEDS[src?.split('/')[2]!] : undefined);

/** Lets one element go. */
export const release = (element: HTMLElement): void => {
  const { dataset } = element;
  emit('release', element);
  // The marks go first: what fails once is not tried again.
  delete dataset.consent;
  delete dataset.service;
  if (element.localName == 'script') {
    const script = element as HTMLScriptElement;
    script.type = dataset.type || '';
    // What was inert once is async from then on, unless told otherwise.
    script.async = script.hasAttribute('async');
    if ((dataset.src || script.src) && !script.async) {
      pending++;
      const done = (): void => {
        pending--;
        look();
      };
      script.addEventListener('load', done);
      script.addEventListener('error', done);
    }
  }
  // The browser looks at what comes in: it runs a script then, and Chromium takes an
  // address for a frame that the parser is just inserting. The same element, for a
  // copy would lack what the parser still adds, and the page's trust in its text.
  // Addresses come after, or a frame or a link would ask twice.
  element.replaceWith(element);
  for (const name in dataset)
    if (/^(src|href)/.test(name)) {
      let address = dataset[name]!;
      const host = address.split('/')[2]!;
      if (WITH_SPARING) address = address.replace(host, SPARING[EMBEDS[host]!] || host);
      if (WITH_QUERY && QUERIES[host]) address += (/\?/.test(address) ? '&' : '?') + QUERIES[host];
      element.setAttribute(name, address);
    }
};

/** Loads a managed service. */
export const load = (service: Held): void => {
  const [, address, google, when, attributes, scriptAttributes] = service;
  const script = scriptFor(address!);
  service[1] = '';
  if (WITH_ATTRIBUTES && attributes) 
    for (const element of document.querySelectorAll(when as string)) for (const name in attributes) element.setAttribute(name, attributes[name]!);
  if (WITH_SCRIPT_ATTRIBUTES) for (const name in scriptAttributes) script.setAttribute(name, scriptAttributes[name]!);
  if (WITH_GOOGLE && google) configure(google);
  emit('release', script);
  document.head.append(script);
};

/**
 * Lets go whatever the choice allows, in document order, and has the banner
 * show what is left: the question, or placeholders for embeds.
 */
export const look = (): void => {
  let ask: unknown = !choice || banner;
  let waiting: unknown;
  for (const element of document.querySelectorAll<HTMLScriptElement>('[data-consent],[data-service]')) {
    const script = element.localName == 'script';
    if (!decide(choice, element.dataset.consent, serviceOf(element))) ask ||= element.localName == 'iframe';
    else if (
      !script ||
      // Where the site runs on nonces, markup that was smuggled in has none.
      ((!nonce || element.nonce == nonce) && (element.hasAttribute('async') || !(waiting ||= pending && !element.src)))
    )
      release(element);
  }
  if (WITH_LOAD)
    for (const [id, service] of Object.entries(SERVICES)) {
      const [, script, , when] = service;
      if (script && (!WITH_WHEN || !when || document.querySelector(when)))
        if (decide(choice, '', id)) load(service);
        else if (WITH_WHEN) ask ||= when;
    }
  if (ask) call(Act.Show);
  settled();
};
