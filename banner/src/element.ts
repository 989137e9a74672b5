type Properties<T> = { [K in keyof T]?: T[K] };

/** An element with its properties and children, in any order; what is falsy is left out. */
export const h = <T extends keyof HTMLElementTagNameMap>(
  tag: T,
  ...parts: (Properties<HTMLElementTagNameMap[T]> | Node | string | false | undefined)[]
): HTMLElementTagNameMap[T] => {
  const element = document.createElement(tag);
  for (const part of parts)
    // Texts and nodes have that method, and properties none of that name.
    if ((part as Node | undefined)?.normalize) element.append(part as Node);
    else Object.assign(element, part);
  return element;
};

/** A button. The one form that is around any of them ends a dialog, and submits nothing. */
export const button = (name: string, onclick: () => void, className = ''): HTMLButtonElement =>
  h('button', { className, onclick }, name);

/** A text with what it leaves open, the name of a service or a number, which stands as {} in scripts. */
export const say = (text: string, what: string | number): string => text.replace('{}', what as string);

/** A link that leaves the visitor's page open; no browser of today hands that page over with it. */
export const link = (name: string, href: string): HTMLAnchorElement =>
  h('a', { href, target: '_blank' }, name);

/** Where a service says what it does with data; one of the site's own says it where the site does. */
export const statement = (service: string, href: string): HTMLAnchorElement =>
  link(href == PRIVACY ? TEXT_PRIVACY : say(TEXT_SERVICE_PRIVACY, service), href);
