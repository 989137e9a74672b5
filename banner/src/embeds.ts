/** Placeholders for held embeds, each in the embed's own place and size, so that nothing moves when it loads. */
import { join, Of, singlesOf } from './choice';
import type { Decide } from './decision';
import { button, h, say, statement } from './element';
import { around } from './around';
import { fontOf, sheets } from './look';
import { decide, load, read, release, serviceOf, services } from './given';
import { answered, asks, outdated } from './renewal';
import type { Load } from './wire';

export const embeds = (make: Decide, open: () => void, own: CSSStyleSheet[]): (() => void) => {
  /** What has a placeholder, the service or the host that it asks for, how it goes, and whether it was asked then about what was added. */
  type Shown = [id: string, remove?: () => void, asked?: boolean];
  const shown = new Map<HTMLElement, Shown>();

  /** `once` lets this one go; `follow` takes whoever asked by keyboard along to what comes. */
  const card = (id: string, once: () => void, follow: () => void): HTMLElement => {
    const service = GROUPS.flatMap((group) => group[2]).find((service) => service[0] == id);
    const name = service?.[1] ?? id;
    /** What comes may be long in coming: even an impatient visitor presses once. */
    const taking = (act: () => void) => (): void => {
      follow();
      box.remove();
      act();
    };
    const box = h(
      'section',
      { className: 'card', lang: LANGUAGE, dir: DIRECTION },
      h('b', say(TEXT_EMBED_TITLE, name)),
      service && (WITH_FOREIGN ? h('p', !!service[8] && { lang: 'en' }, service[2]) : h('p', service[2])),
      h('p', say(TEXT_EMBED_TEXT, name), ' ', service && statement(name, service[3])),
      service && h('p', TEXT_SERVICE_RECIPIENTS + ': ' + service[4]),
      h(
        'div',
        { className: 'acts' },
        button(TEXT_EMBED_ONCE, taking(once)),
        // To allow this one must not be an answer about others that were added, or about all
        // that is asked anew.
        service && !(WITH_EARLIER && asks(id)) && !(LEGAL !== 1 && outdated())
          ? button(
              say(TEXT_EMBED_ALWAYS, name),
              taking(() => {
                const choice = read();
                // A service that the site has dropped stands in no notice: a record that names it is refused.
                make('embed', +('0x' + (choice?.[Of.Bits] ?? 1)), join([...singlesOf(choice?.[Of.Services] ?? '').filter((single) => (WITH_EARLIER ? single.slice(1) != id && answered(choice!, single) : services[(single = single.slice(1))] && single != id)), '+' + id]), 'embed');
              }),
            )
          : button(TEXT_CHOOSE, open),
      ),
    );
    return box;
  };

  /** In a frame itself, which is still empty and ours: its size is right whatever the page does with it. */
  const inside = (frame: HTMLIFrameElement, id: string): void => {
    const draw = (): void => {
      const inner = frame.contentDocument;
      // One that is used for several films has listened for each; a page of the website's own
      // may be there before the next paint, when we look again.
      if (!inner?.body || inner.location.host || inner.body.firstChild || shown.get(frame)?.[0] != id) return;
      inner.documentElement.lang = LANGUAGE;
      inner.body.style.fontFamily = fontOf(frame);
      inner.adoptedStyleSheets = sheets(frame.contentWindow as Window & typeof globalThis);
      inner.body.append(
        card(
          id,
          () => release(frame),
          () => {
            shown.delete(frame);
            // Unless they went elsewhere meanwhile.
            frame.addEventListener('load', () => document.activeElement == document.body && frame.focus(), { once: true });
          },
        ),
      );
    };
    // Firefox replaces the first empty document once more.
    frame.addEventListener('load', draw);
    draw();
  };

  const refresh = (): void => {
    const held = new Map<HTMLElement, string>();
    if (WITH_WHEN)
      for (const [id, [, script, , when]] of Object.entries(services))
        if (script && when) for (const element of document.querySelectorAll<HTMLElement>(when)) held.set(element, id);
    for (const frame of document.querySelectorAll<HTMLElement>('iframe[data-consent],iframe[data-service]')) {
      const id = serviceOf(frame);
      // A frame of nobody whom the site lists is known by its host.
      if (!decide(read(), frame.dataset.consent, id)) held.set(frame, services[id!] ? id! : (frame.dataset.src?.split('/')[2] ?? ''));
    }
    for (const [element, [id, remove]] of shown)
      // A frame that holds another service by now asks anew: one may show several films in turn.
      if (id != held.get(element) || (WITH_EARLIER && shown.get(element)![2] != asks())) {
        shown.delete(element);
        if (WITH_WHEN && remove) remove();
        else if (held.has(element)) (element as HTMLIFrameElement).contentDocument?.body.replaceChildren();
      }
    for (const [element, id] of held)
      if (!shown.has(element)) {
        const one: Shown = WITH_EARLIER ? [id, undefined, asks()] : [id];
        shown.set(element, one);
        if (!WITH_WHEN || element.localName == 'iframe') inside(element as HTMLIFrameElement, id);
        else {
          const once = (): void => {
            (load as Load)(services[id!]!);
            refresh();
          };
          const follow = (): void => {
            // What can have the focus by itself keeps its place among the Tab key's stops.
            if (element.tabIndex < 0) element.tabIndex = -1;
            element.focus();
          };
          one[1] = around(element, card(id, once, follow), own);
        }
      }
  };
  return refresh;
};
