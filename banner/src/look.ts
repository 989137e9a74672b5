/** What all that visitors meet looks like. */
import css from './banner.css';
import centred from './centred.css';
import bar from './bar.css';

/** Constructed sheets need no permission in a Content-Security-Policy, but one of the realm they are used in. */
export const sheets = (realm: typeof globalThis): CSSStyleSheet[] => {
  const sheet = new realm.CSSStyleSheet();
  sheet.replaceSync(
    css +
      (LAYOUT == 'bar' ? bar : LAYOUT == 'centred' ? centred : `:popover-open{inset:auto ${(CORNER == 'end') == (DIRECTION == 'ltr') ? '1em 1em auto' : 'auto 1em 1em'}}`) +
      (LOGO && 'img{display:block;height:32px;max-width:100%;object-fit:contain;margin-top:1.25em}') +
      // English in a language that is written the other way.
      (DIRECTION == 'ltr' ? '' : '[lang=en]{direction:ltr}'),
  );
  return [sheet];
};

/** The font around an element, for what stands apart from it. */
export const fontOf = (element: Element): string =>
  WITH_PAGE_FONT ? getComputedStyle(element).fontFamily : 'system-ui,sans-serif';
