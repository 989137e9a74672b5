import type { Browser, BrowserContext } from 'playwright-core';
import { analytics, type Contender } from '../contender.ts';
import { ask, askedAt, newProfile, openTab, until, urlOf } from './browser.ts';
import type { Profile } from './profile.ts';

/** A later visit of somebody who has agreed. */
export interface Return {
  /** When the tag was requested, from the start of the navigation. */
  asked: number;
  /** Bytes of the tool's files that had come in by then, and how many requests the tool made in all. */
  bytes: number;
  requests: number;
}

const visit = async (context: BrowserContext, origin: string, contender: Contender, profile: Profile): Promise<Return> => {
  const { page, cdp, network } = await openTab(context, {}, profile);
  await page.goto(urlOf(origin, contender.id === 'bare' ? { id: 'live' } : contender, profile), { waitUntil: 'load', timeout: 60_000 });
  await until(cdp, 'window.analyticsRan');
  await network.quiet(500);
  const asked = await ask<number>(cdp, askedAt);
  const tag = network.requests.find(({ url }) => url.endsWith(analytics))!;
  const wire = network.wire(contender.owns);
  await page.close();
  return {
    asked,
    bytes: wire.filter(({ finished }) => finished !== undefined && finished <= tag.sent).reduce((sum, { bytes }) => sum + bytes, 0),
    requests: wire.length,
  };
};

/** Comes back with what the first visit left in its cache, then once more with the choice but an empty cache. */
export const returnVisits = async (browser: Browser, context: BrowserContext, origin: string, contender: Contender, profile: Profile): Promise<{ warm: Return; empty: Return }> => {
  const warm = await visit(context, origin, contender, profile);
  const fresh = await newProfile(browser, { storageState: await context.storageState() });
  try {
    return { warm, empty: await visit(fresh, origin, contender, profile) };
  } finally {
    await fresh.close();
  }
};
