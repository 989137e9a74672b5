import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { banner } from '../harness/banner.ts';
import { startBrowser, visit } from '../harness/browser.ts';
import { labels } from '../harness/labels.ts';
import { startSluis } from '../harness/sluis.ts';
import { siteFile, startWebsite } from '../harness/website.ts';
import { page as html } from './page.ts';
import { writeSheet } from './sheet.ts';

/**
 * `make gallery`: pictures of everything that visitors meet, from the real
 * service in the real browser, for people to look at. They prove nothing and
 * are compared with nothing: what can be computed is tested in looks.test.ts.
 */

const layouts = ['box', 'bar', 'centred'];
const schemes = ['light', 'dark'] as const;
const devices = { phone: { width: 390, height: 844 }, desktop: { width: 1440, height: 900 } };
const languages = ['nl', 'en'];
const services = 'google-analytics-4: {measurement_id: G-TEST12345}\n  youtube: {}\n  facebook-plugins: {}\n  x-embed: {}';

const folder = resolve(import.meta.dirname, 'out');
/** Only pictures whose name holds this: `make gallery ONLY=box-dark`. */
const only = process.env.ONLY ?? '';

/** A page of a visitor with a clean profile, handed to what takes its picture. */
const take = async (browser: Browser, name: string, url: string, options: Parameters<typeof visit>[1], pose: (page: Page) => Promise<unknown>, fullPage = false): Promise<void> => {
  if (!name.includes(only)) return;
  const visitor = await visit(browser, { reducedMotion: 'reduce', ...options });
  try {
    await visitor.page.goto(url);
    await pose(visitor.page);
    await visitor.page.screenshot({ path: join(folder, `${name}.png`), fullPage });
  } finally {
    await visitor.leave();
  }
};

const website = await startWebsite();
const sites: Record<string, string> = Object.fromEntries(layouts.map((layout) => [layout, siteFile(website.url, { services, more: `layout: ${layout}\n` })]));
sites['own'] = siteFile(website.url, { services, more: 'corner: end\ntheme:\n  accent: "#7a1f5c"\n  radius: 2\n  light: {background: "#fff8ef", text: "#30211a"}\n' });
const [sluis, browser] = await Promise.all([startSluis(sites), startBrowser()]);
try {
  mkdirSync(folder, { recursive: true });
  for (const file of readdirSync(folder)) if (file.endsWith('.png') && file.includes(only)) rmSync(join(folder, file));
  for (const site of Object.keys(sites))
    for (const lang of languages) website.pages[`/${site}/${lang}`] = html(`${sluis.url}/${site}.js`, lang);
  website.pages['/rtl'] = html(`${sluis.url}/box.js`, 'en', { direction: 'rtl' });
  website.pages['/large'] = html(`${sluis.url}/box.js`, 'nl', { style: 'html { font-size: 200% } body { font-size: 1rem }' });
  const asked = (lang: string) => (page: Page) => banner(page, labels(lang)).region.waitFor();
  const opened = (lang: string, details = false) => async (page: Page) => {
    await asked(lang)(page);
    const ui = banner(page, labels(lang));
    await ui.choose.click();
    await ui.preferences.waitFor();
    if (details) await ui.preferences.evaluate((dialog) => { for (const one of dialog.querySelectorAll('details')) one.open = true; dialog.querySelectorAll('details')[2]?.scrollIntoView(); });
  };
  const refused = (lang: string) => async (page: Page) => {
    await asked(lang)(page);
    await banner(page, labels(lang)).refuse.click();
    await page.frameLocator('iframe').first().getByRole('button').first().waitFor();
  };
  for (const lang of languages)
    for (const colorScheme of schemes)
      for (const [device, viewport] of Object.entries(devices)) {
        const rest = `${colorScheme}-${device}-${lang}`;
        for (const site of Object.keys(sites)) {
          const url = `${website.url}/${site}/${lang}`;
          await take(browser, `1-${site}-${rest}`, url, { colorScheme, viewport }, asked(lang));
          await take(browser, `2-${site}-preferences-${rest}`, url, { colorScheme, viewport }, opened(lang));
        }
        for (const site of ['box', 'own']) {
          const url = `${website.url}/${site}/${lang}`;
          await take(browser, `3-${site}-details-${rest}`, url, { colorScheme, viewport }, opened(lang, true));
          await take(browser, `4-${site}-embeds-${rest}`, url, { colorScheme, viewport }, refused(lang), true);
        }
        await take(browser, `7-declaration-${rest}`, `${sluis.url}/box/cookies?lang=${lang}`, { colorScheme, viewport }, (page) => page.getByRole('heading').first().waitFor(), true);
      }
  // Chosen before: number, date and buttons of the proof, and the message.
  await take(browser, '5-proof', `${website.url}/box/nl`, { viewport: devices.phone }, async (page) => {
    await asked('nl')(page);
    const ui = banner(page);
    await ui.accept.click();
    await ui.reopen.click();
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await ui.preferences.getByRole('button', { name: labels('nl')['copy']! }).click();
    await page.getByRole('status').filter({ hasText: /./ }).waitFor();
  });
  // Where layouts break: narrow, low, enlarged, from right to left, forced colours, in print.
  await take(browser, '6-narrow', `${website.url}/box/nl`, { viewport: { width: 320, height: 568 } }, asked('nl'));
  await take(browser, '6-narrow-bar', `${website.url}/bar/nl`, { viewport: { width: 320, height: 568 } }, asked('nl'));
  await take(browser, '6-narrow-preferences', `${website.url}/box/nl`, { viewport: { width: 320, height: 568 } }, opened('nl', true));
  await take(browser, '6-low', `${website.url}/box/nl`, { viewport: { width: 640, height: 256 } }, asked('nl'));
  await take(browser, '6-low-preferences', `${website.url}/box/nl`, { viewport: { width: 640, height: 256 } }, opened('nl'));
  await take(browser, '6-zoomed', `${website.url}/box/nl`, { viewport: { width: 720, height: 450 }, deviceScaleFactor: 2 }, asked('nl'));
  await take(browser, '6-zoomed-bar', `${website.url}/bar/nl`, { viewport: { width: 720, height: 450 }, deviceScaleFactor: 2 }, asked('nl'));
  await take(browser, '6-rtl', `${website.url}/rtl`, { viewport: devices.desktop }, asked('en'));
  await take(browser, '6-rtl-preferences', `${website.url}/rtl`, { viewport: devices.desktop }, opened('en'));
  await take(browser, '6-forced-colours', `${website.url}/box/nl`, { viewport: devices.desktop, forcedColors: 'active' }, asked('nl'));
  await take(browser, '6-forced-colours-preferences', `${website.url}/box/nl`, { viewport: devices.desktop, forcedColors: 'active' }, opened('nl'));
  await take(browser, '6-print', `${website.url}/box/nl`, { viewport: devices.desktop }, async (page) => {
    await asked('nl')(page);
    await page.emulateMedia({ media: 'print' });
  });
} finally {
  await Promise.all([browser.close(), sluis.stop(), website.close()]);
}
console.log(`Look at ${writeSheet(folder)}`);
