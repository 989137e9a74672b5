/** What the panel of ?sluis-debug lists: each tag, its state, by which rule, whose it is, and why. */
import { CATEGORIES, decide, Of, type Choice } from './choice';
import type { Gate } from './wire';

export type Row = readonly [state: string, what: string, rule: string, whose: string, why: string];

const names = new Map(GROUPS.flatMap(([, , services], i) => services.map(([id, name]) => [id, [name, CATEGORIES[i]!]] as const)));

/** An address without what says too much or too little. */
const short = (address: string | undefined): string => (address ?? '').replace(/^\w*:?\/\//, '').replace(/[?#].*/, '?…');

const whose = (category: string | undefined, id: string | undefined): string => {
  const [name, of] = names.get(id!) ?? [];
  return id == '-' ? 'a service that the site file does not list' : name ? `${name} (${of})` : category || 'nobody';
};

/** Why the choice allows it or not. */
const why = (choice: Choice | undefined, category: string | undefined, id: string | undefined): string => {
  const [name, own] = names.get(id!) ?? [];
  const of = own ?? category;
  const single = name && choice?.[Of.Services]!.match(`([+!])${id}(?![a-z\\d-])`)?.[1];
  if (of == 'necessary') return 'it is necessary';
  if (id == '-') return 'visitors were not told of it, so no choice allows it';
  if (!CATEGORIES.includes(of as never)) return of ? `there is no category “${of}”` : 'it has no category, and no service of the site is at its address';
  if (!choice) return 'no choice has been made yet';
  if (single) return `the visitor ${single == '+' ? 'allowed' : 'refused'} this service by itself`;
  return `the visitor ${decide(choice, category, id) ? 'allowed' : 'did not allow'} ${of}`;
};

const ruleOf = ({ consent, service }: DOMStringMap): string =>
  consent == 'caught' ? 'caught' : 'marked ' + [consent && `data-consent="${consent}"`, service && `data-service="${service}"`].filter(Boolean).join(' ');

/** A mark without what makes it inert holds nothing: only the net sees such a tag in time. */
const live = (element: HTMLScriptElement): string | false => {
  const { src, href, srcset } = element.dataset;
  if (element.localName == 'script') return /^$|javascript|module/.test(element.type) && 'it ran: write type="text/plain"';
  const address = ['src', 'href'].find((name) => element.hasAttribute(name));
  return !(src || href || srcset) && !!address && `it loaded: write data-${address} instead of ${address}`;
};

/** Addresses of scripts whose request failed while the panel was open; nothing tells of those before. */
export const failed = new Set<string>();

export const rowsOf = ([, read, , , serviceOf, services, , gone]: Gate): Row[] => {
  const choice = read();
  const rows: Row[] = [];
  for (const id in services) {
    const address = SERVICES[id]![1];
    if (!address) continue;
    const loaded = services[id]![1] == '';
    const when = services[id]![3];
    const absent = !loaded && when && !document.querySelector(when);
    const allowed = decide(choice, '', id);
    const broken = loaded && failed.has(new URL(address).href);
    rows.push([
      broken ? 'failed' : loaded ? 'loaded' : absent ? 'not here' : 'held', short(address), 'managed', whose('', id),
      broken ? 'its request was blocked, or nothing is there' : absent ? `the page has no ${when}` : loaded && !allowed ? 'a visitor’s click on “load once”' : why(choice, '', id),
    ]);
  }
  // A link of the page loads nothing by itself, whatever its data says.
  for (const element of document.querySelectorAll<HTMLScriptElement>(':is([data-consent],[data-service]):not(a, area)')) {
    const { dataset } = element;
    const id = (serviceOf(element) ?? element.dataset.service);
    const loose = live(element);
    rows.push([
      loose ? 'not held' : 'held', `<${element.localName}> ${short(dataset.src || dataset.href || element.src || element.getAttribute('href') || '') || 'inline'}`, ruleOf(dataset), whose(dataset.consent, id),
      loose || (decide(choice, dataset.consent, id) ? 'allowed, but its nonce is not the page’s, or a script before it is still on its way' : why(choice, dataset.consent, id)),
    ]);
  }
  for (const [held, marks] of gone) {
    const element = held!.deref();
    // What the page has thrown away is not on the page.
    if (!element) continue;
    const id = serviceOf({ dataset: marks });
    // Its managed script was listed above.
    if (!SERVICES[id!]?.[1] || marks.src != SERVICES[id!]![1])
      rows.push([
        'let go', `<${element.localName}> ${short(marks.src || marks.href || (element as HTMLScriptElement).src) || 'inline'}`, ruleOf(marks), whose(marks.consent, id),
        decide(choice, marks.consent, id) ? why(choice, marks.consent, id) : 'a visitor’s click on “load once”, or an earlier choice',
      ]);
  }
  return rows;
};
