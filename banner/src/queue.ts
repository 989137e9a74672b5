/**
 * Records on their way. Each lies in localStorage until it has arrived, together
 * with when it was decided; the gate looks there and brings us in.
 */

import { base } from './given';
import { attempt } from './attempt';
import { soon } from './soon';

export interface Waiting {
  readonly id: string;
  /** Only on what is delivered late. */
  clientTime?: string;
}

/** Without storage, or where it is full, this page is a record's only chance. */
const keep = (records: Waiting[]): void =>
  attempt(() => {
    // More than a visitor decides while a service is down. One by one: old libraries change what a list becomes.
    if (records[0]) localStorage.sluis = `[${records.slice(-20).map((record) => JSON.stringify(record))}]`;
    else delete localStorage.sluis;
  });

/** Younger than the service takes; whatever else a page may have put there is nothing that waits. */
export const waiting = (): Waiting[] => {
  let records: Waiting[] = [];
  attempt(() => (records = JSON.parse(localStorage.sluis).filter(({ clientTime }: Waiting) => Date.now() - Date.parse(clientTime!) < 180 * 864e5)));
  return records;
};

export const queue = () => {
  /** What this page decided and the service has not taken yet. */
  const fresh = new Set<Waiting>();

  /**
   * The service takes an id once: sending twice is harmless, and so is what two tabs do
   * at the same time. Gives the proof; null where there will be none, true while it waits.
   * `page` ends with the page; without it a request outlives that.
   */
  const send = (record: Waiting, page?: AbortSignal, decided?: string): Promise<unknown> =>
    fetch(`${base}v1/sites/${SITE}/records`, {
      method: 'POST',
      body: JSON.stringify(record),
      // Over a path of the website's own the answer keeps the choice cookie longer
      // than Safari lets a script. Only while this page is there to see it: later
      // it would bring back what was withdrawn meanwhile.
      credentials: page ? 'same-origin' : 'omit',
      signal: page,
      keepalive: !page,
      // The origin and no path; `no-referrer` would blank the Origin header too.
      referrerPolicy: 'origin',
    })
      .then((response) => {
        // What is stored, or wrong in itself, is dropped. What was busy, down or not set up is kept.
        if (/^20|4(0[09]|13|22)/.test(response.status as never)) {
          fresh.delete(record);
          keep(waiting().filter(({ id }) => id != record.id));
        }
        return response.ok && response.json();
      })
      .catch(() => {})
      // Sent again it is late, and says when it was decided.
      .then((proof) => proof || ((record.clientTime ??= decided!), waiting().some(({ id }) => id == record.id)) || null);

  /** In the order of the decisions, which is how they come where the page stays. */
  const flush = async (): Promise<void> => {
    const records = waiting();
    keep(records);
    for (const record of records) await send(record);
  };
  // The question first: storage is slow to open.
  new Promise<unknown>(soon).then(flush);
  addEventListener('online', flush);

  return (record: Waiting, going?: unknown): Promise<unknown> => {
    const before = flush();
    // Its own, for a page that comes back from memory is one again.
    const page = new AbortController();
    // Before sending: the page may be gone before the answer.
    const clientTime = new Date().toISOString();
    keep([...waiting(), { ...record, clientTime }]);
    fresh.add(record);
    addEventListener('pagehide', () => {
      page.abort();
      if (fresh.has(record)) send(record);
    });
    // One that the page has ended fails at once: it was sent again by then.
    return before.then(() => send(record, going ? undefined : page.signal, clientTime));
  };
};
