import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { banner } from './harness/banner.ts';
import { startWholeBrowser, visit } from './harness/browser.ts';
import { until } from './harness/ports.ts';
import { startSluis, type Sluis } from './harness/sluis.ts';

let sluis: Sluis, browser: Browser;
before(async () => {
  // The driver switches off what keeps a page in memory for the way back.
  [sluis, browser] = await Promise.all([startSluis(), startWholeBrowser({ ignoreDefaultArgs: ['--disable-back-forward-cache'] })]);
});
after(async () => { await browser?.close(); await sluis?.stop(); });

// Protects: on a page of the service's own origin, as behind a path of the website's own,
// every decision has its cookie by HTTP too, which Safari keeps for as long as the choice
// counts: also on a page that lay in memory.
test('a choice on a page that came back from memory is kept by HTTP', async () => {
  const visitor = await visit(browser);
  const { page, context } = visitor;
  // As Safari does: what a script writes lasts seven days.
  await context.addInitScript(() => {
    const { get, set } = Object.getOwnPropertyDescriptor(Document.prototype, 'cookie')!;
    Object.defineProperty(document, 'cookie', { get, set(text: string) { set!.call(document, text.replace(/max-age=\d+/, 'max-age=604800')); } });
  });
  await page.goto(`${sluis.url}/demo/`);
  await banner(page).region.waitFor();
  await page.evaluate(() => { addEventListener('pageshow', ({ persisted }) => { (window as any).restored = persisted; }); });
  await page.goto(`${sluis.url}/healthz`);
  await page.evaluate(() => { setTimeout(() => history.back()); });
  await until('the page is back from memory', () => page.evaluate(() => (window as any).restored));
  const [answer] = await Promise.all([page.waitForResponse(/\/records$/), banner(page).accept.click()]);
  await answer.finished();
  const days = ((await context.cookies()).find(({ name }) => name === 'sluis')!.expires - Date.now() / 1000) / 86_400;
  assert.ok(days > 180, `it is kept for ${days} days`);
  assert.deepEqual(visitor.errors, []);
  await visitor.leave();
});
