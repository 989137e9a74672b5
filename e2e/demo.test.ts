import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { after, before, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { banner } from './harness/banner.ts';
import { startBrowser, visit } from './harness/browser.ts';
import { kept } from './harness/kept.ts';
import { labels } from './harness/labels.ts';
import { startSluis, type Sluis } from './harness/sluis.ts';

let sluis: Sluis, browser: Browser;
before(async () => { [sluis, browser] = await Promise.all([startSluis(), startBrowser()]); });
after(async () => { await browser?.close(); await sluis?.stop(); });

/** Every page of the demo, from where the demo lists them itself. */
const pages = [...readFileSync(resolve(import.meta.dirname, '../demo/demo.go'), 'utf8').matchAll(/\{"(GET|POST)", "(\/demo\/[^"]*)", "[^"]*", "(\w\w)"/g)];

test('the demo has pages', () => assert.ok(pages.length >= 7, `${pages.map(([, , path]) => path)}`));

// Promise (Tw 11.7a): before a choice no page of the demo, the thanks for a form
// and the log included, asks a third party for anything or keeps anything.
for (const [, method, path, language] of pages)
  test(`${method} ${path} asks nobody and keeps nothing`, async () => {
    const visitor = await visit(browser, { locale: language! });
    const { context, page, thirdParty } = visitor;
    await context.addInitScript(() => {
      const wrote: string[] = ((window as any).wrote = []);
      const { setItem } = Storage.prototype;
      Storage.prototype.setItem = function (name, value) { wrote.push(name); setItem.call(this, name, value); };
    });
    if (method === 'POST') await page.route(`**${path}`, (route) => route.continue({ method: 'POST', postData: 'email=a%40b.example' }));
    const log = path === '/demo/log/';
    const answer = await page.goto(`${sluis.url}${path}${log ? `#${await sluis.readerKey('demo')}` : ''}`);
    assert.equal(answer!.status(), 200);
    // The log is a tool for whoever runs the service, and asks nothing of visitors.
    if (log) await page.getByRole('status').filter({ hasText: 'No choice was made yet.' }).waitFor();
    else await banner(page, labels(language!)).region.waitFor();
    await page.waitForLoadState('networkidle');
    assert.deepEqual(thirdParty.map(({ url }) => url), []);
    assert.deepEqual([await context.cookies(), await kept(page), await page.evaluate(() => (window as any).wrote)], [[], [], []]);
    assert.deepEqual(visitor.errors, []);
    await visitor.leave();
  });
