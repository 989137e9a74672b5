import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Browser } from 'playwright-core';
import type { Contender, Place } from './contender.ts';
import { contenders } from './contenders.ts';
import { newProfile, openTab, specOf, startBrowser, urlOf } from './measure/browser.ts';
import { startWebsite } from './page/serve.ts';
import { startSluis } from './sluis/contender.ts';

/**
 * Pictures of Sluis and other tools on the page of the benchmark, phone and
 * desktop, first layer and preferences, into the folder that is named:
 * `make gallery PEERS=1` puts them beside our own.
 */

const devices = { phone: { width: 390, height: 844 }, desktop: { width: 1440, height: 900 } };
const folder = resolve(process.argv[2] ?? '../../e2e/gallery/out/peers');
mkdirSync(folder, { recursive: true });

const take = async (browser: Browser, origin: string, contender: Contender): Promise<void> => {
  const context = await newProfile(browser);
  try {
    const { page, network } = await openTab(context, specOf(contender));
    const shown = async (place: Place) => {
      await page.waitForFunction((where) => window.__reach.shown(window.__reach.locate(where)), place, { timeout: 15_000 });
      await network.quiet(300);
      // Most of them come in with an animation.
      await page.waitForTimeout(700);
    };
    const pictures = async (layer: string) => {
      for (const [device, viewport] of Object.entries(devices)) {
        await page.setViewportSize(viewport);
        await page.screenshot({ path: join(folder, `${layer}-${device}-${contender.id}.png`) });
      }
    };
    await page.setViewportSize(devices.phone);
    await page.goto(urlOf(origin, contender), { waitUntil: 'load' });
    await shown(contender.accept);
    await pictures('1');
    if (!contender.opener || !contender.preferences) return;
    await page.evaluate((where) => (window.__reach.locate(where) as HTMLElement).click(), contender.opener);
    await shown(contender.preferences);
    await pictures('2');
  } finally {
    await context.close();
  }
};

const website = await startWebsite();
const ours = await startSluis(website.origin);
const browser = await startBrowser();
try {
  const all = await contenders(['sluis', 'vanilla', 'klaro', 'tarteaucitron', 'osano', 'c15t-react'], website.origin, { sluis: async () => ours });
  for (const contender of all.filter(({ id }) => id !== 'bare')) {
    website.add(contender);
    await take(browser, website.origin, contender);
  }
} finally {
  await Promise.all([browser.close(), ours.stop?.(), website.close()]);
}
