/** Placeholders for held embeds, each in the embed's own place and size, so that nothing moves when it loads. */
import { decide, join, Of } from './choice';
import type { Decide } from './decision';
import { button, dress, h, link } from './element';
import control from './control.css';
import css from './embed.css';
import type { Gate } from './wire';

const names = new Map(GROUPS.flatMap(([, , services]) => services.map((service) => [service[0], service])));

export const embeds = ([, read, , release, load, serviceOf, services]: Gate, make: Decide, open: () => void) => {
  /** What has a placeholder, and how it goes. */
  const shown = new Map<HTMLElement, () => void>();

  const always = (id: string): void => {
    const choice = read();
    const others = choice?.[Of.Services]!.match(/[+!][a-z\d-]+/g) ?? [];
    make('embed', choice ? parseInt(choice[Of.Bits]!, 16) : 1, join([...others.filter((other) => other.slice(1) != id), '+' + id]), 'embed');
  };

  const card = (element: HTMLElement, id: string | undefined, once: () => void): HTMLElement => {
    const service = names.get(id!);
    // A frame of nobody in the catalogue is named by its host.
    const name = service?.[1] ?? element.dataset.src?.split('/')[2] ?? '';
    return h(
      'div',
      { className: 'card', lang: LANGUAGE },
      h('b', {}, TEXT_EMBED_TITLE.replace('{service}', name)),
      h('p', {}, TEXT_EMBED_TEXT.replace('{service}', name), ' ', service && link(TEXT_SERVICE_PRIVACY.replace('{service}', name), service[4])),
      h(
        'div',
        { className: 'acts' },
        button(TEXT_EMBED_ONCE, 'line', once),
        service
          ? button(TEXT_EMBED_ALWAYS.replace('{service}', name), 'line', () => always(id!))
          : button(TEXT_CHOOSE, 'line', open),
      ),
    );
  };

  /** What a placeholder looks like, in the fonts around it. */
  const look = (around: Element): string =>
    control + css + THEME + (WITH_PAGE_FONT ? `:host{--font:${getComputedStyle(around).fontFamily}}` : '');

  /** In the frame itself, which is still empty and ours: its size is right whatever the page does with it. */
  const inFrame = (frame: HTMLIFrameElement): void => {
    const draw = (): void => {
      const inner = frame.contentDocument;
      if (!inner?.body || inner.body.firstChild || !shown.has(frame)) return;
      inner.documentElement.lang = LANGUAGE;
      dress(inner, look(frame.parentElement!).replaceAll(':host', ':root'), frame.contentWindow as Window & typeof globalThis);
      inner.body.append(
        card(frame, serviceOf(frame), () => {
          shown.delete(frame);
          release(frame);
          // Whoever asked for it by keyboard goes on inside it.
          frame.addEventListener('load', () => frame.focus(), { once: true });
        }),
      );
    };
    shown.set(frame, () => {});
    // Firefox replaces the first empty document once more.
    frame.addEventListener('load', draw);
    draw();
  };

  /** In the shadow of the element that the service will fill; what the page put into it stays readable. */
  const inElement = (element: HTMLElement, id: string): void => {
    const root = element.shadowRoot ?? element.attachShadow({ mode: 'open' });
    const once = (): void => {
      load(services[id]!);
      refresh();
      element.tabIndex = -1;
      element.focus();
    };
    const box = card(element, id, once);
    box.append(h('slot', {}));
    const { width, height } = element.dataset;
    if (width) box.style.maxWidth = width + 'px';
    if (height) box.style.minHeight = height + 'px';
    dress(root, look(element));
    root.replaceChildren(box);
    shown.set(element, () => {
      root.adoptedStyleSheets = [];
      root.replaceChildren(h('slot', {}));
    });
  };

  const refresh = (): void => {
    const choice = read();
    const held = new Set<HTMLElement>();
    if (WITH_WHEN)
      for (const [id, [, script, , when]] of Object.entries(services))
        if (script && when)
          for (const element of document.querySelectorAll<HTMLElement>(when)) {
            held.add(element);
            if (!shown.has(element)) inElement(element, id);
          }
    for (const frame of document.querySelectorAll<HTMLIFrameElement>('iframe[data-consent],iframe[data-service]'))
      if (!decide(choice, frame.dataset.consent, serviceOf(frame))) {
        held.add(frame);
        if (!shown.has(frame)) inFrame(frame);
      }
    for (const [element, remove] of shown)
      if (!held.has(element)) {
        shown.delete(element);
        remove();
      }
  };
  return refresh;
};
