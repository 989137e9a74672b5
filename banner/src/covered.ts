/** What nobody can reach below the control that reopens the preferences, at the very end of the page (WCAG 2.4.11). */

/** Whether it stays in the window while the page scrolls. */
const stays = (element: Element | null): boolean =>
  !!element && (getComputedStyle(element).position == 'fixed' || stays(element.parentElement));

export const covered = (): string[] => {
  const root = document.documentElement;
  const control = root.querySelector<HTMLElement>(':scope > [data-sluis-open]')?.getBoundingClientRect();
  if (!control?.width) return [];
  /** How far it still is to the page's end, without the room that the question takes below it. */
  const left = root.scrollHeight - (parseFloat(root.style.paddingBottom) || 0) - innerHeight - scrollY;
  return [...document.querySelectorAll<HTMLElement>('body :is(a[href], button, input, select, textarea, summary)')]
    .filter((element) => {
      const box = element.getBoundingClientRect();
      const up = stays(element) ? 0 : Math.max(0, left);
      return !!box.width && box.left >= control.left && box.right <= control.right && box.top - up >= control.top && box.bottom - up <= control.bottom;
    })
    .map((element) => element.textContent!.trim() || `<${element.localName}>`);
};
