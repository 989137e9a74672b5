/**
 * After the next paint, after a second, and as the page goes: the frame of a click is
 * for what the visitor sees. Whoever wants the first of them alone makes a promise of it.
 */
export const soon = (act: (_?: unknown) => void): void => {
  requestAnimationFrame(() => setTimeout(act));
  addEventListener('pagehide', act);
  // A page out of sight is not painted.
  setTimeout(act, 1e3);
};
