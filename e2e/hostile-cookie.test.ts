import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { allows, banner } from './harness/banner.ts';
import { startBrowser, visit } from './harness/browser.ts';
import { startSluis, type Sluis } from './harness/sluis.ts';
import { makeCertificate, startFront, type Certificate, type Front } from './harness/tls.ts';
import { page as html, siteFile, startWebsite, type Website } from './harness/website.ts';

let sluis: Sluis, browser: Browser, website: Website, certificate: Certificate, front: Front;
before(async () => {
  website = await startWebsite();
  certificate = makeCertificate();
  front = await startFront(website.url, certificate);
  [sluis, browser] = await Promise.all([startSluis({ site: siteFile(website.url).replace(`[${website.url}]`, `[${website.url}, ${front.url}]`) }), startBrowser()]);
  website.pages['/deep/page'] = html(`${sluis.url}/site.js`, { body: '<iframe data-consent="social-media" data-src="https://www.youtube.com/embed/abc"></iframe>' });
});
after(async () => { await browser?.close(); await sluis?.stop(); await front?.close(); certificate?.remove(); await website?.close(); });

const today = Math.floor(Date.now() / 86_400_000);
const number = '7a0c6a3e-5a0b-4b6e-9d35-0f1f4ad1b9a1';
const grant = `1.1.f.${today}..${number}`;

/** Plants cookies as a script of the page or of a neighbour could, and says what a page makes of them. */
const plant = async (origin: string, cookies: string[]) => {
  const visitor = await visit(browser, { ignoreHTTPSErrors: true });
  const { page, thirdParty } = visitor;
  await page.addInitScript((all) => { for (const one of all) document.cookie = one; }, cookies);
  await page.goto(`${origin}/deep/page`);
  await page.waitForLoadState('networkidle');
  const result = { granted: await allows(page, 'functional', 'analytics', 'social-media', 'service:youtube'), asked: await banner(page).region.isVisible(), thirdParty };
  assert.deepEqual(visitor.errors, []);
  await visitor.leave();
  return result;
};
const nothing = { granted: [false, false, false, false], thirdParty: [] };

// Protects: a choice cookie of the wrong size, or under another name, is no choice, never a grant.
for (const [name, cookies] of Object.entries({
  'of four thousand characters': [`sluis=1.1.f.${today}.${'+youtube'.repeat(490)}.`],
  'of a thousand digits': [`sluis=1.1.f.${'9'.repeat(1000)}..${number}`],
  'with its parts twice': [`sluis=${grant}.${grant}`],
  'in the name of another': [`xsluis=${grant}`, `sluis2=${grant}`, `SLUIS=${grant}`, `y=sluis=${grant}`],
}))
  test(`a choice cookie ${name}`, async () => {
    assert.deepEqual(await plant(website.url, cookies), { ...nothing, asked: true });
  });

// Protects: on the web, where every site is https, nothing that a page or a
// neighbouring host can plant stands beside the visitor's own choice or in its place.
const planted = [
  `__Host-sluis=${grant}; path=/deep; secure`, `__Host-sluis=${grant}; path=/; domain=localhost; secure`, `__Host-sluis=${grant}; path=/`,
  `=__Host-sluis=${grant}; path=/deep; secure`, `__host-sluis=${grant}; path=/deep; secure`, `sluis=${grant}; path=/; secure`, `__Secure-sluis=${grant}; path=/; secure`,
];
test('a second choice cookie beside a refusal', async () => {
  assert.deepEqual(await plant(front.url, [`__Host-sluis=1.1.1.${today}..; path=/; secure`, ...planted]), { ...nothing, asked: false });
});
test('a second choice cookie where there is none', async () => {
  assert.deepEqual(await plant(front.url, planted), { ...nothing, asked: true });
});
// Protects: the two tests above would see a grant if there were one.
test('the visitor’s own grant counts there', async () => {
  const { granted, asked } = await plant(front.url, [`__Host-sluis=${grant}; path=/; secure`]);
  assert.deepEqual({ granted, asked }, { granted: [true, true, true, true], asked: false });
});
