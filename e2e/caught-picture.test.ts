import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { banner } from './harness/banner.ts';
import { startBrowser, visit } from './harness/browser.ts';
import { until } from './harness/ports.ts';
import { startSluis, type Sluis } from './harness/sluis.ts';
import { page as html, siteFile, startWebsite, type Website } from './harness/website.ts';

let sluis: Sluis, browser: Browser, website: Website;
before(async () => {
  website = await startWebsite();
  [sluis, browser] = await Promise.all([startSluis({ site: siteFile(website.url, { services: 'google-analytics-4: {measurement_id: G-TEST12345}' }) }), startBrowser()]);
});
after(async () => { await browser?.close(); await sluis?.stop(); await website?.close(); });

// Promise: an unmarked picture in the page's HTML, of an address that the catalogue
// knows, loses its address before it is shown, stays without it under a refusal, and
// is loaded once it is allowed; a picture of anybody else is left alone. (That the
// browser may have asked for it before a script could see it is said in
// docs/holding-back.md.)
test('a live picture in the page is caught', async () => {
  const pixel = 'https://www.google-analytics.com/collect?v=1', other = 'https://other.example/p.svg';
  website.pages['/page'] = html(`${sluis.url}/site.js`, {
    head: '<script>shown=[];document.addEventListener("load",({target})=>target.localName==="img"&&shown.push(target.id),true)</script>',
    body: `<img id="pixel" src="${pixel}" width="1" height="1" alt=""><img id="other" src="${other}" alt="">`,
  });
  const visitor = await visit(browser);
  const { context, page } = visitor;
  const asked: string[] = [];
  await context.route(/collect\?v=1|p\.svg/, async (route) => {
    asked.push(route.request().url());
    await route.fulfill({ contentType: 'image/svg+xml', body: '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>' });
  });
  await page.goto(`${website.url}/page`);
  const ui = banner(page);
  await ui.region.waitFor();
  const picture = (id: string) => page.locator(`#${id}`).evaluate((image: HTMLImageElement) => [image.getAttribute('src'), image.dataset.service ?? null, image.naturalWidth > 0]);
  await until('the other one is shown', async () => (await picture('other'))[2]);
  const early = asked.filter((url) => url === pixel).length;
  assert.ok(early <= 1, 'read ahead at the most');
  assert.deepEqual(await picture('pixel'), [null, 'google-analytics-4', false]);
  assert.deepEqual(await picture('other'), [other, null, true]);
  await ui.refuse.click();
  await ui.reopen.waitFor();
  assert.deepEqual(await picture('pixel'), [null, 'google-analytics-4', false]);
  assert.deepEqual([asked.filter((url) => url === pixel).length, await page.evaluate(() => (window as any).shown)], [early, ['other']]);
  await ui.reopen.click();
  await ui.category('analytics').check({ force: true });
  await ui.save.click();
  await until('it is shown', async () => (await picture('pixel'))[2]);
  assert.deepEqual(await picture('pixel'), [pixel, null, true]);
  assert.deepEqual(await page.evaluate(() => (window as any).shown), ['other', 'pixel']);
  assert.deepEqual(visitor.errors, []);
  await visitor.leave();
});
