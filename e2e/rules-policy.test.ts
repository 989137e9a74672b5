import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { banner } from './harness/banner.ts';
import { startBrowser } from './harness/browser.ts';
import { startSluis, type Sluis } from './harness/sluis.ts';
import { accepts, asks, open as openPage, remembers, type Parts } from './harness/trial.ts';
import { siteFile, startWebsite, type Website } from './harness/website.ts';

let sluis: Sluis, browser: Browser, website: Website;
before(async () => {
  website = await startWebsite();
  [sluis, browser] = await Promise.all([startSluis({ site: siteFile(website.url, { services: 'youtube: {}' }) }), startBrowser()]);
});
after(async () => { await browser?.close(); await sluis?.stop(); await website?.close(); });

const embed = '<iframe data-consent="social-media" data-src="https://www.youtube.com/embed/abc" width="560" height="315" title="Film"></iframe>';

/** Opens a page under these headers and walks through all that is shown; gives what the browser complained about. */
const walk = async (parts: Parts): Promise<string[]> => {
  const visitor = await openPage(browser, website, `${sluis.url}/site.js`, '/page', parts);
  const { page } = visitor;
  const complaints: string[] = [];
  page.on('console', (message) => { if (/policy|trusted|refused|violat|blocked|deprecat/i.test(message.text()) && !/held\.example|youtube/.test(message.text())) complaints.push(message.text()); });
  await page.reload();
  await asks(visitor);
  await page.getByTitle('Film').contentFrame().getByRole('button').first().waitFor();
  await banner(page).choose.click();
  await banner(page).preferences.getByRole('button', { name: 'Sluiten' }).click();
  await accepts(visitor);
  await remembers(visitor);
  assert.deepEqual(visitor.errors, []);
  await visitor.leave();
  return complaints;
};

// Protects: a policy that allows nothing but our script by its nonce, our
// service and our one Trusted Types name is enough for all that is shown, the
// placeholder in an embed too: not one complaint.
test('the strictest policy', async () => {
  const nonce = 'bm9uY2Ugb2YgdGhpcyBwYWdl';
  const policy = `default-src 'none'; script-src 'nonce-${nonce}' 'strict-dynamic'; connect-src ${sluis.url}; frame-src https://www.youtube-nocookie.com; base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'; trusted-types sluis`;
  const complaints = await walk({
    headers: { 'content-security-policy': policy },
    html: `<!doctype html><html lang="nl"><head><meta charset="utf-8"><title>Website</title><link rel="icon" href="data:,"><script src="${sluis.url}/site.js" nonce="${nonce}"></script></head><body><h1>Website</h1>${embed}<script type="text/plain" data-consent="analytics" src="https://held.example/a.js" nonce="${nonce}"></script></body></html>`,
  });
  assert.deepEqual(complaints.filter((text) => !/data:,|favicon/.test(text)), []);
});

// Protects: a page that isolates itself from all that does not agree to be
// embedded can load the gate and the banner.
test('a page that is isolated from other origins', async () => {
  const isolated = { 'cross-origin-embedder-policy': 'require-corp', 'cross-origin-opener-policy': 'same-origin' };
  const complaints = await walk({ headers: isolated, body: embed, head: '<script>if (!crossOriginIsolated) throw new Error("not isolated")</script>' });
  assert.deepEqual(complaints, []);
});
