import type { BrowserContext, Page } from 'playwright-core';

/**
 * What a busy machine does to pages, done on purpose, so that moments which come once in a
 * thousand visits come in each: `make e2e SHAKE=frames,network`. Whatever fails then is a fault
 * of the code, or of a test that looks too early.
 *
 * frames: a frame comes 250 ms late. timers: up to 150 ms late. network: 150 ms more per request.
 * processor: a sixth of it. driver: each word to the browser takes 70 ms.
 */
const shaken = new Set((process.env.SHAKE ?? '').split(',').filter(Boolean));
const known = ['frames', 'timers', 'network', 'processor', 'driver'];
for (const name of shaken) if (!known.includes(name)) throw new Error(`SHAKE=${name}: known are ${known.join(', ')}`);

/** For every call to the browser, in milliseconds. */
export const slowMo = shaken.has('driver') ? 70 : 0;

const frames = (): void => {
  const real = window.requestAnimationFrame.bind(window);
  window.requestAnimationFrame = (act) => real(() => setTimeout(() => act(performance.now()), 250));
};

const timers = (): void => {
  const real = window.setTimeout.bind(window) as (act: TimerHandler, ms?: number, ...rest: unknown[]) => number;
  window.setTimeout = ((act: TimerHandler, ms = 0, ...rest: unknown[]) => real(act, ms + Math.random() * 150, ...rest)) as typeof setTimeout;
};

/** Before the first page is opened. */
export const shake = async (context: BrowserContext): Promise<void> => {
  if (shaken.has('frames')) await context.addInitScript(frames);
  if (shaken.has('timers')) await context.addInitScript(timers);
  if (!shaken.has('network') && !shaken.has('processor')) return;
  context.on('page', async (page: Page) => {
    try {
      const session = await context.newCDPSession(page);
      if (shaken.has('processor')) await session.send('Emulation.setCPUThrottlingRate', { rate: 6 });
      if (shaken.has('network')) await session.send('Network.emulateNetworkConditions', { offline: false, latency: 150, downloadThroughput: -1, uploadThroughput: -1 });
    } catch {
      // It was closed again at once.
    }
  });
};
