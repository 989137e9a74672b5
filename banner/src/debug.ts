/**
 * The panel of a page that was opened with ?sluis-debug: what is held and what
 * was let go, by which rule, and why. For whoever builds the page; it shows
 * nothing that the page's own scripts could not see, and sends nothing.
 */
import { signalled } from './browsersignal';
import { CATEGORIES, decide, Of, type Choice } from './choice';
import css from './debug.css';
import { button, h } from './element';
import type { BannerScript, Gate } from './wire';

type Row = readonly [state: string, what: string, rule: string, whose: string, why: string];

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

const rowsOf = ([, read, , , serviceOf, services, , gone]: Gate): Row[] => {
  const choice = read();
  const rows: Row[] = [];
  for (const id in services) {
    const address = SERVICES[id]![1];
    if (!address) continue;
    const loaded = services[id]![1] == '';
    const when = services[id]![3];
    const absent = !loaded && when && !document.querySelector(when);
    const allowed = decide(choice, '', id);
    rows.push([
      loaded ? 'loaded' : absent ? 'not here' : 'held', short(address), 'managed', whose('', id),
      absent ? `the page has no ${when}` : loaded && !allowed ? 'a visitor’s click on “load once”' : why(choice, '', id),
    ]);
  }
  for (const element of document.querySelectorAll<HTMLScriptElement>('[data-consent],[data-service]')) {
    const { dataset } = element;
    const id = (serviceOf(element) ?? element.dataset.service);
    rows.push([
      'held', `<${element.localName}> ${short(dataset.src || dataset.href || element.src) || 'inline'}`, ruleOf(dataset), whose(dataset.consent, id),
      decide(choice, dataset.consent, id) ? 'allowed, but its nonce is not the page’s, or a script before it is still on its way' : why(choice, dataset.consent, id),
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

/** Whether the page goes on before the gate has come. */
const late = (): boolean =>
  [...document.scripts].some(({ src, async, defer }) => (async || defer) && src.replace(/[?#].*/, '').endsWith(`/${SITE}.js`));

const show = (gate: Gate): void => {
  const host = h('div', { lang: 'en', dir: 'ltr' });
  const root = host.attachShadow({ mode: 'open' });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  root.adoptedStyleSheets = [sheet];
  const body = h('tbody');
  const state = h('p');
  const list = h('section', { popover: 'manual', ariaLabel: 'Sluis: what this page holds' },
    h('h2', 'Sluis: what this page holds'),
    button('Close', () => host.remove(), 'close'),
    state,
    !ORIGINS.includes(location.origin) && h('p', { className: 'fault' }, `This page is of ${location.origin}, which is not among the origins of the site file (${ORIGINS.join(', ')}). Choices made here hold in this browser and are not recorded. Mend: add it to origins.`),
    WITH_NET && late() && h('p', { className: 'fault' }, 'The tag is async or deferred, and the net sees only what comes after it. Mend: a plain tag, first in the head; or mark everything and write caught: off in the site file.'),
    h('table', h('thead', h('tr', ...['State', 'What', 'Rule', 'Whose', 'Why'].map((head) => h('th', { scope: 'col' }, head)))), body),
    h('p', 'Proven are managed and marked; caught is a net: the browser may have fetched such a tag before a script could see it. Pictures that stand in no document are held too, but not listed.'));
  root.append(list);

  let before = '';
  const draw = (): void => {
    const rows = rowsOf(gate);
    const choice = gate[1]();
    const now = JSON.stringify([rows, choice]);
    if (now == before) return;
    before = now;
    state.textContent = `Site ${SITE}, release ${RELEASE}. Choice: ${choice?.[Of.Source]?.replace(/[\da-f-]{36}$/, '(number)') ?? 'none'}. Privacy signal of the browser: ${signalled() ? 'on' : 'off'}. ${rows.filter(([at]) => at == 'held').length} held, ${rows.filter(([at]) => at == 'let go' || at == 'loaded').length} let go.`;
    body.replaceChildren(...rows.map((row) => h('tr', { className: row[0] == 'held' ? 'held' : '' }, ...row.map((text) => h('td', text)))));
  };
  draw();
  document.documentElement.append(host);
  list.showPopover();
  new MutationObserver(draw).observe(document, { childList: true, subtree: true, attributes: true, attributeFilter: ['data-consent', 'data-service', 'data-src'] });
  document.addEventListener('sluis:choice', () => setTimeout(draw));
};

// The banner brought us in, and its element has what the gate gave it.
show(([...document.scripts] as BannerScript[]).find(({ gate }) => gate)!.gate!);
