import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { banner } from './harness/banner.ts';
import { startBrowser, visit } from './harness/browser.ts';
import { until } from './harness/ports.ts';
import { startSluis, type Sluis } from './harness/sluis.ts';

let sluis: Sluis, browser: Browser;
before(async () => { [sluis, browser] = await Promise.all([startSluis(), startBrowser()]); });
after(async () => { await browser?.close(); await sluis?.stop(); });

// Promise: an outage never grants anything and never forgets a choice. With
// Redis gone the scripts are still served, the choice takes effect in the page
// at once, the service says 503 with Retry-After within its deadline, and the
// browser delivers the record later, exactly once.
test('Redis stops and starts again', async () => {
  const visitor = await visit(browser);
  const { page, thirdParty } = visitor;
  const ui = banner(page);
  await sluis.redis.stop();

  await page.goto(`${sluis.url}/demo/`);
  await ui.region.waitFor();
  const answer = page.waitForResponse((response) => response.url().endsWith('/records') && response.request().method() === 'POST');
  const clicked = Date.now();
  await ui.category('analytics').waitFor({ state: 'hidden' });
  await ui.accept.click();
  await until('the tag loads although the record waits', () => thirdParty.some((request) => request.host === 'www.googletagmanager.com'));
  const refused = await answer;
  assert.equal(refused.status(), 503);
  assert.match(refused.headers()['retry-after'] ?? '', /^\d+$/);
  assert.ok(Date.now() - clicked < 10_000, 'within the deadline');
  const sent = JSON.parse(refused.request().postData()!);

  // The next page while Redis is still away: served, the choice known, the record still waiting.
  await page.reload();
  await ui.reopen.waitFor();
  assert.equal(await ui.region.isVisible(), false);

  await sluis.redis.start();
  await until('the service is ready again', async () => (await fetch(`${sluis.url}/readyz`)).ok, 30_000);
  await page.reload();
  const [record] = await until('the record arrives', async () => {
    const { items } = await sluis.read('demo', '/records');
    return items.length > 0 && items;
  });
  assert.equal(record.facts.id, sent.id, 'under the id it was first sent with');
  await page.reload();
  await page.waitForLoadState('networkidle');
  assert.equal((await sluis.read('demo', '/records')).items.length, 1, 'exactly once');
  assert.equal(await page.evaluate(() => Object.keys(localStorage).filter((key) => key.startsWith('sluis')).length), 0, 'the queue is empty');
  assert.deepEqual(visitor.errors, []);
  await visitor.leave();
});

// Protects: a visitor whose clock is most of a day ahead loses no record either
// when it could not be sent at once. It says no more than when it came.
test('a clock that is ahead, and a record that has to wait', async () => {
  const visitor = await visit(browser);
  const { page, context } = visitor;
  await page.addInitScript((ahead) => {
    const now = Date.now.bind(Date), iso = Date.prototype.toISOString;
    Date.now = () => now() + ahead;
    Date.prototype.toISOString = function () { return iso.call(new Date(+this + ahead)); };
  }, 22 * 36e5);
  await context.route('**/records', (route) => route.fulfill({ status: 503 }));
  await page.goto(`${sluis.url}/demo/`);
  const tried = page.waitForResponse((response) => response.url().endsWith('/records') && response.request().method() === 'POST');
  await banner(page).accept.click();
  const { id } = JSON.parse((await tried).request().postData()!);
  await until('it waits', () => page.evaluate(() => !!localStorage.sluis));
  await context.unroute('**/records');
  await page.reload();
  const record = await until('the record arrives', async () => (await sluis.read('demo', '/records')).items.find((item: any) => item.facts.id === id));
  assert.equal(record.facts.clientTime, record.facts.time);
  await visitor.leave();
});
