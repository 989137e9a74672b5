import { until } from '../harness/ports.ts';
import type { Tab } from './engine.ts';

/** A person at a tab, who knows things by the names they read. */
export interface Visitor extends Tab {
  /** Runs a function in the page. It sees its arguments and nothing else of the test. */
  evaluate<Args extends unknown[], T>(work: (...args: Args) => T | Promise<T>, ...args: Args): Promise<T>;
  /** Where a control is, and whether a click there would reach it; undefined while it is not shown. */
  where(name: string, nth?: number): Promise<{ x: number; y: number; hit: boolean } | undefined>;
  /** Clicks a control as soon as it can be hit. */
  choose(name: string, nth?: number): Promise<void>;
  /** The name of what has the keyboard. */
  focused(): Promise<string>;
}

/** Runs in the page. Looks through open shadow roots and through frames of the page's own origin. */
const locate = (name: string, nth: number): { x: number; y: number; hit: boolean } | undefined => {
  const found: [element: HTMLElement, frames: HTMLIFrameElement[]][] = [];
  const search = (root: Document | ShadowRoot, frames: HTMLIFrameElement[]): void => {
    for (const element of root.querySelectorAll<HTMLElement>('*')) {
      if (element.matches('button, a') && (element.ariaLabel || element.textContent)!.trim() === name && element.checkVisibility({ visibilityProperty: true })) found.push([element, frames]);
      if (element.shadowRoot) search(element.shadowRoot, frames);
      const inner = element.localName === 'iframe' && (element as HTMLIFrameElement).contentDocument;
      if (inner) search(inner, [...frames, element as HTMLIFrameElement]);
    }
  };
  search(document, []);
  if (!found[nth]) return undefined;
  const [element, frames] = found[nth];
  const outermost = frames[0] ?? element;
  element.scrollIntoView({ block: 'nearest', inline: 'nearest', behavior: 'instant' });
  const box = element.getBoundingClientRect();
  const inside = { x: box.x + box.width / 2, y: box.y + box.height / 2 };
  const middle = { ...inside };
  for (const frame of frames) {
    const edge = frame.getBoundingClientRect();
    middle.x += edge.x + frame.clientLeft;
    middle.y += edge.y + frame.clientTop;
  }
  // In each document on the way down, the next one must be what lies on top.
  const top = (root: Document, { x, y }: { x: number; y: number }): Element | null => {
    let at = root.elementFromPoint(x, y);
    while (at?.shadowRoot) {
      const deeper = at.shadowRoot.elementFromPoint(x, y);
      if (!deeper || deeper === at) break;
      at = deeper;
    }
    return at;
  };
  const hit = (!frames.length || top(document, middle) === outermost) && element.contains(top(element.ownerDocument, inside));
  return { x: Math.round(middle.x), y: Math.round(middle.y), hit };
};

const focused = (): string => {
  let at = document.activeElement;
  while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;
  return (at?.ariaLabel || (at as HTMLIFrameElement | null)?.title || at?.textContent?.trim() || at?.localName) ?? '';
};

export const visitorAt = (tab: Tab): Visitor => {
  const visitor: Visitor = {
    ...tab,
    // The compiler names functions by a helper that the page does not have.
    evaluate: (work, ...args) => tab.run(`const __name = (named) => named; return (${work})(...${JSON.stringify(args)})`) as any,
    where: (name, nth = 0) => visitor.evaluate(locate, name, nth),
    async choose(name, nth) {
      const { x, y } = await until(`“${name}” can be hit`, async () => {
        const place = await visitor.where(name, nth);
        return place?.hit && place;
      });
      await tab.click(x, y);
    },
    focused: () => visitor.evaluate(focused),
  };
  return visitor;
};
