/** Holds marked elements and managed services back, and lets go what the choice allows. */
import { decide } from './choice';
import { banner, call, choice, settled } from './gate';
import { configure } from './google';
import { emit, nonce, scriptFor, trust } from './page';
import { Act } from './wire';

/** External scripts on their way: inline ones behind them wait, as they would in the page. */
let pending = 0;

export const serviceOf = ({ dataset: { service, src } }: HTMLElement): string | undefined =>
  service || (WITH_EMBEDS ? EMBEDS[src?.split('/')[2]!] : undefined);

const run = (held: HTMLScriptElement): void => {
  const script = scriptFor(held.src);
  for (const { name, value } of held.attributes) if (name != 'src') script.setAttribute(name, value);
  script.type = held.dataset.type || '';
  script.nonce = held.nonce;
  script.text = trust.createScript(held.text);
  // A script made by a script is async unless told otherwise.
  script.async = held.hasAttribute('async');
  if (script.src && !script.async) {
    pending++;
    script.onload = script.onerror = () => {
      pending--;
      look();
    };
  }
  held.replaceWith(script);
};

export const release = (element: HTMLElement): void => {
  const { dataset } = element;
  emit('release', element);
  // The marks go first: what fails once is not tried again.
  delete dataset.consent;
  delete dataset.service;
  if (element.localName == 'script') run(element as HTMLScriptElement);
  else
    for (const name in dataset)
      if (/^(src|href)/.test(name)) {
        let address = dataset[name]!;
        const host = address.split('/')[2]!;
        if (WITH_SPARING) address = address.replace(host, SPARING[EMBEDS[host]!] || host);
        if (WITH_QUERY && QUERIES[host]) address += (/\?/.test(address) ? '&' : '?') + QUERIES[host];
        element.setAttribute(name, address);
        // Chromium forgets the address of a frame that the parser is just inserting.
        element.replaceWith(element);
      }
};

/** Loads a managed service. */
export const load = (service: Held): void => {
  const [, address, google, when, attributes, scriptAttributes] = service;
  const script = scriptFor(address);
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
    for (const id in SERVICES) {
      const service = SERVICES[id]!;
      const [, script, , when] = service;
      if (script && (!WITH_WHEN || !when || document.querySelector(when)))
        if (decide(choice, '', id)) load(service);
        else if (WITH_WHEN) ask ||= when;
    }
  if (ask) call(Act.Show);
  settled();
};
