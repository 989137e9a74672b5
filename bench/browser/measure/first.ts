import type { Browser, BrowserContext, CDPSession } from 'playwright-core';
import type { Contender } from '../contender.ts';
import { ask, askedAt, newProfile, openTab, specOf, until, urlOf, type Tab } from './browser.ts';
import type { Profile } from './profile.ts';

/** A first visit that ends with a real press of the accept button. */
export interface First {
  fcp: number;
  lcp: number;
  bannerIsLargest: boolean;
  shift: number;
  blocking: number;
  longestTask: number;
  /** Bytes of live JavaScript after two collections, banner on screen. */
  heap: number;
  /** When the button could first be reached; null on the bare page. */
  hit: number | null;
  /** Longest event of the press, as Event Timing rounds it; 8 stands for "under its threshold of 16". */
  event: number | null;
  /** From the click to the start of the request for the held tag. */
  release: number | null;
  /** Bytes of cookies (name=value) and of localStorage that the choice left. */
  cookies: number;
  storage: number;
}

const settle = 1_000;

/** Makes the visit and hands back the browser profile it leaves behind, for the return. */
export const firstVisit = async (browser: Browser, origin: string, contender: Contender, profile: Profile): Promise<{ first: First; context: BrowserContext }> => {
  const context = await newProfile(browser);
  const { page, cdp, network } = await openTab(context, specOf(contender), profile);
  const bare = contender.id === 'bare';
  await page.goto(urlOf(origin, contender, profile), { waitUntil: 'load', timeout: 60_000 });
  if (!bare) await until(cdp, '__bench.hit !== null');
  await network.quiet(settle);
  const seen = await ask<Window['__bench']>(cdp, '__bench');
  const heap = await liveBytes(cdp);
  const largest = seen.lcp.at(-1);
  const first: First = {
    fcp: seen.fcp ?? NaN, lcp: largest?.time ?? NaN, bannerIsLargest: largest?.tool ?? false,
    shift: seen.shifts, blocking: seen.blocking, longestTask: seen.longest, heap, hit: seen.hit,
    event: null, release: null, cookies: 0, storage: 0,
  };
  if (!bare) {
    Object.assign(first, await press({ page, cdp, network }, contender));
    first.cookies = (await context.cookies()).reduce((sum, { name, value }) => sum + name.length + 1 + value.length, 0);
  }
  await page.close();
  return { first, context };
};

/** A mouse goes to the middle of the button, rests, and presses it. */
const press = async ({ page, cdp, network }: Tab, { id, accept }: Contender): Promise<Pick<First, 'event' | 'release' | 'storage'>> => {
  const spot = await ask<{ x: number; y: number } | null>(cdp, `(({ x, y } = {}) => x && { x, y })(__reach.reach(__reach.locate(${JSON.stringify(accept)})) ?? {})`);
  if (!spot) throw new Error(`${id}: the accept button went out of reach`);
  await page.mouse.move(spot.x, spot.y);
  await page.waitForTimeout(200);
  await ask(cdp, '__bench.events.length = 0');
  await page.mouse.click(spot.x, spot.y);
  await until(cdp, 'window.analyticsRan', 10_000);
  await network.quiet(500);
  const { click, events, asked, storage } = await ask<{ click: number; events: { duration: number }[]; asked: number; storage: number }>(cdp,
    `({ click: __bench.click, events: __bench.events, asked: ${askedAt}, storage: JSON.stringify({ ...localStorage }).length - 2 })`);
  return { event: Math.max(8, ...events.map(({ duration }) => duration)), release: asked - click, storage };
};

const liveBytes = async (cdp: CDPSession): Promise<number> => {
  await cdp.send('HeapProfiler.enable');
  await cdp.send('HeapProfiler.collectGarbage');
  await cdp.send('HeapProfiler.collectGarbage');
  return (await cdp.send('Runtime.getHeapUsage')).usedSize;
};
