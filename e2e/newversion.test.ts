import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { allows, banner, choiceCookie } from './harness/banner.ts';
import { startBrowser, visit } from './harness/browser.ts';
import { until } from './harness/ports.ts';
import { startSluis, type Sluis } from './harness/sluis.ts';
import { accepts, held as heldScript, open, released } from './harness/trial.ts';
import { page as html, siteFile, startWebsite, type Website } from './harness/website.ts';

let sluis: Sluis, browser: Browser, website: Website;
before(async () => {
  website = await startWebsite();
  [sluis, browser] = await Promise.all([startSluis({ site: siteFile(website.url), late: siteFile(website.url) }), startBrowser({ ignoreDefaultArgs: ['--disable-back-forward-cache'] })]);
});
after(async () => { await browser?.close(); await sluis?.stop(); await website?.close(); });

/** Has everybody asked anew. */
const raise = async (site: string): Promise<void> => {
  sluis.site(site, siteFile(website.url, { more: 'legalVersion: 2\n' }));
  await until('the new version is served', async () => (await sluis.read(site, '')).legalVersion === 2);
};

// Protects: what is refused in one tab holds in every other, also where the question
// there was about a newer legal version than the one of the older tab.
test('a refusal about a newer legal version ends what an older tab runs', async () => {
  const visitor = await open(browser, website, `${sluis.url}/site.js`, '/page', {});
  const { page, context } = visitor;
  await accepts(visitor);
  await until('the grant is in the log', async () => (await sluis.read('site', '/records')).items.length === 1);
  await raise('site');
  website.pages['/next'] = html(`${sluis.url}/site.js?2`);
  const next = await context.newPage();
  await next.goto(`${website.url}/next`);
  await banner(next).refuse.click();
  await banner(next).reopen.waitFor();
  visitor.thirdParty.length = 0;
  await page.bringToFront();
  await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')));
  await until('the older tab allows nothing', async () => (await allows(page, 'analytics'))[0] === false);
  assert.deepEqual(visitor.thirdParty, []);
  assert.deepEqual(visitor.errors, []);
  await visitor.leave();
});

// Protects: a gate that a browser had kept may get the banner of a newer version, for
// another is not served any more: what its visitor answers there holds all the same.
test('an answer to the question of a version that came while the page loaded', async () => {
  const visitor = await visit(browser);
  const { page, context } = visitor;
  let arrives = () => {};
  const held = new Promise<void>((go) => (arrives = go));
  await context.route('**/v/**', async (route) => { await held; await route.continue(); });
  website.pages['/late'] = html(`${sluis.url}/late.js`, { body: heldScript });
  await page.goto(`${website.url}/late`, { waitUntil: 'commit' });
  await page.waitForFunction(() => window.Sluis);
  await raise('late');
  arrives();
  await banner(page).accept.click();
  await until('what was held is let go', () => released(visitor));
  assert.match((await choiceCookie(page))!, /^1\.2\.f\./);
  await until('it is in the log', async () => (await sluis.read('late', '/records')).items.length === 1);
  assert.deepEqual(visitor.errors, []);
  await visitor.leave();
});
