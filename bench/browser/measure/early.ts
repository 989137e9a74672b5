import type { Browser } from 'playwright-core';
import type { Contender } from '../contender.ts';
import { ask, newProfile, openTab, specOf, until, urlOf } from './browser.ts';
import type { Profile } from './profile.ts';

/** A first visit by somebody who presses accept in the very frame it can be reached. */
export interface Early {
  /** The frame in which the button could be reached, and the one in which a press counted. */
  hit: number;
  honoured: number;
  attempts: number;
}

export const earlyVisit = async (browser: Browser, origin: string, contender: Contender, profile: Profile): Promise<Early> => {
  const context = await newProfile(browser);
  try {
    const { page, cdp } = await openTab(context, specOf(contender, true), profile);
    await page.goto(urlOf(origin, contender, profile), { waitUntil: 'commit', timeout: 60_000 });
    await until(cdp, 'window.__bench && __bench.honoured !== null');
    return await ask<Early>(cdp, '({ hit: __bench.hit, honoured: __bench.honoured, attempts: __bench.attempts })');
  } finally {
    await context.close();
  }
};
