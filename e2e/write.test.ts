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
  [sluis, browser] = await Promise.all([startSluis({ site: siteFile(website.url, { services: 'youtube: {}' }) }), startBrowser()]);
});
after(async () => { await browser?.close(); await sluis?.stop(); await website?.close(); });

// Promise: a snippet of the days of document.write does not wipe the page that
// it is let go into, and the console says which one it was; the page's own
// writing goes on, before and behind it.
test('a released script cannot write the page away', async () => {
  website.pages['/write'] = html(`${sluis.url}/site.js`, {
    body: `<script>document.write('<p id="before">eigen</p>')</script>
<script type="text/plain" data-consent="analytics" id="old">done=(window.done||0)+1;document.write('<p>late</p>');document.writeln('<p>later</p>');done++</script>
<script>document.write('<p id="behind">eigen</p>')</script>`,
  });
  const visitor = await visit(browser);
  const { page } = visitor;
  const warned: Promise<string>[] = [];
  page.on('console', (message) => { if (message.text().startsWith('Sluis: document.write')) warned.push(message.args()[1]!.evaluate((script) => (script as Element).id)); });
  const stands = async (paragraphs: string[]) => {
    await until('it has run to its end', async () => (await page.evaluate(() => (window as any).done)) === 2);
    assert.deepEqual((await page.locator('main p').allTextContents()).map((text) => text.trim()), ['Tekst.', 'eigen', ...paragraphs, 'eigen']);
    assert.ok(await page.evaluate(() => document.write === Document.prototype.write && document.writeln === Document.prototype.writeln));
    assert.deepEqual(visitor.errors, []);
  };
  await page.goto(website.url + '/write');
  await banner(page).accept.click();
  await stands([]);
  assert.deepEqual(await Promise.all(warned), ['old', 'old'], 'the console names the script');
  // With a choice the parser runs the same script in its place, where it can write.
  await page.reload();
  await stands(['late', 'later']);
  await visitor.leave();
});

// Promise: the same of a snippet with an address, where the browser itself refuses:
// the page survives, the script runs to its end, and so does what stands behind it.
test('an external script cannot write the page away', async () => {
  website.pages['/old.js'] = (_, response) => void response.writeHead(200, { 'content-type': 'text/javascript' })
    .end("document.write('<p>late</p>');document.writeln('<p>later</p>');window.done = (window.done || 0) + 1");
  website.pages['/external'] = html(`${sluis.url}/site.js`, {
    body: `<p id="before">eigen</p><script type="text/plain" data-consent="analytics" src="/old.js"></script>
<script type="text/plain" data-consent="analytics">window.behind = window.done</script><p id="behind">eigen</p>`,
  });
  const visitor = await visit(browser);
  const { page } = visitor;
  await page.goto(`${website.url}/external`);
  await page.evaluate(() => { (window as any).same = true; });
  await banner(page).accept.click();
  await until('it and what stands behind it have run', () => page.evaluate(() => (window as any).behind === 1));
  assert.deepEqual(await page.locator('main p').allTextContents(), ['Tekst.', 'eigen', 'eigen']);
  assert.deepEqual(await page.evaluate(() => [(window as any).same, document.title, !!window.Sluis]), [true, 'Website', true]);
  await banner(page).reopen.waitFor();
  await page.reload();
  await until('they have run again', () => page.evaluate(() => (window as any).behind === 1));
  // With a choice the parser runs it in its place, where it can write.
  assert.deepEqual(await page.locator('main p').allTextContents(), ['Tekst.', 'eigen', 'late', 'later', 'eigen']);
  assert.deepEqual(visitor.errors, []);
  await visitor.leave();
});

// Protects: a page whose script brings a document.write of its own, as some do to
// write later, keeps it.
test('what a released script puts in the place of document.write stays', async () => {
  website.pages['/own'] = html(`${sluis.url}/site.js`, { body: `<script type="text/plain" data-consent="analytics">document.write=function(){window.kept=1};ran=1</script>` });
  const visitor = await visit(browser);
  const { page } = visitor;
  await page.goto(website.url + '/own');
  await banner(page).accept.click();
  await page.waitForFunction('window.ran');
  await page.evaluate(() => document.write('late'));
  assert.deepEqual([await page.evaluate(() => (window as any).kept), await page.locator('h1').count(), visitor.errors], [1, 1, []]);
  await visitor.leave();
});
