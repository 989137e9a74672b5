import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { banner, choiceCookie } from './harness/banner.ts';
import { startBrowser } from './harness/browser.ts';
import { nl } from './harness/labels.ts';
import { until } from './harness/ports.ts';
import { startSluis, type Sluis } from './harness/sluis.ts';
import { dataLayer } from './harness/thirdparty.ts';
import { open as openPage, type Parts } from './harness/trial.ts';
import { siteFile, startWebsite, type Website } from './harness/website.ts';

let sluis: Sluis, browser: Browser, website: Website;
before(async () => {
  website = await startWebsite();
  const ads = siteFile(website.url, { services: 'google-analytics-4: {measurement_id: G-TEST12345}\n  google-ads: {conversion_id: AW-123456789}', more: 'advertising: true\n' });
  [sluis, browser] = await Promise.all([startSluis({ site: siteFile(website.url), ads }), startBrowser()]);
});
after(async () => { await browser?.close(); await sluis?.stop(); await website?.close(); });

const today = Math.floor(Date.now() / 86_400_000);
const number = '7a0c6a3e-5a0b-4b6e-9d35-0f1f4ad1b9a1';
const signals = (granted: string[]) => Object.fromEntries(['ad_storage', 'ad_user_data', 'ad_personalization', 'analytics_storage', 'functionality_storage', 'personalization_storage', 'security_storage']
  .map((signal) => [signal, granted.includes(signal) || signal === 'security_storage' ? 'granted' : 'denied']));
const measuring = ['analytics_storage'];
const remembering = ['functionality_storage', 'personalization_storage'];
const advertising = ['ad_storage', 'ad_user_data', 'ad_personalization'];

const open = (parts: Parts = {}, site = 'site') => openPage(browser, website, `${sluis.url}/${site}.js`, '/page', parts);
/** What was said to Google about consent so far: command and signals. */
const said = async (page: Page) => (await dataLayer(page)).filter(([first]) => first === 'consent').map(([, command, values]) => [command, values]);
const google = ({ thirdParty }: { thirdParty: { url: string }[] }) => thirdParty.filter(({ url }) => /google/.test(url)).length;
const choose = async (page: Page, ...categories: string[]) => {
  const ui = banner(page);
  if (await ui.region.isVisible()) await ui.choose.click();
  else await ui.reopen.click();
  await ui.preferences.waitFor();
  for (const category of ['functional', 'analytics', 'social-media']) {
    const name = category === 'social-media' ? [nl['social-media.name']!, nl['advertising.name']!] : [nl[`${category}.name`]!];
    const control = ui.preferences.getByRole('switch', { name: name[0]! }).or(ui.preferences.getByRole('switch', { name: name.at(-1)! })).first();
    await control.setChecked(categories.includes(category), { force: true });
  }
  await ui.save.click();
};

// Protects: Google's tags find "denied" before anything else of the page can run
// (G1, G2), beside what the page itself has in its data layer.
test('the default stands before every other script of the page', async () => {
  const visitor = await open({ before: '<script>dataLayer = [{ event: "early" }]</script>', head: `<script>found = [typeof gtag, dataLayer.length, dataLayer[0].event, dataLayer[1][0], dataLayer[1][1], dataLayer[1][2].ad_storage]; gtag('set', 'own', 1)</script>` });
  const { page } = visitor;
  await banner(page).region.waitFor();
  assert.deepEqual(await page.evaluate('found'), ['function', 2, 'early', 'consent', 'default', 'denied']);
  assert.deepEqual(await said(page), [['default', signals([])]]);
  assert.equal(await page.evaluate('Object.prototype.toString.call(dataLayer[1])'), '[object Arguments]', 'Google ignores arrays');
  // G9: basic mode. Not even the tag is asked for.
  assert.equal(google(visitor), 0);
  await visitor.leave();
});

// Protects: a choice of earlier is told at once and before the tag (G3); one
// that allows nothing says no more than the default did.
for (const [name, bits, granted] of [['analytics', '5', measuring], ['analytics and more', 'f', [...measuring, ...remembering]], ['functional', '3', remembering], ['nothing', '1', undefined]] as const)
  test(`a choice of earlier: ${name}`, async () => {
    const visitor = await open({ head: '<script>found = [...dataLayer].map((entry) => entry[1])</script>', options: { storageState: { origins: [], cookies: [{ name: 'sluis', value: `1.1.${bits}.${today}..${granted ? number : ''}`, domain: 'localhost', path: '/', expires: -1, httpOnly: false, secure: false, sameSite: 'Lax' }] } } });
    const { page } = visitor;
    await page.waitForLoadState('networkidle');
    assert.deepEqual(await said(page), [['default', signals([])], ...(granted ? [['update', signals([...granted])]] : [])]);
    assert.deepEqual((await page.evaluate<string[]>('found')).slice(0, 2), granted ? ['default', 'update'] : ['default'], 'before the page’s own scripts');
    assert.equal(google(visitor) > 0, !!granted && (granted as readonly string[]).includes('analytics_storage'));
    await visitor.leave();
  });

// Protects: every decision is told once, with all seven signals, on its page (G4,
// G8), then the tag comes, then its start and settings (G5, G10).
test('one update for each decision, then the tag', async () => {
  const visitor = await open();
  const { page } = visitor;
  await banner(page).region.waitFor();
  await choose(page, 'functional');
  assert.deepEqual(await said(page), [['default', signals([])], ['update', signals(remembering)]]);
  assert.equal(google(visitor), 0);
  await choose(page, 'functional', 'analytics');
  await until('the tag is asked for', () => google(visitor) > 0);
  const layer = await dataLayer(page);
  assert.deepEqual(await said(page), [['default', signals([])], ['update', signals(remembering)], ['update', signals([...remembering, ...measuring])]]);
  assert.deepEqual(layer.map(([first]) => first), ['consent', 'consent', 'consent', 'js', 'config']);
  const [, id, settings] = layer.at(-1)!;
  assert.equal(id, 'G-TEST12345');
  assert.deepEqual([settings.allow_google_signals, settings.allow_ad_personalization_signals], [false, false], 'no advertising use of a measurement');
  assert.equal(settings.cookie_flags, 'SameSite=Lax;Secure');
  assert.equal(settings.cookie_update, false, 'visits do not prolong the cookie');
  assert.ok(settings.cookie_expires <= 34128000, '13 months');
  await choose(page, 'functional', 'analytics', 'social-media');
  await until('the third decision is told', async () => (await said(page)).length === 4);
  assert.deepEqual((await said(page)).at(-1), ['update', signals([...remembering, ...measuring])], 'social media is not advertising here');
  assert.equal(google(visitor), 1, 'the tag comes once');
  await visitor.leave();
});

// Protects: to withdraw is told to Google before the page goes (G6), the tag is
// silenced, its cookies go, and the next page begins from "denied".
test('a withdrawal is told before the page is loaded anew', async () => {
  const visitor = await open({ init: () => { addEventListener('pagehide', () => { sessionStorage.last = JSON.stringify([[...(window as any).dataLayer].map((entry) => Array.from(entry)).filter(([first]) => first === 'consent').at(-1), (window as any)['ga-disable-G-TEST12345']]); }); } });
  const { page } = visitor;
  await banner(page).accept.click();
  await until('the tag has set its cookie', async () => (await page.context().cookies()).some(({ name }) => name === '_ga'));
  const reloaded = page.waitForEvent('load');
  await page.evaluate(() => (window as any).Sluis.withdraw());
  await reloaded;
  assert.deepEqual(JSON.parse(await page.evaluate(() => sessionStorage.last)), [['consent', 'update', signals([])], true]);
  assert.deepEqual((await page.context().cookies()).filter(({ name }) => name.startsWith('_ga')), []);
  assert.match((await choiceCookie(page))!, /^1\.1\.1\./);
  assert.deepEqual(await said(page), [['default', signals([])]]);
  await visitor.leave();
});

// Protects: the advertising signals are granted only where the category names
// advertising and the visitor allows it.
test('advertising only where it is named and allowed', async () => {
  const visitor = await open({}, 'ads');
  const { page } = visitor;
  await banner(page).region.waitFor();
  assert.deepEqual(await said(page), [['default', signals([])]]);
  await choose(page, 'analytics');
  assert.deepEqual((await said(page)).at(-1), ['update', signals(measuring)]);
  await choose(page, 'analytics', 'social-media');
  await until('it is told', async () => (await said(page)).length === 3);
  assert.deepEqual((await said(page)).at(-1), ['update', signals([...measuring, ...advertising])]);
  await visitor.leave();
});
