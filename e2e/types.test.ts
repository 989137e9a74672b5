import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { banner } from './harness/banner.ts';
import { startBrowser, visit } from './harness/browser.ts';
import { startSluis, type Sluis } from './harness/sluis.ts';
import { events, members } from './types/page-script.ts';

let sluis: Sluis, browser: Browser;
before(async () => { [sluis, browser] = await Promise.all([startSluis(), startBrowser()]); });
after(async () => { await browser?.close(); await sluis?.stop(); });

const tsc = (...args: string[]): Promise<string> =>
  new Promise((done) => execFile(join(import.meta.dirname, 'node_modules/.bin/tsc'), args, (error, stdout, stderr) => done(error ? stdout + stderr : '')));

// Promise: the types that the service serves are enough for a strict project to
// compile a page script, and they refuse what the gate does not have.
test('a page script compiles against the served types', async () => {
  const folder = join(import.meta.dirname, 'out/types');
  mkdirSync(folder, { recursive: true });
  try {
    writeFileSync(join(folder, 'sluis.d.ts'), await (await fetch(`${sluis.url}/sluis.d.ts`)).text());
    const source = readFileSync(join(import.meta.dirname, 'types/page-script.ts'), 'utf8');
    writeFileSync(join(folder, 'page-script.ts'), source.replace('../../banner/src/sluis.d.ts', './sluis'));
    const options = ['--ignoreConfig', '--noEmit', '--strict', '--target', 'es2022', '--lib', 'es2022,dom', '--module', 'esnext', '--moduleResolution', 'bundler', '--types', ''];
    assert.equal(await tsc(...options, join(folder, 'page-script.ts')), '');
  } finally {
    rmSync(folder, { recursive: true });
  }
});

// Promise: what the types say is there is there, all of it and nothing else.
test('the page has what the types say', async () => {
  const visitor = await visit(browser);
  const { page } = visitor;
  await page.addInitScript((names) => {
    (window as any).heard = [];
    for (const name of names) document.addEventListener(name, ({ detail }: any) => (window as any).heard.push(name, detail === null ? 'null' : detail.nodeType));
  }, Object.keys(events));
  await page.goto(`${sluis.url}/demo/`);
  await banner(page).accept.click();
  await page.waitForFunction(() => (window as any).heard.includes('sluis:ready'));
  const found = await page.evaluate(() => Object.fromEntries(Object.entries((window as any).Sluis).map(([name, value]) => [name, typeof value])));
  assert.deepEqual(found, members);
  const heard: unknown[] = await page.evaluate(() => (window as any).heard);
  for (const [name, detail] of [['sluis:choice', 'null'], ['sluis:ready', 'null'], ['sluis:release', 1]] as const) assert.equal(heard[heard.indexOf(name) + 1], detail, `${name} in ${heard}`);
  const [ready, receipt] = await page.evaluate(async () => [await (window as any).Sluis.ready, await (window as any).Sluis.receipt()]);
  assert.equal(ready, undefined);
  assert.deepEqual(Object.keys(receipt).sort(), ['facts', 'proof', 'v', 'who']);
  assert.deepEqual(visitor.errors, []);
  await visitor.leave();
});
