/**
 * Records on their way. Each lies in localStorage until it has arrived, together
 * with when it was decided; the gate looks there and brings us in.
 */

import { base } from './given';
import { soon } from './soon';

export interface Waiting {
  readonly id: string;
  /** Only on what is delivered late. */
  clientTime?: string;
}

/** Without storage, or where it is full, this page is a record's only chance. */
const keep = (records: Waiting[]): void => {
  try {
    // More than a visitor decides while a service is down. One by one: old libraries change what a list becomes.
    if (records[0]) localStorage.sluis = `[${records.slice(-20).map((record) => JSON.stringify(record))}]`;
    else delete localStorage.sluis;
  } catch {}
};

/** Younger than the service takes; whatever else a page may have put there is nothing that waits. */
export const waiting = (): Waiting[] => {
  try {
    return JSON.parse(localStorage.sluis).filter(({ clientTime }: Waiting) => Date.now() - Date.parse(clientTime!) < 180 * 864e5);
  } catch {}
  return [];
};

/** Of the newest decision of this page. */
let page: AbortController | undefined;

/**
 * Breaks off the request that may bring a cookie: the page goes, or the choice is another.
 * Its record is sent again without.
 */
export const end = (): void => page?.abort();

export const queue = () => {
  /** What this page decided and the service has not taken yet. */
  const fresh = new Set<Waiting>();

  /**
   * The service takes an id once: sending twice is harmless, and so is what two tabs do
   * at the same time. Gives the proof; null where there will be none, true while it waits.
   *
   * Over a path of the website's own the answer keeps the choice cookie longer than Safari
   * lets a script. `own` is for that: its signal ends it with the page or the choice, for
   * later it would bring back what was withdrawn meanwhile. Others outlive both.
   */
  const send = async (record: Waiting, own: RequestInit = { keepalive: true, credentials: 'omit' }): Promise<unknown> => {
    try {
      const response = await fetch(`${base}v1/sites/${SITE}/records`, {
        method: 'POST',
        ...own,
        body: JSON.stringify(record),
        // The origin and no path; `no-referrer` would blank the Origin header too.
        referrerPolicy: 'origin',
      });
      // A page that stands in for the service says nothing of the record.
      const answer = await response.json();
      // What is stored, or wrong in itself, is dropped. What was busy, down or not set up is kept.
      if (/^20|4(0[09]|13|22)/.test(response.status as never)) {
        fresh.delete(record);
        keep(waiting().filter(({ id }) => id != record.id));
      }
      if (response.ok) return answer;
    } catch {}
    return waiting().some(({ id }) => id == record.id) || null;
  };

  /** In the order of the decisions, which is how they come where the page stays. */
  const flush = async (): Promise<void> => {
    const records = waiting();
    keep(records);
    for (const record of [...(records[0] ? records : fresh)]) await send(record);
  };
  // The question first: storage is slow to open.
  new Promise(soon).then(flush);
  addEventListener('pagehide', () => {
    for (const record of fresh) send(record);
    end();
  });
  addEventListener('online', flush);

  return async (facts: object): Promise<unknown> => {
    end();
    const { signal } = (page = new AbortController());
    await new Promise(soon);
    const record: Waiting = { id: crypto.randomUUID(), ...facts };
    const before = flush();
    // Before sending: the page may be gone before the answer.
    const clientTime = new Date().toISOString();
    keep([...waiting(), { ...record, clientTime }]);
    fresh.add(record);
    // A page that has not loaded yet does not follow other tabs. Storage is open by now.
    addEventListener('storage', end);
    // Sent again, or after what was decided next, it is late, and says when it was decided.
    const late = () => (record.clientTime = clientTime);
    signal.onabort = late;
    await before;
    // Ended by now, it brings no cookie.
    return send(record, signal.aborted ? undefined : { signal }).finally(late);
  };
};
