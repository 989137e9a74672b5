import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, ElementHandle } from 'playwright-core';
import { banner } from './harness/banner.ts';
import { startBrowser, visit, type Visitor } from './harness/browser.ts';
import { labels, nl } from './harness/labels.ts';
import { startSluis, type Sluis } from './harness/sluis.ts';
import { page as html, siteFile, startWebsite, type Website } from './harness/website.ts';

const layouts = ['box', 'bar', 'centred'];
const modes = ['light', 'dark'] as const;
const languages = readdirSync(join(import.meta.dirname, '../banner/texts')).map((file) => file.slice(0, 2));
const sizes = { phone: { width: 390, height: 844 }, small: { width: 320, height: 568 }, desktop: { width: 1440, height: 900 } };
let sluis: Sluis, browser: Browser, website: Website, visitor: Visitor;
before(async () => {
  website = await startWebsite();
  const sites = Object.fromEntries(layouts.flatMap((layout) => [
    [layout, siteFile(website.url, { more: `layout: ${layout}\n` }).replace('[nl, en]', `[${languages}]`)],
    ...modes.map((mode) => [`${layout}-${mode}`, siteFile(website.url, { more: `layout: ${layout}\ntheme: {mode: ${mode}}\n` })]),
  ]));
  [sluis, browser] = await Promise.all([startSluis(sites), startBrowser()]);
  // Nobody chooses anything here: one profile will do.
  visitor = await visit(browser);
  for (const layout of layouts)
    for (const mode of modes) website.pages[`/${layout}-${mode}`] = html(`${sluis.url}/${layout}-${mode}.js`);
  for (const layout of layouts)
    for (const lang of languages) website.pages[`/${layout}/${lang}`] = html(`${sluis.url}/${layout}.js`, { lang });
});
after(async () => { await browser?.close(); await sluis?.stop(); await website?.close(); });

/** Everything about buttons that could make one choice easier than the other. */
const look = (buttons: ElementHandle[]) =>
  buttons[0]!.evaluate((_, elements) => (elements as Element[]).map((element) => {
    const style = getComputedStyle(element);
    const names = ['color', 'backgroundColor', 'backgroundImage', 'fontSize', 'fontWeight', 'fontFamily', 'fontStyle', 'letterSpacing', 'textTransform',
      'textDecorationLine', 'borderTopWidth', 'borderTopColor', 'borderTopStyle', 'borderTopLeftRadius', 'paddingTop', 'paddingLeft', 'opacity', 'boxShadow', 'cursor', 'filter'] as const;
    const { width, height, top, left, bottom, right } = element.getBoundingClientRect();
    return {
      look: { tag: element.tagName, size: [Math.round(width), Math.round(height)], ...Object.fromEntries(names.map((name) => [name, style[name]])) },
      height,
      place: { top: Math.round(top), left, right },
      onScreen: top >= 0 && bottom <= innerHeight && left >= 0 && right <= innerWidth,
      overflow: document.documentElement.scrollWidth - innerWidth,
    };
  }), buttons);

/** In one row, with nothing between them: neither is the one that is looked for. */
const adjacent = (accept: { top: number; left: number; right: number }, refuse: typeof accept, where: string): void => {
  assert.equal(accept.top, refuse.top, `${where}: in one row`);
  const gap = refuse.left - accept.right;
  assert.ok(gap >= 0 && gap < 24, `${where}: side by side: ${gap} px`);
};

// Promise 5: accept and refuse are twins in the rendered page, in every layout,
// theme and language (AP rules 4 to 7, EDPB taskforce paragraphs 8 to 18).
for (const layout of layouts)
  for (const lang of languages)
    test(`${layout}, ${lang}: accept and refuse are twins, light and dark, on every device`, async () => {
      const { page } = visitor;
      await page.goto(`${website.url}/${layout}/${lang}`);
      const ui = banner(page, labels(lang));
      await ui.region.waitFor();
      const buttons = await Promise.all([ui.accept, ui.refuse, ui.choose].map(async (button) => (await button.elementHandle())!));
      for (const colorScheme of ['light', 'dark'] as const)
        for (const [device, viewport] of Object.entries(sizes)) {
          const where = `${colorScheme}, ${device}`;
          await page.emulateMedia({ colorScheme });
          await page.setViewportSize(viewport);
          const seen = await look(buttons);
          assert.deepEqual(seen[0]!.look, seen[1]!.look, where);
          adjacent(seen[0]!.place, seen[1]!.place, where);
          assert.ok(seen[0]!.height >= 44, `${where}: high enough to hit: ${seen[0]!.height}`);
          for (const { onScreen, overflow } of seen) {
            assert.ok(onScreen, `${where}: on screen`);
            assert.ok(overflow <= 0, `${where}: no sideways scrolling`);
          }
        }
      assert.deepEqual(visitor.errors, []);
    });

// Promise 5: the same of the preferences, and of both layers where the site file
// says light or dark whatever the machine says.
for (const layout of layouts)
  for (const mode of modes)
    test(`${layout}, theme ${mode}: accept and refuse are twins on both layers`, async () => {
      const { page } = visitor;
      const ui = banner(page);
      const colours = () => ui.region.evaluate((layer) => { const { color, backgroundColor } = getComputedStyle(layer); return [color, backgroundColor]; });
      await page.setViewportSize(sizes.desktop);
      await page.emulateMedia({ colorScheme: mode === 'light' ? 'dark' : 'light' });
      await page.goto(`${website.url}/${layout}-${mode}`);
      await ui.region.waitFor();
      const opposite = await colours();
      await page.emulateMedia({ colorScheme: mode });
      assert.deepEqual(await colours(), opposite, 'the machine has no say');
      for (const layer of [ui.region, ui.preferences]) {
        if (layer === ui.preferences) await ui.choose.click();
        await layer.waitFor();
        for (const [device, viewport] of Object.entries(sizes)) {
          const where = `${layer === ui.region ? 'first layer' : 'preferences'}, ${device}`;
          await page.setViewportSize(viewport);
          const buttons = await Promise.all(['accept', 'refuse'].map(async (name) => (await layer.getByRole('button', { name: nl[name]!, exact: true }).elementHandle())!));
          const seen = await look(buttons);
          assert.deepEqual(seen[0]!.look, seen[1]!.look, where);
          adjacent(seen[0]!.place, seen[1]!.place, where);
          for (const { height, onScreen } of seen) assert.ok(height >= 44 && onScreen, `${where}: ${height} px, on screen ${onScreen}`);
        }
      }
      await page.keyboard.press('Escape');
      assert.deepEqual(visitor.errors, []);
    });
