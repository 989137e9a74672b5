/**
 * Something that a browser, a sandbox or the page may forbid: cookies and
 * storage. What one store refuses must not spare the others.
 */
export const attempt = (act: () => unknown): void => {
  try {
    act();
  } catch {
    // The page goes on without it.
  }
};
