type Properties<T> = { [K in keyof T]?: T[K] };

/** An element with its properties and children; what is falsy is left out. */
export const h = <T extends keyof HTMLElementTagNameMap>(
  tag: T,
  properties: Properties<HTMLElementTagNameMap[T]>,
  ...children: (Node | string | false | undefined)[]
): HTMLElementTagNameMap[T] => {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children.filter((child) => child) as (Node | string)[]);
  return element;
};

/** A button that submits nothing. */
export const button = (name: string, look: string, onclick: () => void): HTMLButtonElement =>
  h('button', { type: 'button', className: look, onclick }, name);

/** A link that leaves the visitor's page open. */
export const link = (name: string, href: string): HTMLAnchorElement =>
  h('a', { href, target: '_blank', rel: 'noopener' }, name);

/** Constructed sheets need no permission in a Content-Security-Policy. */
export const dress = (root: Document | ShadowRoot, css: string, realm: typeof globalThis = window): void => {
  const sheet = new realm.CSSStyleSheet();
  sheet.replaceSync(css);
  root.adoptedStyleSheets = [sheet];
};
