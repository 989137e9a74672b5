import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { allows, banner, choiceCookie } from './harness/banner.ts';
import { startBrowser, visit } from './harness/browser.ts';
import { startSluis, type Sluis } from './harness/sluis.ts';
import { dataLayer } from './harness/thirdparty.ts';
import { until } from './harness/ports.ts';

let sluis: Sluis, browser: Browser;
before(async () => { [sluis, browser] = await Promise.all([startSluis(), startBrowser()]); });
after(async () => { await browser?.close(); await sluis?.stop(); });

const optional = ['functional', 'analytics', 'social-media'];
const actions = async (): Promise<string[]> => (await sluis.read('demo', '/records')).items.map((record: any) => record.facts.action).reverse();
const recorded = (...expected: string[]) => until(`the log holds ${expected}`, async () => `${await actions()}` === `${expected}`);

// Promise: the main job. A visitor's every act has its effect in the page at
// once, is found in the log over REST, and is proven by a receipt that anyone
// can check offline; and nothing of a third party moves before it is allowed.
test('a visitor walks the demo page', async (t) => {
  const visitor = await visit(browser);
  const { page, thirdParty, ours } = visitor;
  const ui = banner(page);

  await t.test('nothing third-party and no storage before the choice; two requests until the banner shows', async () => {
    await page.goto(`${sluis.url}/demo/`);
    await ui.region.waitFor();
    await page.waitForLoadState('networkidle');
    assert.equal(thirdParty.map((request) => request.url).join(), '');
    assert.deepEqual(await page.context().cookies(), []);
    assert.deepEqual(await page.evaluate(() => [localStorage.length, sessionStorage.length]), [0, 0]);
    assert.equal(ours.filter((request) => /\.js$/.test(request)).length, 2, `${ours}`);
    assert.ok(!ours.some((request) => request.includes('/v1/')), `${ours}`);
    assert.deepEqual(await allows(page, 'necessary', ...optional), [true, false, false, false]);
  });

  await t.test('refuse, reload: still nothing, no banner, no number on the device', async () => {
    await ui.refuse.click();
    await ui.region.waitFor({ state: 'hidden' });
    await recorded('refuse_all');
    assert.match((await choiceCookie(page))!, /^1\.1\.1\.\d{5}\.\.$/);
    ours.length = 0;
    await page.reload();
    await ui.reopen.waitFor();
    await page.waitForLoadState('networkidle');
    assert.equal(await ui.region.isVisible(), false);
    assert.equal(thirdParty.map((request) => request.url).join(), '');
    assert.ok(!ours.some((request) => request.includes('/v1/')), `${ours}`);
  });

  await t.test('reopen, accept analytics only: only Google Analytics, signals in order', async () => {
    await ui.reopen.click();
    await ui.preferences.waitFor();
    assert.equal(await ui.category('necessary').isDisabled(), true);
    for (const category of optional) assert.equal(await ui.category(category).isChecked(), false);
    await ui.category('analytics').check({ force: true });
    await ui.save.click();
    await until('Google Analytics is fetched', () => thirdParty.length > 0);
    await page.waitForLoadState('networkidle');
    assert.deepEqual([...new Set(thirdParty.map((request) => request.host))], ['www.googletagmanager.com']);
    const layer = await dataLayer(page);
    assert.deepEqual(layer.map((entry) => entry.slice(0, 2).map((word) => (word instanceof Date || typeof word === 'object' ? 'value' : word)).join(' ')),
      ['consent default', 'consent update', 'js value', 'config G-DEMO12345']);
    const denied = { ad_storage: 'denied', ad_user_data: 'denied', ad_personalization: 'denied', analytics_storage: 'denied',
      functionality_storage: 'denied', personalization_storage: 'denied', security_storage: 'granted' };
    assert.deepEqual(layer[0]![2], denied);
    assert.deepEqual(layer[1]![2], { ...denied, analytics_storage: 'granted' });
    await recorded('refuse_all', 'save');
    assert.deepEqual(await allows(page, ...optional), [false, true, false]);
  });

  await t.test('reload with consent: the same order again, the gate alone, nothing sent', async () => {
    ours.length = thirdParty.length = 0;
    await page.reload();
    await until('Google Analytics is fetched', () => thirdParty.length > 0);
    await page.waitForLoadState('networkidle');
    assert.deepEqual((await dataLayer(page)).map((entry) => entry.slice(0, 2).map((word) => (typeof word === 'object' ? 'value' : word)).join(' ')),
      ['consent default', 'consent update', 'js value', 'config G-DEMO12345']);
    assert.ok(!ours.some((request) => request.includes('/v1/')), `${ours}`);
  });

  await t.test('withdraw: the cookies are gone, nothing loads after the reload', async () => {
    assert.ok((await page.context().cookies()).some((cookie) => cookie.name === '_ga'), 'the fake tag has set its cookie');
    const reloaded = page.waitForEvent('load');
    await page.evaluate(() => (window as any).Sluis.withdraw());
    await reloaded;
    await page.waitForLoadState('networkidle');
    assert.deepEqual((await page.context().cookies()).map((cookie) => cookie.name).filter((name) => name.startsWith('_ga')), []);
    assert.match((await choiceCookie(page))!, /^1\.1\.1\.\d{5}\.\.$/, 'the consent number has left the device');
    thirdParty.length = 0;
    await page.reload();
    await page.waitForLoadState('networkidle');
    assert.equal(thirdParty.map((request) => request.url).join(), '');
    await recorded('refuse_all', 'save', 'withdraw');
  });

  await t.test('each act is in the log with a receipt that verifies offline', async () => {
    const { items } = await sluis.read('demo', '/records');
    assert.equal(items.length, 3);
    const key = await (await fetch(`${sluis.url}/v1/sites/demo/log/key`)).text();
    writeFileSync(join(sluis.data, 'key'), key);
    for (const { facts: { id } } of items) {
      const receipt = await (await fetch(`${sluis.url}/v1/sites/demo/records/${id}/receipt`)).text();
      const file = join(sluis.data, `${id}.json`);
      writeFileSync(file, receipt);
      const good = await sluis.command('verify', 'receipt', file, '--key', join(sluis.data, 'key'));
      assert.equal(good.status, 0, good.stderr);
      writeFileSync(file, receipt.replace(/"analytics":\s*"(granted|denied)"/, (_, was) => `"analytics":"${was === 'granted' ? 'denied' : 'granted'}"`));
      const forged = await sluis.command('verify', 'receipt', file, '--key', join(sluis.data, 'key'));
      assert.equal(forged.status, 1, 'a forged choice is found');
    }
    const log = await sluis.command('verify', 'log', '--site', 'demo', '--from', sluis.url, '--reader-key', await sluis.readerKey('demo'));
    assert.equal(log.status, 0, log.stderr + log.stdout);
  });

  await t.test('the saved and the withdrawn choice belong to one visitor, the refusal to nobody', async () => {
    const notices = await sluis.read('demo', '/notices');
    assert.ok(notices.items.some((notice: any) => notice.language === 'nl' && notice.current));
  });

  assert.deepEqual(visitor.errors, []);
  await visitor.leave();
});
