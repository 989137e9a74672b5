/** Placeholders for held embeds, each in the embed's own place and size, so that nothing moves when it loads. */
import { join, Of, singlesOf } from './choice';
import type { Decide } from './decision';
import { around } from './around';
import { button, h, link, say } from './element';
import { decide, load, read, release, serviceOf, services } from './given';
import { fontOf, sheets } from './look';
import type { Load } from './wire';

export const embeds = (
  make: Decide,
  open: () => void,
  own: CSSStyleSheet[],
): (() => void) => {
  /** What has a placeholder, the service that it asks for, and how it goes. */
  const shown = new Map<HTMLElement, [id: string | undefined, remove?: () => void]>();

  /** `once` lets this one go; `follow` takes whoever asked by keyboard along to what comes. */
  const card = (element: HTMLElement, id: string | undefined, once: () => void, follow: () => void): HTMLElement => {
    const service = GROUPS.flatMap(([, , members]) => members).find(([key]) => key == id);
    // A frame of nobody in the catalogue is named by its host.
    const name = service?.[1] ?? element.dataset.src?.split('/')[2] ?? '';
    /** What comes may be long in coming: even an impatient visitor presses once. */
    const take = (): void => {
      follow();
      box.remove();
    };
    const box = h(
      'section',
      { className: 'card' },
      h('b', say(TEXT_EMBED_TITLE, name)),
      service && (WITH_FOREIGN ? h('p', !!service[8] && { lang: 'en' }, service[2]) : h('p', service[2])),
      h('p', say(TEXT_EMBED_TEXT, name), ' ', service && link(say(TEXT_SERVICE_PRIVACY, name), service[3])),
      service && h('p', TEXT_SERVICE_RECIPIENTS + ': ' + service[4]),
      h(
        'div',
        { className: 'acts' },
        button(TEXT_EMBED_ONCE, () => {
          take();
          once();
        }),
        service
          ? button(say(TEXT_EMBED_ALWAYS, name), () => {
              const choice = read();
              const others = choice ? singlesOf(choice[Of.Services]!) : [];
              take();
              make('embed', +('0x' + (choice ? choice[Of.Bits] : 1)), join([...others.filter((other) => other.slice(1) != id), '+' + id]), 'embed');
            })
          : button(TEXT_CHOOSE, open),
      ),
    );
    return box;
  };

  /** In a frame itself, which is still empty and ours: its size is right whatever the page does with it. */
  const inside = (frame: HTMLIFrameElement, id: string | undefined): void => {
    const draw = (): void => {
      const { contentDocument: inner, contentWindow: realm } = frame;
      if (!inner?.body || inner.body.firstChild || !shown.has(frame)) return;
      inner.documentElement.lang = LANGUAGE;
      if (DIRECTION != 'ltr') inner.dir = DIRECTION;
      inner.body.style.fontFamily = fontOf(frame);
      inner.adoptedStyleSheets = sheets(realm as Window & typeof globalThis);
      inner.body.append(
        card(
          frame,
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
    const choice = read();
    const held = new Map<HTMLElement, string | undefined>();
    if (WITH_WHEN)
      for (const [id, [, script, , when]] of Object.entries(services))
        if (script && when) for (const element of document.querySelectorAll<HTMLElement>(when)) held.set(element, id);
    for (const frame of document.querySelectorAll<HTMLElement>('iframe[data-consent],iframe[data-service]')) {
      const id = serviceOf(frame);
      if (!decide(choice, frame.dataset.consent, id)) held.set(frame, id);
    }
    for (const [element, [id, remove]] of shown)
      // A frame that holds another service by now asks anew: one may show several films in turn.
      if (!held.has(element) || (WITH_NET && id != held.get(element))) {
        shown.delete(element);
        if (WITH_WHEN && remove) remove();
        else if (WITH_NET && held.has(element)) (element as HTMLIFrameElement).contentDocument?.body.replaceChildren();
      }
    for (const [element, id] of held)
      if (!shown.has(element)) {
        shown.set(element, [id]);
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
          shown.set(element, [id, around(element, card(element, id, once, follow), own)]);
        }
      }
  };
  return refresh;
};
