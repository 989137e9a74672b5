import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { banner } from './harness/banner.ts';
import { startBrowser, visit } from './harness/browser.ts';
import { nl } from './harness/labels.ts';
import { until } from './harness/ports.ts';
import { startSluis, type Sluis } from './harness/sluis.ts';
import { asks, held, released } from './harness/trial.ts';
import { page as html, siteFile, startWebsite, type Website } from './harness/website.ts';

let sluis: Sluis, browser: Browser, website: Website, other: Website;
before(async () => {
  [website, other] = await Promise.all([startWebsite(), startWebsite()]);
  [sluis, browser] = await Promise.all([startSluis({ site: siteFile(website.url) }), startBrowser()]);
  website.pages['/inner'] = html(`${sluis.url}/site.js`, { body: held });
});
after(async () => { await browser?.close(); await sluis?.stop(); await website?.close(); await other?.close(); });

/** A page of ours with a frame, from which nothing is held back itself. */
const open = async (at: Website, frame: string, tag = `<script src="${sluis.url}/site.js"></script>`) => {
  at.pages['/outer'] = `<!doctype html><html lang="nl"><head><title>Website</title>${tag}</head><body><h1>Website</h1>${frame}</body></html>`;
  const visitor = await visit(browser);
  visitor.page.setDefaultTimeout(10_000);
  await visitor.page.goto(`${at.url}/outer`);
  return visitor;
};

// Protects: a page inside a frame of the same site asks nothing of its own, and
// follows the answer that is given around it, at once.
test('a frame of the same site', async () => {
  const visitor = await open(website, '<iframe src="/inner" width="600" height="600"></iframe>');
  const { page, thirdParty } = visitor;
  const inner = page.frameLocator('iframe').getByRole('region', { name: nl['title']! });
  await asks(visitor);
  await page.waitForLoadState('networkidle');
  assert.equal(await inner.isVisible(), false, 'asked once, not twice');
  await banner(page).accept.click();
  await until('what the frame holds is let go', () => released(visitor));
  assert.equal(await inner.isVisible(), false);
  const reloaded = page.waitForEvent('load');
  await page.evaluate(() => (window as any).Sluis.withdraw());
  await reloaded;
  await page.waitForLoadState('networkidle');
  thirdParty.length = 0;
  await page.reload();
  await page.waitForLoadState('networkidle');
  assert.deepEqual(thirdParty, []);
  assert.deepEqual(visitor.errors, []);
  await visitor.leave();
});

// Protects: where nothing around the frame can ask, the page in it does.
for (const [name, where] of Object.entries<() => [Website, string, string?]>({
  'of a page without our script': () => [website, '<iframe src="/inner" width="600" height="600"></iframe>', ''],
  'of a page without our script that has an element of our name': () => [website, '<h2 id="Sluis">Sluis</h2><iframe src="/inner" width="600" height="600"></iframe>', ''],
  'of another website': () => [other, `<iframe src="${website.url}/inner" width="600" height="600"></iframe>`, ''],
}))
  test(`a frame ${name}`, async () => {
    const visitor = await open(...where());
    const { page, thirdParty } = visitor;
    const accept = page.frameLocator('iframe').getByRole('button', { name: nl['accept']!, exact: true });
    await accept.waitFor();
    assert.deepEqual(thirdParty, []);
    await accept.click();
    await until('what the frame holds is let go', () => released(visitor));
    assert.deepEqual(visitor.errors, []);
    await visitor.leave();
  });

// Protects: a sandbox takes the origin away, and with it every place to keep an
// answer: the page in it works, and nothing is asked or released.
test('a frame in a sandbox', async () => {
  const visitor = await open(website, '<iframe src="/inner" sandbox="allow-scripts" width="600" height="600"></iframe>', '');
  const { page, thirdParty } = visitor;
  await page.frameLocator('iframe').getByRole('heading', { name: 'Website' }).waitFor();
  await page.waitForLoadState('networkidle');
  const frame = page.frames()[1]!;
  assert.deepEqual(await frame.evaluate(() => ['necessary', 'analytics', 'service:youtube'].map((what) => (window as any).Sluis.allows(what))), [true, false, false]);
  assert.equal(await page.frameLocator('iframe').getByRole('region', { name: nl['title']! }).count(), 0);
  assert.deepEqual(thirdParty, []);
  assert.deepEqual(visitor.errors, []);
  await visitor.leave();
});
