/**
 * The banner of one language: first layer, preferences, placeholders, records.
 * The gate loads it where there is something to show or to send. The file's
 * last line starts it and hands it the hash of the notice that it is.
 */
import { fontOf, sheets } from './look';
import { Of } from './choice';
import { h } from './element';
import { read, ready, script } from './given';
import { embeds } from './embeds';
import { firstLayer } from './layer';
import { preferences } from './preferences';
import { asks, renewal } from './renewal';
// Behind all that is drawn: what is alike stands together, and compresses better.
import { decisions } from './decision';
import { Act } from './wire';

/** Whether the page around this frame asks: it is of this website, and asking once is enough. */
const framed = (): unknown => {
  try {
    // An element of our name is no gate.
    return top != window && top!.Sluis!.allows;
  } catch {}
};

script.start = (notice) => {
  const [make, follow, proof] = decisions(notice);
  let host: HTMLElement;
  /** In the order of Act. */
  let acts: (() => unknown)[];

  const build = (): void => {
    // Whatever keys a page has taken for itself: from without, what has the focus looks like no button.
    host = h('div', { lang: LANGUAGE, dir: DIRECTION, onkeydown: (event: Event) => event.stopPropagation() });
    const root = host.attachShadow({ mode: 'open' });
    const own = (root.adoptedStyleSheets = sheets(window));
    const status = h('output');

    const tell = (message: string): void => {
      // Not in the visitor's click, which the next frame waits for.
      setTimeout(() => (status.textContent = message), 99);
      setTimeout(() => (status.textContent = ''), 6e3);
    };
    const decide: typeof make = (...decision) => {
      make(...decision);
      tell(TEXT_SAVED);
    };
    const open = (): void => {
      // Whoever clicks twice while we are on our way wants one.
      if (root.querySelector('dialog')) return;
      status.textContent = '';
      preferences(root, status, read(), decide, proof, tell);
    };

    const layer = firstLayer(WITH_EARLIER ? renewal(decide) : decide, open);
    const refresh = embeds(decide, open, own);
    let due = 0;
    const show = (): void => {
      // Over a modal dialog of the page it would be seen, and what is pressed would be the dialog.
      // `:modal` alone is what is full screen, too.
      if (host.isConnected) layer.togglePopover((WITH_EARLIER ? !read() || asks() : !read()) && !framed() && !document.querySelector('dialog:modal'));
      // The question stands over the control, which would get the focus unseen, and
      // leads to the same. Its own style undoes the attribute `hidden`.
      if (WITH_EARLIER)
        for (const { style } of document.querySelectorAll<HTMLElement>(':root > [data-sluis-open]'))
          style.setProperty('display', layer.matches(':popover-open') ? 'none' : 'revert', 'important');
      // A page in the making calls at every piece of it.
      // The question is painted first.
      due ||= requestAnimationFrame(() =>
        setTimeout(() => {
          due = 0;
          refresh();
        }),
      );
    };

    root.append(layer, status);
    // Before the body: the first stop of the Tab key, and no page selector counts it.
    document.documentElement.insertBefore(host, document.body);
    // Nothing of the page reaches in but its font, which is known when the page
    // can be painted: before, its style sheets may still be on their way.
    requestAnimationFrame(
      () => (host.style = `all:initial!important;display:contents!important;font-family:${fontOf(document.body)}!important` as never),
    );
    acts = [
      show,
      open,
      () => decide('withdraw', 1, '', 'page'),
      proof,
      follow,
      () => {
        // Another tab may have done so, and its visitor have chosen since.
        if (!document.cookie.includes(read()![Of.Source]!)) return;
        if (read()![Of.ConsentId]) tell(TEXT_GPC);
        make('signal', 1, '', 'signal');
      },
    ];
  };
  build();
  // ?sluis-debug and ?sluis-open, as the gate looks for them; debug.ts tells them apart.
  if (/[?&]sluis-/.test(location as never)) import(script.src.slice(0, -5) + 'debug.js');
  // After a modal dialog of the page; on the way down, for the event does not bubble.
  addEventListener('close', () => acts[Act.Show]!(), true);
  let again = 9;
  ready((act) => {
    // A page that replaces its root takes us with it; one that keeps removing us wins in the end,
    // unless somebody asks for more than a look.
    if (!host.isConnected && (act || again-- > 0)) build();
    return acts[act]!();
  });
};
