/** What all that visitors meet looks like. */

/** Constructed sheets need no permission in a Content-Security-Policy, but one of the realm they are used in. */
export const sheets = (realm: typeof globalThis): CSSStyleSheet[] => {
  const sheet = new realm.CSSStyleSheet();
  sheet.replaceSync(...ALL_CSS);
  return [sheet];
};

/** The font around an element, for what stands apart from it. */
export const fontOf = (element: Element): string =>
  WITH_PAGE_FONT ? getComputedStyle(element).fontFamily : 'system-ui,sans-serif';
