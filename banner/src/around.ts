/** The placeholder of an element that a script will fill, such as a post: in its shadow. */
import { h } from './element';

/** What the page put into the element stays readable. Returns how the placeholder goes. */
export const around = (element: HTMLElement, card: HTMLElement, sheets: CSSStyleSheet[]): (() => void) => {
  let host = element;
  let root = element.shadowRoot;
  try {
    root ??= element.attachShadow({ mode: 'open' });
  } catch {
    // A link or a script has none: the placeholder stands before it.
    element.before((host = h('div')));
    root = host.attachShadow({ mode: 'open' });
  }
  card.style = `max-width:${element.dataset.width}px;min-height:${element.dataset.height}px` as never;
  card.append(h('slot'));
  root.adoptedStyleSheets = sheets;
  root.replaceChildren(card);
  return () => {
    root.replaceChildren(h('slot'));
    if (host != element) host.remove();
  };
};
