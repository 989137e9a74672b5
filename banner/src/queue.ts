/** Records on their way. Each lies under a key of its own until it has arrived, so that tabs never overwrite each other. */

const prefix = 'sluis.';
/** More than a visitor ever decides while a service is down; the site's storage is not ours to fill. */
const most = 20;

export const queue = (base: string) => {
  /** The server takes an id once: sending twice is harmless. */
  const send = (key: string, body: string): Promise<unknown> =>
    fetch(`${base}v1/sites/${SITE}/records`, {
      method: 'POST',
      body,
      keepalive: true,
      credentials: 'omit',
      // The origin and no path; `no-referrer` would blank the Origin header too.
      referrerPolicy: 'origin',
    })
      .then((response) => {
        // What is refused for good is dropped; what was busy or down is kept.
        if (response.status < 500 && response.status != 429) localStorage.removeItem(key);
        return response.ok ? (response.json() as unknown) : null;
      })
      .catch(() => null);

  const waiting = (): string[] => Object.keys(localStorage).filter((key) => key.startsWith(prefix));

  /** Sends what earlier pages could not. The server drops what is too old. */
  const flush = (): void => {
    for (const key of waiting()) send(key, localStorage[key]);
  };

  try {
    flush();
    addEventListener('online', flush);
  } catch {
    // No storage: nothing waits.
  }

  return (record: { id: string }): Promise<unknown> => {
    const key = prefix + record.id;
    try {
      // Before sending: the page may be gone before the answer. Late, it says when it was decided.
      if (waiting().length < most)
        localStorage[key] = JSON.stringify({ ...record, clientTime: new Date().toISOString() });
    } catch {
      // Storage is full or forbidden: this page is the only chance.
    }
    return send(key, JSON.stringify(record));
  };
};
