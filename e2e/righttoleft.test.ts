import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { Browser, Locator } from 'playwright-core';
import { banner } from './harness/banner.ts';
import { startBrowser, visit } from './harness/browser.ts';
import { en } from './harness/labels.ts';
import { startSluis, type Sluis } from './harness/sluis.ts';
import { page as html, siteFile, startWebsite, type Website } from './harness/website.ts';

// An operator's own language. Its words do not matter here, only that they are Arabic.
const arabic = (key: string, text: string): string =>
  ['خيار', key.replace(/\W/g, ' '), ...(text.match(/\{\w+\}/g) ?? []), key === 'withdrawal' ? arabic('reopen', '') : ''].join(' ').trim();
const texts = Object.fromEntries(Object.entries(en).flatMap(([key, text]) => (typeof text === 'string' ? [[key, arabic(key, text)]] : [])));
let sluis: Sluis, browser: Browser, website: Website, presets: string;
before(async () => {
  presets = mkdtempSync(join(tmpdir(), 'sluis-presets-'));
  mkdirSync(join(presets, 'texts'));
  writeFileSync(join(presets, 'texts/ar.json'), JSON.stringify(texts));
  website = await startWebsite();
  const site = siteFile(website.url).replace('[nl, en]', '[ar]');
  [sluis, browser] = await Promise.all([startSluis({ site }, { SLUIS_PRESETS: presets }), startBrowser()]);
});
after(async () => { await browser?.close(); await sluis?.stop(); await website?.close(); rmSync(presets, { recursive: true }); });

/** What is shown of texts, line by line, each from left to right. */
const shown = (elements: Locator): Promise<string[]> =>
  elements.evaluateAll((all) =>
    all.map((element) => {
      const signs: [line: number, at: number, sign: string][] = [];
      const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
      for (let node = walker.nextNode(); node; node = walker.nextNode())
        for (let i = 0; i < node.nodeValue!.length; i++) {
          const range = document.createRange();
          range.setStart(node, i);
          range.setEnd(node, i + 1);
          const { top, left, width } = range.getBoundingClientRect();
          if (width) signs.push([top, left, node.nodeValue![i]!]);
        }
      return signs.sort(([line, at], [other, there]) => line - other || at - there).map(([, , sign]) => sign).join('');
    }),
  );
const wide = { viewport: { width: 1280, height: 900 } };

// Protects: a declaration in a language that is written from right to left is written
// so, and a cookie's name is shown as it is: “__Host-sluis”, not “Host-sluis__”.
test('the declaration from right to left', async () => {
  website.pages['/embed'] = html('data:text/javascript,', { lang: 'ar', body: `<div data-sluis-declaration></div><script src="${sluis.url}/site/cookies.js"></script>` });
  const { page, leave } = await visit(browser, wide);
  for (const address of [`${sluis.url}/site/cookies`, `${website.url}/embed`]) {
    await page.goto(address);
    const declaration = page.locator('.sluis-declaration');
    await declaration.waitFor();
    assert.equal(await declaration.evaluate((element) => getComputedStyle(element).direction), 'rtl', address);
    const names = await declaration.locator('code').allTextContents();
    assert.ok(names.includes('__Host-sluis') && names.includes('_ga_*'));
    assert.deepEqual(await shown(declaration.locator('code')), names, address);
    const english = declaration.locator('dd[lang=en]').filter({ hasText: 'Plays videos' });
    assert.match((await shown(english))[0]!, /\.$/, 'the full stop of an English sentence is at its end');
  }
  await leave();
});

// Protects: the visitor's own number and the names of cookies are read as they are
// in preferences that are written from right to left; English sentences too.
test('preferences from right to left', async () => {
  website.pages['/site'] = html(`${sluis.url}/site.js`, { lang: 'ar' }).replace('<html ', '<html dir="rtl" ');
  const { page, context, leave } = await visit(browser, wide);
  const ui = banner(page, texts);
  // The parts of this one are digits at either end.
  const number = '42792808-4402-4de1-994b-74c972094212';
  const day = Math.floor(Date.now() / 864e5);
  await context.addCookies([{ name: 'sluis', value: `1.1.f.${day}..${number}`, url: website.url }]);
  await page.goto(`${website.url}/site`);
  await ui.reopen.click();
  await ui.preferences.waitFor();
  await ui.preferences.evaluate((dialog) => dialog.querySelectorAll('details').forEach((details) => (details.open = true)));
  const facts = ui.preferences.locator('dd');
  assert.ok((await shown(facts)).includes(number), (await shown(facts)).join('\n'));
  assert.ok((await shown(facts)).some((fact) => fact.includes('__Host-sluis')));
  const english = ui.preferences.locator('p[lang=en]').filter({ hasText: 'Plays videos' });
  assert.match((await shown(english))[0]!, /\.$/);
  await leave();
});
