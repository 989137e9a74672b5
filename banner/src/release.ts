/** Lets one held element go, and remembers that it did. */
import { look } from './hold';
import { seen } from './net';
import { emit } from './page';
import { free, marksOf, retype, type Tag } from './tag';
import { whose } from './whose';
import type { Gone } from './wire';

/** External scripts on their way: inline ones behind them wait, as they would in the page. */
export const pending = new Set<Element>();

/** What was let go, with the marks it had: a withdrawal takes it back. What a page has thrown away may go. */
export const gone: Gone[] = [];

/** Whose address it is, where a host alone does not tell. */
const owner = WITH_NET
  ? whose
  : (address: string | undefined): string | undefined => EMBEDS[Object.keys(EMBEDS).find((start) => address?.split('//')[1]?.startsWith(start))!];

export const serviceOf = ({ dataset }: Pick<HTMLElement, 'dataset'>): string | undefined =>
  // Marks pass through what cleans the texts of visitors: a service that the site has
  // not hides no address, and one that is necessary none of another. What is caught is
  // whose the net says, whatever the page has in its data.
  WITH_SERVICES && ((WITH_NET && dataset.consent == 'caught') || SERVICES[dataset.service!]) && !(WITH_NECESSARY && SERVICES[dataset.service!]?.[0] == 1 && owner(dataset.src))
    ? dataset.service
    : WITH_EMBEDS
      ? WITH_NET || WITH_PATHS
        ? owner(dataset.src)
        : EMBEDS[dataset.src?.split('/')[2]!]
      : undefined;

/** Lets one element go, which may be a script. */
export const release = (element: HTMLElement & Partial<Pick<HTMLScriptElement, 'async' | 'src' | 'type'> & Tag>, script?: boolean): void => {
  const marks = WITH_NET ? marksOf(element) : element.dataset;
  emit('release', element);
  // A frame that was marked and live has its address in no mark.
  gone.push([new WeakRef(element), { ...(WITH_NET && element.localName == 'iframe' && { src: element.src }), ...marks }, script]);
  // The marks go first: what fails once is not tried again.
  if (WITH_NET) {
    seen.add(element);
    free(element);
  }
  delete element.dataset.service;
  delete element.dataset.consent;
  if (script) {
    if (WITH_NET) retype(element);
    else element.type = marks.type || '';
    // What was inert once is async from then on, unless told otherwise. What came in
    // as text never is, and never runs: nobody has to wait for it. What a script made
    // is as that wanted it.
    const runs = WITH_NET ? element.async || element.$given : element.async;
    if (!WITH_NET) element.async = element.hasAttribute('async');
    else if (!element.$given && !element.hasAttribute('async')) element.async = false;
    if (runs && (marks.src || element.src) && !element.async) {
      pending.add(element);
      const done = () => pending.delete(element) && look();
      element.addEventListener('load', done);
      element.addEventListener('error', done);
      // One that no browser runs, such as one that came in as text, says neither.
      setTimeout(done, 9e3);
    }
  }
  // The browser looks at what comes in: it runs a script then, and Chromium takes an
  // address for a frame that the parser is just inserting. The same element, for a
  // copy would lack what the parser still adds, and the page's trust in its text.
  // Addresses come after, or a frame or a link would ask twice. But a script that has
  // yet to get one would run the text behind it.
  if (!(WITH_NET && script && element.$given)) {
    // Too late to write into the page: it would replace the page. Browsers see to it
    // for scripts with an address.
    const { write, writeln } = document;
    const refuse = () => console.warn('Sluis: document.write', element);
    if (!element.src) document.write = document.writeln = refuse;
    element.replaceWith(element);
    // What the script itself put in their place stays.
    if (document.write == refuse) document.write = write;
    if (document.writeln == refuse) document.writeln = writeln;
  }
  for (const name of ['src', 'srcset', 'href']) {
    let address = marks[name];
    // Marks pass through what cleans the texts of visitors: they may give an address, and no script in one.
    if (address && !/^\W*j[^/?]*:/i.test(address)) {
      const host = address.split('/')[2]!;
      // Not a picture from one of its other hosts.
      if (WITH_SPARING && (!WITH_NET || element.localName == 'iframe')) address = address.replace(host, SPARING[(WITH_NET || WITH_PATHS ? owner(address) : EMBEDS[host])!] || host);
      if (WITH_QUERY) {
        const query = QUERIES[(WITH_NET || WITH_PATHS ? owner(address) : EMBEDS[host])!];
        if (query) address = address.replace(/#|$/, (/\?/.test(address) ? '&' : '?') + query + '$&');
      }
      // Not by a way that the net watches.
      if (WITH_NET) element.setAttributeNS(null, name, (script && element.$given) || address);
      else element.setAttribute(name, address);
    }
  }
};
