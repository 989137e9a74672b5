import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { allows } from './harness/banner.ts';
import { startBrowser, visit } from './harness/browser.ts';
import { until } from './harness/ports.ts';
import { startSluis, type Sluis } from './harness/sluis.ts';
import { makeCertificate, startFront, type Certificate, type Front } from './harness/tls.ts';
import { page as html, siteFile, startWebsite, type Website } from './harness/website.ts';

let sluis: Sluis, browser: Browser, website: Website, certificate: Certificate, front: Front, service: Front;
before(async () => {
  website = await startWebsite();
  certificate = makeCertificate();
  front = await startFront(website.url, certificate);
  [sluis, browser] = await Promise.all([startSluis({ site: siteFile(front.url) }), startBrowser()]);
  service = await startFront(sluis.url, certificate);
});
after(async () => {
  await browser?.close();
  await Promise.all([sluis?.stop(), website?.close(), front?.close(), service?.close()]);
  certificate?.remove();
});

// Protects: a page that stands inside another as `srcdoc` shares its choice, under the one
// name that no other host can write where the page has TLS: what is allowed there holds
// around it and on the next page, as it was recorded.
test('what is allowed inside a srcdoc holds around it', async () => {
  const film = '<iframe data-service=youtube data-src=https://www.youtube.com/embed/abc width=500 height=300></iframe>';
  website.pages['/page'] = html(`${service.url}/site.js`, { body: `<iframe id="inner" srcdoc="<script src='${service.url}/site.js'></script><body>${film}" width="600" height="400"></iframe>` });
  const visitor = await visit(browser, { ignoreHTTPSErrors: true });
  const { page, context } = visitor;
  await page.goto(`${front.url}/page`);
  await page.frameLocator('#inner').frameLocator('iframe').getByRole('button', { name: 'YouTube altijd toestaan' }).click();
  await until('it is in the log', async () => (await sluis.read('site', '/records')).items.length === 1);
  assert.deepEqual((await context.cookies()).map(({ name, secure }) => [name, secure]), [['__Host-sluis', true]]);
  await page.reload();
  assert.deepEqual(await allows(page, 'service:youtube', 'analytics'), [true, false]);
  await until('the film is there', () => visitor.thirdParty.length === 2);
  assert.deepEqual(visitor.errors, []);
  await visitor.leave();
});
