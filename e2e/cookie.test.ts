import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { allows, banner } from './harness/banner.ts';
import { startBrowser, visit } from './harness/browser.ts';
import { startSluis, type Sluis } from './harness/sluis.ts';

let sluis: Sluis, browser: Browser;
before(async () => { [sluis, browser] = await Promise.all([startSluis(), startBrowser()]); });
after(async () => { await browser?.close(); await sluis?.stop(); });

const today = Math.floor(Date.now() / 86_400_000);
const number = '7a0c6a3e-5a0b-4b6e-9d35-0f1f4ad1b9a1';

/** Opens the demo with this choice cookie and says whether the banner asks and what is allowed. */
const openWith = async (value: string) => {
  const visitor = await visit(browser);
  await visitor.context.addCookies([{ name: 'sluis', value, url: sluis.url }]);
  await visitor.page.goto(`${sluis.url}/demo/`);
  await visitor.page.waitForLoadState('networkidle');
  const result = {
    asks: await banner(visitor.page).region.isVisible(),
    allowed: await allows(visitor.page, 'functional', 'analytics', 'social-media'),
    thirdParty: visitor.thirdParty.length,
  };
  assert.deepEqual(visitor.errors, []);
  await visitor.leave();
  return result;
};

// Promise: a tampered, truncated or future-version cookie is no choice, never a grant.
for (const [name, value] of Object.entries({
  'a later schema': `2.1.f.${today}..${number}`,
  'another legal version': `1.2.f.${today}..${number}`,
  'a grant without a number': `1.1.f.${today}..`,
  'truncated': `1.1.f.${today}`,
  'something behind it': `1.1.f.${today}..${number}x`,
  'a bit too many': `1.1.2f.${today}..${number}`,
  'necessary denied': `1.1.e.${today}..${number}`,
  'decided in the future': `1.1.f.${today + 40}..${number}`,
  'no number at all': 'true',
  'markup': '<script>alert(1)</script>',
})) {
  test(`a cookie with ${name} is no choice`, async () => {
    assert.deepEqual(await openWith(encodeURI(value)), { asks: true, allowed: [false, false, false], thirdParty: 0 });
  });
}

// Promise: a refusal is remembered for six months and then asked again; it is not prolonged by visits.
for (const [days, asks] of [[0, false], [179, false], [184, true]] as const) {
  test(`a refusal of ${days} days ago ${asks ? 'is asked again' : 'still counts'}`, async () => {
    assert.deepEqual(await openWith(`1.1.1.${today - days}..`), { asks, allowed: [false, false, false], thirdParty: 0 });
  });
}

// Promise: a valid grant is honoured without asking and without a request to our API.
test('a valid grant is honoured', async () => {
  const result = await openWith(`1.1.5.${today - 10}..${number}`);
  assert.equal(result.asks, false);
  assert.deepEqual(result.allowed, [false, true, false]);
  assert.ok(result.thirdParty > 0);
});
