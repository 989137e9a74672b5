import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { banner } from './harness/banner.ts';
import { startBrowser, visit } from './harness/browser.ts';
import { until } from './harness/ports.ts';
import { startSluis, type Sluis } from './harness/sluis.ts';
import { accepts, asks, held, released } from './harness/trial.ts';
import { page as html, siteFile, startWebsite, type Website } from './harness/website.ts';

// A website on which everything is managed or marked, and `caught: off`, may load
// the gate with `async` (docs/holding-back.md).

let sluis: Sluis, browser: Browser, website: Website;
before(async () => {
  website = await startWebsite();
  [sluis, browser] = await Promise.all([startSluis({ site: siteFile(website.url, { more: 'caught: off\n' }), net: siteFile(website.url) }), startBrowser()]);
  website.pages['/page'] = html(`${sluis.url}/site.js`, {
    attributes: ' async',
    body: `${held}<iframe data-consent="social-media" data-src="https://www.youtube.com/embed/abc"></iframe>`,
  });
});
after(async () => { await browser?.close(); await sluis?.stop(); await website?.close(); });

// Protects: whoever loads the gate late on a site that relies on the net is told, and
// nobody else is.
test('?sluis-debug says that the net comes too late', async () => {
  for (const [site, attributes, told] of [['net', ' async', 1], ['net', ' defer', 1], ['net', '', 0], ['site', ' async', 0]] as const) {
    website.pages['/debug'] = html(`${sluis.url}/${site}.js`, { attributes });
    const visitor = await visit(browser);
    await visitor.page.goto(`${website.url}/debug?sluis-debug`);
    const panel = visitor.page.getByRole('region', { name: 'Sluis: what this page holds' });
    await panel.waitFor();
    assert.equal(await panel.getByText('the net sees only what comes after it').count(), told, site + attributes);
    await visitor.leave();
  }
});

// Protects: what a page calls after a place or a lock, such as a heading by its text,
// does not pass for a gate that has already come.
test('a heading of that name', async () => {
  website.pages['/heading'] = html('data:text/javascript,', { body: `<h2 id="Sluis">Sluis</h2><script async src="${sluis.url}/site.js"></script>${held}` });
  const visitor = await visit(browser);
  await visitor.page.goto(`${website.url}/heading`);
  await asks(visitor);
  await accepts(visitor);
  await visitor.leave();
});

// Protects: the page is read, painted and used while an async gate is still on its
// way, and requests nothing of third parties; when the gate comes it asks, and what
// is accepted loads, then and on the next page.
test('the page waits for nothing', async () => {
  const visitor = await visit(browser);
  const { page, thirdParty, context } = visitor;
  let come!: () => void;
  const wanted = new Promise<void>((resolve) => (come = resolve));
  await context.route('**/site.js', async (route) => { await wanted; await route.continue(); });
  await page.goto(`${website.url}/page`, { waitUntil: 'domcontentloaded' });
  await page.getByRole('heading', { name: 'Website' }).click();
  await until('it is painted', () => page.evaluate(() => performance.getEntriesByName('first-contentful-paint').length > 0));
  assert.equal(await page.evaluate(() => typeof (window as any).Sluis), 'undefined');
  assert.deepEqual(thirdParty, []);
  come();
  await asks(visitor);
  assert.deepEqual(thirdParty, []);
  await accepts(visitor);
  await page.goto(`${website.url}/page`);
  await until('it loads on the next page too', () => released(visitor));
  assert.equal(await banner(page).region.isVisible(), false);
  assert.deepEqual(visitor.errors, []);
  await visitor.leave();
});
