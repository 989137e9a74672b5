import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { asked, leave, openAsking, src } from './harness/asking.ts';
import { banner } from './harness/banner.ts';
import { startBrowser, type Visitor } from './harness/browser.ts';
import { until } from './harness/ports.ts';
import { startSluis, type Sluis } from './harness/sluis.ts';
import { page as html, siteFile, startWebsite, type Website } from './harness/website.ts';

// Pictures that a page shows and pixels that it counts with, given by its scripts.
const services = 'google-analytics-4: {measurement_id: G-TEST12345}\n  youtube: {}\n  google-maps: {}';
let sluis: Sluis, browser: Browser, website: Website;
before(async () => {
  website = await startWebsite();
  website.pages['/own.svg'] = (_, response) => void response.writeHead(200, { 'content-type': 'image/svg+xml' }).end('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>');
  [sluis, browser] = await Promise.all([startSluis({
    site: siteFile(website.url, { services }), off: siteFile(website.url, { services, more: 'caught: off\n' }),
  }), startBrowser()]);
});
after(async () => { await browser?.close(); await sluis?.stop(); await website?.close(); });

const open = (path: string, body: string, site = 'site'): Promise<Visitor> => openAsking(browser, website, path, html(`${sluis.url}/${site}.js`, { body }));

// Protects: what a page shows in the place of a marked picture stays there.
for (const site of ['off', 'site'])
  test(`a marked picture keeps its stand-in until it is granted: ${site}`, async () => {
    const visitor = await open(`/standin-${site}`, '<img data-consent="functional" data-src="https://maps.example/map.png" src="/own.svg" alt="Map">', site);
    const { page } = visitor;
    assert.equal(await src(page, 'img'), '/own.svg');
    await banner(page).accept.click();
    await until('it is shown', async () => (await src(page, 'img')) === 'https://maps.example/map.png');
    await leave(visitor);
  });
test('a marked picture is left to us by a lazy loader', async () => {
  const visitor = await open('/pictures', `<img data-consent="functional" data-src="https://maps.example/map.png" src="/own.svg" alt="Map"><script>for(const i of document.querySelectorAll('img'))i.src=i.dataset.src</script>`);
  assert.deepEqual([await src(visitor.page, 'img'), visitor.thirdParty.length], ['/own.svg', 0]);
  await leave(visitor);
});

// Protects: what a page has in its data is the page's.
test('a caught picture keeps the data-src that the page gave it', async () => {
  const visitor = await open('/gallery', `<img id="thumb" data-src="/full.jpg" alt=""><script>thumb.src='https://i.ytimg.com/vi/a/1.jpg'</script>`);
  const { page } = visitor;
  assert.equal(visitor.thirdParty.length, 0);
  await banner(page).accept.click();
  await until('it is shown', async () => (await src(page, 'img')) === 'https://i.ytimg.com/vi/a/1.jpg');
  assert.equal(await page.evaluate(() => document.getElementById('thumb')!.dataset.src), '/full.jpg');
  await leave(visitor);
});

// Protects: a pixel of a page that was prerendered is sent when somebody who granted it sees the page.
test('a pixel that a page makes while it is prerendered waits until it is shown', async () => {
  website.pages['/next'] = html(`${sluis.url}/site.js`, { body: `<script>new Image().src='https://www.google-analytics.com/collect?prerendered'</script>` });
  const visitor = await open('/first', '');
  const { page, context } = visitor;
  await banner(page).accept.click();
  await until('the choice is made', async () => (await context.cookies()).length);
  await page.addInitScript('Object.defineProperty(Document.prototype, "prerendering", { get: () => !window.shown })');
  await page.goto(website.url + '/next');
  await page.waitForFunction(() => document.readyState === 'complete');
  assert.equal(asked(visitor, '?prerendered'), 0);
  await page.evaluate(() => { (window as any).shown = true; document.dispatchEvent(new Event('prerenderingchange')); });
  await until('it is sent', () => asked(visitor, '?prerendered') === 1);
  await leave(visitor);
});
