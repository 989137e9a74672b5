import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { allows, banner, choiceCookie } from './harness/banner.ts';
import { startBrowser, visit, type Visitor } from './harness/browser.ts';
import { nl } from './harness/labels.ts';
import { until } from './harness/ports.ts';
import { startSluis, type Sluis } from './harness/sluis.ts';
import { page as html, siteFile, startWebsite, type Website } from './harness/website.ts';

let sluis: Sluis, browser: Browser, website: Website;
before(async () => {
  website = await startWebsite();
  const ignoring = { more: 'gpc: ignore\ngpcReason: Only visitors from outside the EEA.' };
  [sluis, browser] = await Promise.all([startSluis({ site: siteFile(website.url), ignoring: siteFile(website.url, ignoring) }), startBrowser()]);
  const body = '<script type="text/plain" data-consent="social-media" src="https://social.example/a.js"></script>';
  for (const id of ['site', 'ignoring']) website.pages[`/${id}`] = html(`${sluis.url}/${id}.js`, { body });
});
after(async () => { await browser?.close(); await sluis?.stop(); await website?.close(); });

/** Of the moment: the page writes its own, and this file may be read before midnight and run after it. */
const today = (): number => Math.floor(Date.now() / 86_400_000);
const number = '7a0c6a3e-5a0b-4b6e-9d35-0f1f4ad1b9a2';

/** Someone whose browser sends Global Privacy Control, perhaps with a choice of earlier. */
const signalling = async (id: string, cookie?: string): Promise<Visitor> => {
  const visitor = await visit(browser);
  await visitor.context.addInitScript("Object.defineProperty(Navigator.prototype, 'globalPrivacyControl', { get: () => true })");
  if (cookie) await visitor.context.addCookies([{ name: 'sluis', value: cookie, url: website.url }]);
  await visitor.page.goto(`${website.url}/${id}`);
  await visitor.page.waitForLoadState('networkidle');
  return visitor;
};
const optional = ['functional', 'analytics', 'social-media'];
const records = async (query: string) => (await sluis.read('site', `/records?${query}`)).items.map(({ facts }: any) => facts);

// Promise: a grant that is older than the browser's signal no longer holds;
// nothing of it loads, the log has the act, and the visitor is told, not asked.
test('the signal withdraws a grant of earlier, and that is recorded', async () => {
  const visitor = await signalling('site', `1.1.f.${today() - 5}.+youtube.${number}`);
  const { page } = visitor;
  assert.deepEqual(await allows(page, ...optional, 'service:youtube'), [false, false, false, false]);
  assert.doesNotMatch((await page.evaluate(() => (window as any).Sluis.choice)) ?? '', /\.f\./, 'nobody is told of the old one');
  await page.getByRole('status').getByText(nl['gpc']!).waitFor();
  assert.equal(await banner(page).region.isVisible(), false);
  const [record] = await until('the act is recorded', async () => { const all = await records('action=signal'); return all.length && all; });
  assert.deepEqual([record.action, record.layer, record.gpc, record.choices], ['signal', 'signal', true, { necessary: 'granted', functional: 'denied', analytics: 'denied', 'social-media': 'denied' }]);
  assert.equal(await choiceCookie(page), `1.1.11.${today()}..`);
  assert.deepEqual([visitor.thirdParty, visitor.errors], [[], []]);
  await page.reload();
  await page.waitForLoadState('networkidle');
  assert.equal((await records('action=signal')).length, 1, 'once is enough');
  await visitor.leave();
});

// Promise: whoever chooses while the browser sends the signal means it: that wins, and stays.
test('a newer explicit choice wins over the signal', async () => {
  const visitor = await signalling('site');
  const { page, thirdParty } = visitor;
  await banner(page).region.getByText(nl['gpc']!).waitFor();
  assert.deepEqual(thirdParty, []);
  await banner(page).accept.click();
  await until('it loads', () => thirdParty.some(({ host }) => host === 'social.example'));
  assert.match((await choiceCookie(page))!, /^1\.1\.1f\./);
  thirdParty.length = 0;
  await page.reload();
  await until('it loads again', () => thirdParty.some(({ host }) => host === 'social.example'));
  assert.equal(await banner(page).region.isVisible(), false);
  const [record] = await until('it is recorded', async () => { const all = await records('action=accept_all'); return all.length && all; });
  assert.equal(record.gpc, true);
  await visitor.leave();
});

// Promise: whoever refused before is not asked again because of the signal.
test('a refusal of earlier stays a refusal', async () => {
  const visitor = await signalling('site', `1.1.1.${today() - 5}..`);
  assert.equal(await banner(visitor.page).region.isVisible(), false);
  await until('the cookie says so', async () => (await choiceCookie(visitor.page)) === `1.1.11.${today()}..`);
  await visitor.leave();
});

// Promise: a site that may ignore the signal and says why is not changed by it.
test('a site that ignores the signal is as without it', async () => {
  const visitor = await signalling('ignoring', `1.1.f.${today() - 5}..${number}`);
  assert.deepEqual(await allows(visitor.page, ...optional), [true, true, true]);
  await until('it loads', () => visitor.thirdParty.some(({ host }) => host === 'social.example'));
  await visitor.leave();
});

// Promise: what the website says of itself in gpc.json is what it does: a site
// that ignores the signal does not claim to heed it.
test('gpc.json says whether the signal is heeded', async () => {
  const says = async (id: string) => (await (await fetch(`${sluis.url}/${id}/gpc.json`)).json()).gpc;
  assert.deepEqual([await says('site'), await says('ignoring')], [true, false]);
});

// Promise: where the signal is ignored, a browser that sends it is asked as any
// other: nothing is on or said because of it, and the record still tells of it.
test('a site that ignores the signal asks as any other', async () => {
  const visitor = await signalling('ignoring');
  const { page, thirdParty } = visitor;
  const ui = banner(page);
  await ui.region.waitFor();
  assert.equal(await ui.region.getByText(nl['gpc']!).count(), 0);
  assert.deepEqual([thirdParty, await page.context().cookies()], [[], []], 'nor does it stand for consent');
  await ui.accept.click();
  await until('it loads', () => thirdParty.some(({ host }) => host === 'social.example'));
  assert.equal(await page.getByText(nl['gpc']!).count(), 0);
  const receipt = await page.evaluate(() => window.Sluis!.receipt());
  assert.deepEqual([receipt!.facts['action'], receipt!.facts['gpc']], ['accept_all', true]);
  await page.reload();
  await banner(page).reopen.waitFor();
  assert.deepEqual(await allows(page, ...optional), [true, true, true]);
  assert.deepEqual(visitor.errors, []);
  await visitor.leave();
});

// Promise: nor is it news what the signal makes of that grant as the page begins: one
// that loads anew at `sluis:choice` would never end where the banner cannot be had.
test('what the page begins under is no news', async () => {
  const head = '<script>heard = []; for (const name of ["choice", "ready"]) document.addEventListener("sluis:" + name, () => heard.push(name))</script>';
  website.pages['/news'] = html('data:text/javascript,', { head: `${head}<script async src="${sluis.url}/site.js"></script>` });
  const visitor = await signalling('site', `1.1.11.${today()}..`);
  const { page, context } = visitor;
  await context.route('**/v/**', (route) => route.abort());
  await context.addCookies([{ name: 'sluis', value: `1.1.f.${today() - 5}..${number}`, url: website.url }]);
  await page.goto(`${website.url}/news`);
  await page.evaluate(() => window.Sluis!.ready);
  assert.deepEqual(await page.evaluate('heard'), ['ready']);
  await visitor.leave();
});

// Promise: the newer explicit choice wins also where it was made in another tab, after
// which this one only gets the banner that was to write the signal down.
test('a choice made in another tab meanwhile wins over the signal', async () => {
  const visitor = await signalling('site', `1.1.11.${today()}..`);
  const { page, context } = visitor;
  await context.addCookies([{ name: 'sluis', value: `1.1.f.${today() - 5}..${number}`, url: website.url }]);
  const slow = await context.newPage();
  let come!: () => void;
  const wanted = new Promise<void>((resolve) => (come = resolve));
  await slow.route('**/v/**', async (route) => { await wanted; await route.continue(); });
  const begun = slow.waitForRequest('**/v/**');
  await slow.goto(`${website.url}/site`, { waitUntil: 'commit' });
  await begun;
  await page.reload();
  await until('the signal is heeded', async () => (await choiceCookie(page))?.includes('.11.'));
  await page.bringToFront();
  await banner(page).reopen.click();
  await banner(page).preferences.getByRole('button', { name: nl['accept']! }).click();
  const chosen = await until('it is chosen', async () => { const cookie = await choiceCookie(page); return cookie?.includes('.1f.') && cookie; });
  come();
  await until('the other tab follows', async () => (await allows(slow, 'analytics'))[0]);
  assert.equal(await choiceCookie(page), chosen);
  await visitor.leave();
});
