/** After the next paint, or as the page goes: the frame of a click is for what the visitor sees. */
export const soon = (act: () => void): void => {
  requestAnimationFrame(() => setTimeout(act));
  addEventListener('pagehide', act);
  // Nothing is painted in a page out of sight.
  setTimeout(act, document.hidden ? 0 : 1e3);
};
