import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { chromium, type Browser, type Page } from 'playwright-core';
import { allows, banner, choiceCookie } from './harness/banner.ts';
import { chromiumHere, startBrowser, visit, type Visitor } from './harness/browser.ts';
import { until } from './harness/ports.ts';
import { startSluis, type Sluis } from './harness/sluis.ts';
import { watchThirdParties } from './harness/thirdparty.ts';
import { accepts, asks, held, released } from './harness/trial.ts';
import { page as html, siteFile, startWebsite, type Website } from './harness/website.ts';

let sluis: Sluis, browser: Browser, website: Website;
before(async () => {
  website = await startWebsite();
  [sluis, browser] = await Promise.all([startSluis({ site: siteFile(website.url) }), startBrowser()]);
  website.pages['/page'] = html(`${sluis.url}/site.js`, { body: `${held}<iframe data-consent="social-media" data-src="https://www.youtube.com/embed/abc"></iframe>` });
});
after(async () => { await browser?.close(); await sluis?.stop(); await website?.close(); });

/** Opens the page where what matches is blocked; what it gives lets it through again. */
const without = async (pattern: string): Promise<[Visitor, allow: () => Promise<void>]> => {
  const visitor = await visit(browser);
  await visitor.context.route(pattern, (route) => route.abort('blockedbyclient'));
  await visitor.page.goto(`${website.url}/page`);
  return [visitor, () => visitor.context.unroute(pattern)];
};

/** What a call of the page's interface settles with, or that it never does: by `null` a page knows that nothing was done. */
const settles = (page: Page, name: 'open' | 'withdraw' | 'receipt'): Promise<unknown> =>
  page.evaluate((name) => Promise.race([(window as any).Sluis[name](), new Promise((late) => setTimeout(late, 8000, 'never'))]).then((value) => (value === undefined ? 'done' : value), () => 'refused'), name);

// Protects: where the banner is blocked the page works, nothing is released, the
// page's calls end instead of hanging, and no change of the page asks for it again.
test('the banner is blocked, then no longer', async () => {
  const [visitor, allow] = await without('**/v/**');
  const { page, thirdParty, ours } = visitor;
  await page.getByRole('heading', { name: 'Website' }).waitFor();
  await page.waitForLoadState('networkidle');
  assert.deepEqual([await settles(page, 'receipt'), await settles(page, 'withdraw')], [null, null]);
  await page.evaluate(async () => { for (let i = 0; i < 50; i++) { document.body.append('more'); await new Promise((next) => setTimeout(next)); } });
  const asked = ours.filter((request) => request.includes('/v/')).length;
  assert.ok(asked <= 3, `asked ${asked} times`);
  assert.deepEqual(await allows(page, 'necessary', 'analytics', 'service:youtube'), [true, false, false]);
  assert.deepEqual(thirdParty, []);
  assert.equal(await choiceCookie(page), undefined);
  await allow();
  await until('a later call finds it', async () => { await settles(page, 'open'); return banner(page).preferences.isVisible(); });
  await page.keyboard.press('Escape');
  await asks(visitor);
  await accepts(visitor);
  await visitor.leave();
});

// Protects: where something else answers in the banner's place, such as the page
// of a hotel's network, the page's calls end too.
test('the banner is something else', async () => {
  const visitor = await visit(browser);
  await visitor.context.route('**/v/**', (route) => route.fulfill({ contentType: 'text/javascript', body: 'portal()' }));
  await visitor.page.goto(`${website.url}/page`);
  assert.deepEqual([await settles(visitor.page, 'receipt'), await settles(visitor.page, 'withdraw')], [null, null]);
  await visitor.context.unroute('**/v/**');
  await until('a later call finds it', async () => { await settles(visitor.page, 'open'); return banner(visitor.page).preferences.isVisible(); });
  await visitor.leave();
});

// Protects: a returning visitor's choice needs no banner; and a click on the
// control while it is blocked is no error.
test('the banner is blocked for a returning visitor', async () => {
  const visitor = await visit(browser);
  const { page } = visitor;
  await visitor.context.addCookies([{ name: 'sluis', value: `1.1.5.${Math.floor(Date.now() / 864e5)}..7a0c6a3e-5a0b-4b6e-9d35-0f1f4ad1b9a1`, url: website.url }]);
  await visitor.context.route('**/v/**', (route) => route.abort('blockedbyclient'));
  await page.goto(`${website.url}/page`);
  await until('what is allowed loads', () => released(visitor));
  await banner(page).reopen.click();
  assert.equal(await settles(page, 'receipt'), null);
  await visitor.context.unroute('**/v/**');
  // Once they open, nothing behind them can be clicked.
  await until('a later click opens it', async () => { await banner(page).reopen.click({ timeout: 1000 }).catch(() => {}); return banner(page).preferences.isVisible(); });
  assert.deepEqual(visitor.errors, []);
  await visitor.leave();
});

// Protects: with only the record's way blocked the choice holds; the record
// arrives from the next page that can send it, once.
test('the record is blocked, then no longer', async () => {
  const [visitor, allow] = await without('**/v1/**');
  const { page } = visitor;
  await asks(visitor);
  await accepts(visitor);
  assert.equal(await settles(page, 'receipt'), null);
  const id = await page.evaluate(() => JSON.parse(localStorage.sluis)[0].id);
  await allow();
  await page.reload();
  await until('the record is in the log, once', async () => (await sluis.read('site', '/records')).items.filter((record: any) => record.facts.id === id).length === 1);
  await until('nothing waits any more', () => page.evaluate(() => !('sluis' in localStorage)));
  assert.deepEqual(visitor.errors, []);
  await visitor.leave();
});

// Protects: a service that is not set up right for a while loses no record.
test('the record is not found for a while', async () => {
  const visitor = await visit(browser);
  const { page } = visitor;
  await visitor.context.route('**/v1/**', (route) => route.fulfill({ status: 404, headers: { 'access-control-allow-origin': '*' } }));
  await page.goto(`${website.url}/page`);
  await accepts(visitor);
  assert.equal(await settles(page, 'receipt'), null);
  const id = await page.evaluate(() => JSON.parse(localStorage.sluis)[0].id);
  await visitor.context.unroute('**/v1/**');
  await page.reload();
  await until('the record is in the log', async () => (await sluis.read('site', '/records')).items.some((record: any) => record.facts.id === id));
  await visitor.leave();
});

// Protects: with cookies and storage forbidden by the browser's own settings a
// choice holds for the page it was made on; the next asks again, once, and has
// released nothing.
test('cookies and storage are forbidden', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'sluis-profile-'));
  mkdirSync(join(folder, 'Default'));
  writeFileSync(join(folder, 'Default/Preferences'), JSON.stringify({ profile: { default_content_setting_values: { cookies: 2 } } }));
  const context = await chromium.launchPersistentContext(folder, { ...chromiumHere, locale: 'nl-NL' });
  try {
    const errors: string[] = [], ours: string[] = [];
    const visitor: Visitor = { context, page: await context.newPage(), thirdParty: await watchThirdParties(context), ours, errors, leave: () => context.close() };
    const { page, thirdParty } = visitor;
    page.on('pageerror', (error) => errors.push(String(error)));
    await page.goto(`${website.url}/page`);
    assert.equal(await page.evaluate(() => { try { return localStorage.length; } catch (error) { return (error as Error).name; } }), 'SecurityError', 'they are forbidden');
    await asks(visitor);
    await accepts(visitor);
    await until('it is recorded all the same', async () => ((await settles(page, 'receipt')) as any)?.facts.action === 'accept_all');
    await page.evaluate(() => { document.dispatchEvent(new Event('visibilitychange', { bubbles: true })); });
    assert.equal(await banner(page).region.isVisible(), false, 'asked once');
    thirdParty.length = 0;
    await page.reload();
    await asks(visitor);
    await banner(page).refuse.click();
    await banner(page).region.waitFor({ state: 'hidden' });
    assert.deepEqual(thirdParty, []);
    assert.deepEqual(errors, []);
  } finally {
    await context.close();
    rmSync(folder, { recursive: true, force: true, maxRetries: 9 });
  }
});
