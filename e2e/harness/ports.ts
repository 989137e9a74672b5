import { createServer } from 'node:net';

/** Asks the system for a port that nothing listens on. */
export const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });

/** Polls until the condition holds; fails with its name when it never does. */
export const until = async <T>(name: string, condition: () => Promise<T | false | undefined> | T | false | undefined, within = 15_000): Promise<T> => {
  const end = Date.now() + within;
  for (let last: unknown; ; ) {
    try {
      const value = await condition();
      if (value) return value;
    } catch (error) {
      last = error;
    }
    if (Date.now() > end) throw new Error(`never happened within ${within} ms: ${name}${last ? ` (${last})` : ''}`);
    await new Promise((next) => setTimeout(next, 25));
  }
};
