/** Whose an address is, for the net. */

/** An address as the browser reads it, however it is written; what is no address is nothing. */
export const at = (address: string | undefined): URL | undefined => {
  try {
    return new URL(address!, document.baseURI);
  } catch {
    return;
  }
};

/** The service that an address belongs to. */
export const whose = (address: string | undefined): string | undefined => {
  const url = at(address);
  return url && OWNERS.find(([pattern]) => (url.hostname + url.pathname + url.search).match(`^(${pattern})`))?.[1];
};
