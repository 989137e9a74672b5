import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { Browser, Locator } from 'playwright-core';
import { banner } from './harness/banner.ts';
import { startBrowser, visit } from './harness/browser.ts';
import { labels } from './harness/labels.ts';
import { until } from './harness/ports.ts';
import { startSluis, type Sluis } from './harness/sluis.ts';
import { page as html, siteFile, startWebsite, type Website } from './harness/website.ts';

const layouts = ['box', 'bar', 'centred'];
// As wide as Arial, whatever fonts a machine has: what fits depends on it.
const head = '<style>body{font-family:"Liberation Sans"}</style>';
// The longest words and the longest label that check lets through.
const own = { accept: 'Mededelingen nu accepteren', refuse: 'Mededelingen nu weigeren', choose: 'Per onderdeel een keuze doen' };
let sluis: Sluis, browser: Browser, website: Website;
before(async () => {
  website = await startWebsite();
  const texts = `texts:\n  nl:\n${Object.entries(own).map(([key, text]) => `    ${key}: ${text}\n`).join('')}`;
  const sites = Object.fromEntries(layouts.map((layout) => [layout, siteFile(website.url, { more: `layout: ${layout}\n${texts}` })]));
  [sluis, browser] = await Promise.all([startSluis(sites), startBrowser()]);
});
after(async () => { await browser?.close(); await sluis?.stop(); await website?.close(); });

/** The site file with the longest name of a controller that check lets through. */
const fullest = async (language: string): Promise<string> => {
  const file = join(sluis.data, 'fullest.yaml');
  const text = (length: number): string =>
    siteFile(website.url)
      .replace('languages: [nl, en]', `languages: [${language}]`)
      .replace('Custom Website', 'Stichting Openbare Bibliotheken Noord en Omstreken '.repeat(12).slice(0, length).trim());
  let fits = 20, over = 500;
  while (over - fits > 1) {
    const length = (fits + over) >> 1;
    writeFileSync(file, text(length));
    const { status, stdout } = await sluis.command('check', file);
    if (status) assert.match(stdout, /rule {2}Sluis layer/);
    if (status) over = length;
    else fits = length;
  }
  return text(fits);
};

// Protects: the words that check lets through are all seen on a phone, without
// scrolling, and leave it two fifths of its screen: the estimate is careful.
for (const language of ['nl', 'de', 'el'])
  test(`the fullest first layer fits a phone: ${language}`, async () => {
    const file = await fullest(language);
    for (const layout of layouts) {
      const id = `${layout}-${language}`;
      sluis.site(id, `${file}layout: ${layout}\n`);
      website.pages[`/${id}`] = html(`${sluis.url}/${id}.js`, { lang: language, head });
      await until('the site is served', async () => (await fetch(`${sluis.url}/${id}.js`)).ok);
      const visitor = await visit(browser, { viewport: { width: 390, height: 844 }, reducedMotion: 'reduce' });
      await visitor.page.goto(`${website.url}/${id}`);
      const { region } = banner(visitor.page, labels(language));
      await region.waitFor();
      const [height, hidden] = await region.evaluate((layer) => [
        layer.getBoundingClientRect().height,
        [layer, ...layer.querySelectorAll('*')].filter((e) => getComputedStyle(e).overflowY !== 'visible' && e.scrollHeight > e.clientHeight + 1).length,
      ] as const);
      assert.ok(height <= 0.6 * 844, `${layout}: ${height} px`);
      if (layout === 'box') assert.ok(height > 0.5 * 844, `${layout}: ${height} px: check refuses what would have fitted`);
      assert.equal(hidden, 0, `${layout}: something has to be scrolled for`);
      await visitor.leave();
    }
  });

/** The words of a button that are torn apart. */
const torn = (button: Locator): Promise<string[]> =>
  button.evaluate((element) => {
    const text = element.firstChild!, range = document.createRange();
    return [...text.textContent!.matchAll(/\S+/g)].filter((word) => {
      range.setStart(text, word.index);
      range.setEnd(text, word.index + word[0].length);
      return range.getClientRects().length > 1;
    }).map(([word]) => word);
  });

// Protects: the longest labels that check lets through stay twins on the
// smallest screen, and no word of theirs is torn apart.
for (const layout of layouts)
  test(`the longest labels stay whole at 320 px: ${layout}`, async () => {
    website.pages[`/${layout}`] = html(`${sluis.url}/${layout}.js`, { head });
    const visitor = await visit(browser, { viewport: { width: 320, height: 568 }, reducedMotion: 'reduce' });
    await visitor.page.goto(`${website.url}/${layout}`);
    const ui = banner(visitor.page, { ...labels('nl'), ...own });
    await ui.region.waitFor();
    for (const button of [ui.accept, ui.refuse, ui.choose]) assert.deepEqual(await torn(button), []);
    const [accept, refuse] = [await ui.accept.boundingBox(), await ui.refuse.boundingBox()];
    assert.deepEqual([accept!.width, accept!.height, accept!.y], [refuse!.width, refuse!.height, refuse!.y]);
    await visitor.leave();
  });

// Protects: where the preferences have a button that accepts all, its twin
// stands beside it (EDPB taskforce, paragraph 8).
test('accept and refuse are twins in the preferences too', async () => {
  for (const viewport of [{ width: 320, height: 568 }, { width: 1440, height: 900 }]) {
    website.pages['/box'] = html(`${sluis.url}/box.js`, { head });
    const visitor = await visit(browser, { viewport, reducedMotion: 'reduce' });
    await visitor.page.goto(`${website.url}/box`);
    const ui = banner(visitor.page, { ...labels('nl'), ...own });
    await ui.choose.click();
    await ui.preferences.waitFor();
    const looks = [];
    for (const name of [own.accept, own.refuse])
      looks.push(await ui.preferences.getByRole('button', { name, exact: true }).evaluate((element) => {
        const { color, backgroundColor, fontSize, fontWeight, borderTopColor, borderTopWidth, opacity } = getComputedStyle(element);
        const { width, height, y } = element.getBoundingClientRect();
        return { tag: element.tagName, color, backgroundColor, fontSize, fontWeight, borderTopColor, borderTopWidth, opacity, width: Math.round(width), height: Math.round(height), y };
      }));
    assert.deepEqual(looks[0], looks[1]);
    assert.ok(looks[0]!.height >= 44);
    await visitor.leave();
  }
});
