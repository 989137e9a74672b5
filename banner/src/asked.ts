/** Opens the preferences where the address asks for them, as the declaration's own page does, which has no choice to change. */
export const openAsked = (): void => {
  const { origin, pathname, search, hash } = location;
  const parts = search.slice(1).split('&');
  const others = parts.filter((part) => !/^sluis-open(=|$)/.test(part));
  if (others.length == parts.length) return;
  // Taken out at once: who loads the page anew, or passes its address on, did not ask.
  const query = others.join('&');
  history.replaceState(history.state, '', origin + pathname + (query && '?' + query) + hash);
  window.Sluis!.open();
};
