import type { Browser } from 'playwright-core';
import type { Contender } from '../contender.ts';
import { newProfile, openTab, specOf, until, urlOf } from './browser.ts';

/** Waits until the size of an answer has not changed for two seconds. */
const settled = async (url: string): Promise<void> => {
  for (let last = 0, same = 0; same < 10; ) {
    const answer = await fetch(url, { headers: { 'accept-encoding': 'br' } });
    const size = Number(answer.headers.get('content-length')) || (await answer.clone().arrayBuffer()).byteLength;
    if (!answer.ok) throw new Error(`GET ${url}: ${answer.status}`);
    same = size === last ? same + 1 : 0;
    last = size;
    await new Promise((next) => setTimeout(next, 200));
  }
};

/**
 * One visit to each contender that nobody measures. Whoever compresses on
 * demand, as Sluis does, has then swapped in its best compression, as it would
 * have for any but the first visitor of a release.
 */
export const warmUp = async (browser: Browser, origin: string, contender: Contender): Promise<void> => {
  const context = await newProfile(browser);
  try {
    const { page, cdp, network } = await openTab(context, specOf(contender));
    await page.goto(urlOf(origin, contender), { waitUntil: 'load' });
    await until(cdp, '__bench.hit !== null');
    await network.quiet(300);
    await Promise.all(network.wire(contender.owns).map(({ url }) => settled(url)));
  } finally {
    await context.close();
  }
};
