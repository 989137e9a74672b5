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
  let page: AbortController | undefined;
  /** What this page decided and the service has not taken yet. */
  const fresh = new Set<Waiting>();

  /**
   * The service takes an id once: sending twice is harmless, and so is what two tabs do
   * at the same time. Gives the proof; null where there will be none, true while it waits.
   * `page` ends with the page or the choice; without it a request outlives both.
   */
  const send = async (record: Waiting, page?: AbortSignal, decided?: string): Promise<unknown> => {
    try {
      const response = await fetch(`${base}v1/sites/${SITE}/records`, {
        method: 'POST',
        body: JSON.stringify(record),
        // Over a path of the website's own the answer keeps the choice cookie longer
        // than Safari lets a script. Only while it is the choice: later it would bring
        // back what was withdrawn meanwhile.
        credentials: page ? 'same-origin' : 'omit',
        signal: page,
        keepalive: !page,
        // The origin and no path; `no-referrer` would blank the Origin header too.
        referrerPolicy: 'origin',
      });
      // What is stored, or wrong in itself, is dropped. What was busy, down or not set up is kept.
      if (/^20|4(0[09]|13|22)/.test(response.status as never)) {
        fresh.delete(record);
        keep(waiting().filter(({ id }) => id != record.id));
      }
      if (response.ok) return await response.json();
    } catch {}
    // Sent again it is late, and says when it was decided.
    record.clientTime ??= decided!;
    return waiting().some(({ id }) => id == record.id) || null;
  };

  /** In the order of the decisions, which is how they come where the page stays. */
  const flush = async (): Promise<void> => {
    const records = waiting();
    keep(records);
    for (const record of records[0] ? records : [...fresh]) await send(record);
  };
  // The question first: storage is slow to open.
  new Promise(soon).then(flush);
  addEventListener('online', flush);

  addEventListener('pagehide', () => {
    page?.abort();
    for (const record of fresh) send(record);
  });

  return async (facts: object): Promise<unknown> => {
    // What is on its way would bring its cookie back: it is sent again without, before this one.
    page?.abort();
    const { signal } = (page = new AbortController());
    await new Promise(soon);
    const before = flush();
    const record: Waiting = { id: crypto.randomUUID(), ...facts };
    // Before sending: the page may be gone before the answer.
    const clientTime = new Date().toISOString();
    keep([...waiting(), { ...record, clientTime }]);
    fresh.add(record);
    await before;
    return send(record, signal.aborted ? undefined : signal, clientTime);
  };
};
