import type { CDPSession } from 'playwright-core';

/** One request as the browser's network stack saw it. Times are the browser's own monotonic seconds. */
export interface Seen {
  url: string;
  method: string;
  sent: number;
  finished?: number;
  /** Bytes of the body as transferred, thus compressed; headers are left out. */
  bytes: number;
  cached: boolean;
}

/** Follows all requests of one page. Must be enabled before its first navigation. */
export class Network {
  readonly requests: Seen[] = [];
  #byId = new Map<string, Seen>();
  #lastChange = Date.now();

  static async of(cdp: CDPSession): Promise<Network> {
    const network = new Network();
    const { requests } = network;
    const note = (id: string, change: (seen: Seen) => void) => {
      const seen = network.#byId.get(id);
      network.#lastChange = Date.now();
      if (seen) change(seen);
    };
    cdp.on('Network.requestWillBeSent', ({ requestId, request, timestamp }) => {
      const seen: Seen = { url: request.url, method: request.method, sent: timestamp, bytes: 0, cached: false };
      requests.push(seen);
      network.#byId.set(requestId, seen);
      network.#lastChange = Date.now();
    });
    cdp.on('Network.requestServedFromCache', ({ requestId }) => note(requestId, (seen) => (seen.cached = true)));
    // What had come in when the headers were complete are the headers.
    cdp.on('Network.responseReceived', ({ requestId, response }) => note(requestId, (seen) => {
      seen.cached ||= Boolean(response.fromDiskCache || response.fromPrefetchCache);
      seen.bytes = -response.encodedDataLength;
    }));
    cdp.on('Network.loadingFinished', ({ requestId, timestamp, encodedDataLength }) => note(requestId, (seen) => {
      seen.finished = timestamp;
      seen.bytes = seen.cached ? 0 : seen.bytes + encodedDataLength;
    }));
    cdp.on('Network.loadingFailed', ({ requestId, timestamp }) => note(requestId, (seen) => (seen.finished = timestamp)));
    await cdp.send('Network.enable');
    return network;
  }

  /** Waits until nothing has happened on the network for a while. */
  async quiet(milliseconds: number, within = 20_000): Promise<void> {
    const end = Date.now() + within;
    while (Date.now() < end) {
      const open = this.requests.some((seen) => seen.finished === undefined && !seen.cached && /^http/.test(seen.url));
      const left = milliseconds - (Date.now() - this.#lastChange);
      if (!open && left <= 0) return;
      await new Promise((next) => setTimeout(next, Math.max(20, Math.min(left, 100))));
    }
  }

  /** What went over the wire for the tool, in order. */
  wire(owns: (url: URL) => boolean): Seen[] {
    return this.requests.filter(({ url, method, cached }) => !cached && method === 'GET' && /^http/.test(url) && owns(new URL(url)));
  }
}
