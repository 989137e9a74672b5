/**
 * What the address of a page asks for. ?sluis-open opens the preferences
 * (asked.ts). ?sluis-debug shows the panel: what is held and what was let go, by
 * which rule, and why. That is for whoever builds the page; it shows nothing
 * that the page's own scripts could not see, and sends nothing.
 */
import { openAsked } from './asked';
import { signalled } from './browsersignal';
import { Of } from './choice';
import css from './debug.css';
import { covered } from './covered';
import { button, h } from './element';
import { failed, rowsOf } from './rows';
import type { BannerScript, Gate } from './wire';

/** Whether the page goes on before the gate has come. */
const late = (): boolean =>
  [...document.scripts].some(({ src, async, defer }) => (async || defer) && src.replace(/[?#].*/, '').endsWith(`/${SITE}.js`));

/** Whether Google's tag will find the denied defaults. */
const told = (): unknown =>
  (window as { dataLayer?: unknown[] }).dataLayer?.some((entry) => (entry as ArrayLike<unknown> | null)?.[0] == 'consent' && (entry as ArrayLike<unknown>)[1] == 'default');

const show = (gate: Gate): void => {
  const host = h('div', { lang: 'en', dir: 'ltr' });
  const root = host.attachShadow({ mode: 'open' });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  root.adoptedStyleSheets = [sheet];
  // The roles say again what is lost where the rows are set as blocks.
  const body = h('tbody', { role: 'rowgroup' });
  const state = h('p');
  const below = h('p', { className: 'fault' });
  const list = h('section', { popover: 'manual', ariaLabel: 'Sluis: what this page holds' },
    h('h2', 'Sluis: what this page holds'),
    button('Close', () => host.remove(), 'close'),
    state,
    below,
    !ORIGINS.includes(location.origin) && h('p', { className: 'fault' }, `This page is of ${location.origin}, which is not among the origins of the site file (${ORIGINS.join(', ')}). Choices made here hold in this browser and are not recorded. Mend: add it to origins.`),
    WITH_NET && late() && h('p', { className: 'fault' }, 'The tag is async or deferred, and the net sees only what comes after it. Mend: a plain tag, first in the head; or mark everything and write caught: off in the site file.'),
    WITH_GOOGLE && !told() && h('p', { className: 'fault' }, 'The page has put a list of its own in the place of dataLayer, and with the old one went what Google was told about consent: its tag would take all for granted. Mend: window.dataLayer ||= [], then dataLayer.push(…); or put that line before our tag.'),
    h('table', { role: 'table' }, h('thead', { role: 'rowgroup' }, h('tr', { role: 'row' }, ...['State', 'What', 'Rule', 'Whose', 'Why'].map((head) => h('th', { role: 'columnheader', scope: 'col' }, head)))), body),
    h('p', 'Proven are managed and marked; caught is a net: the browser may have fetched such a tag before a script could see it. Pictures that stand in no document are held too, but not listed.'));
  root.append(list);

  let before = '';
  const draw = (): void => {
    const rows = rowsOf(gate);
    const choice = gate[1]();
    const hidden = covered();
    const now = JSON.stringify([rows, choice, hidden]);
    if (now == before) return;
    before = now;
    state.textContent = `Site ${SITE}, release ${RELEASE}. Choice: ${choice?.[Of.Source]?.replace(/[\da-f-]{36}$/, '(number)') ?? 'none'}. Privacy signal of the browser: ${signalled() ? 'on' : 'off'}. ${rows.filter(([at]) => at == 'held').length} held, ${rows.filter(([at]) => at == 'let go' || at == 'loaded').length} let go.`;
    below.textContent = hidden[0] ? `At the page’s end the control that reopens the preferences lies over “${hidden.join('”, “')}”. Mend: room below it (padding at the foot of the page), or the other corner in the site file.` : '';
    body.replaceChildren(...rows.map((row) => h('tr', { role: 'row', className: { held: 'held', failed: 'fault', 'not held': 'fault' }[row[0]] ?? '' }, ...row.map((text) => h('td', { role: 'cell' }, text)))));
  };
  addEventListener('error', ({ target }) => {
    if (target instanceof HTMLScriptElement && failed.add(target.src)) draw();
  }, true);
  draw();
  document.documentElement.append(host);
  list.showPopover();
  new MutationObserver(draw).observe(document, { childList: true, subtree: true, attributes: true, attributeFilter: ['data-consent', 'data-service', 'data-src'] });
  document.addEventListener('sluis:choice', () => setTimeout(draw));
};

openAsked();
// The banner brought us in, and its element has what the gate gave it.
if (/[?&]sluis-debug/.test(location as never)) show(([...document.scripts] as BannerScript[]).find(({ gate }) => gate)!.gate!);
