import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { accept, leave } from './harness/asking.ts';
import { banner } from './harness/banner.ts';
import { startBrowser } from './harness/browser.ts';
import { nl } from './harness/labels.ts';
import { until } from './harness/ports.ts';
import { startSluis, type Sluis } from './harness/sluis.ts';
import { open as openPage } from './harness/trial.ts';
import { siteFile, startWebsite, type Website } from './harness/website.ts';

let sluis: Sluis, browser: Browser, website: Website;
before(async () => {
  website = await startWebsite();
  [sluis, browser] = await Promise.all([startSluis({ site: siteFile(website.url) }), startBrowser()]);
});
after(async () => { await browser?.close(); await sluis?.stop(); await website?.close(); });

const plain = '<!doctype html><html lang="nl"><head><meta charset="utf-8"><title>Website</title><link rel="icon" href="data:,">TAG</head><body><h1>Website</h1></body></html>';
const open = () => openPage(browser, website, `${sluis.url}/site.js`, '/page', { html: plain });
const ofProof = /\/v\/[\w-]{12}\/site\.nl\.proof\.js\?*$/;

// Protects: a first visit takes two requests, the preferences included. What shows a
// choice its number and receipt comes once there is one, and is kept for good.
test('the proof of a choice is loaded by those who have one', async () => {
  const visitor = await open();
  const { page, ours } = visitor;
  const ui = banner(page);
  await ui.choose.click();
  await ui.preferences.getByRole('button', { name: nl['close']!, exact: true }).click();
  assert.deepEqual(ours.filter((request) => request.endsWith('.js')).map((request) => request.replace(/v\/[\w-]+/, 'v/RELEASE')), ['GET /site.js', 'GET /v/RELEASE/site.nl.js']);
  await accept(visitor);
  const [answer] = await Promise.all([page.waitForResponse(ofProof), ui.reopen.click()]);
  assert.equal(answer.headers()['cache-control'], 'public, max-age=31536000, immutable');
  await ui.preferences.getByText(/^[\da-f-]{36}$/).waitFor();
  await leave(visitor);
});

// Protects: nobody waits for it, nothing under the pointer moves when it comes, and
// where it cannot come the visitor is told, chooses all the same, and finds it the next time.
test('the proof of a choice comes late, or not at all', async () => {
  const visitor = await open();
  const { page, context } = visitor;
  await page.setViewportSize({ width: 1280, height: 1200 });
  const ui = banner(page);
  await accept(visitor);
  let come = (): void => {};
  const comes = new Promise<void>((resolve) => (come = resolve));
  await context.route(ofProof, async (route) => { await comes; await route.abort(); }, { times: 1 });
  await Promise.all([page.waitForRequest(ofProof), ui.reopen.click()]);
  const save = ui.preferences.getByRole('button', { name: nl['save']!, exact: true });
  const copy = ui.preferences.getByRole('button', { name: nl['copy']!, exact: true });
  const early = (await save.boundingBox())!;
  come();
  await ui.preferences.getByText(nl['receipt.none']!).waitFor();
  await ui.preferences.getByLabel(nl['analytics.name']!).uncheck();
  await save.click();
  await until('that is the choice', () => page.evaluate(() => !window.Sluis!.allows('analytics')));
  await ui.reopen.click();
  await copy.waitFor();
  const late = (await save.boundingBox())!;
  assert.ok(Math.abs(late.y - early.y) < 4, `the buttons moved from ${early.y} to ${late.y}`);
  await leave(visitor);
});
