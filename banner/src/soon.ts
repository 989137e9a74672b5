/**
 * After the next paint, or as the page goes: the frame of a click is for what the
 * visitor sees. Whoever is called as it goes gets that event.
 */
export const soon = (act: (going?: Event) => void): void => {
  requestAnimationFrame(() => setTimeout(act));
  addEventListener('pagehide', act);
  // A page out of sight is not painted.
  setTimeout(act, 1e3);
};
