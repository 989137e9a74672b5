import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Browser, Locator } from 'playwright-core';
import { banner } from './harness/banner.ts';
import { startBrowser, visit } from './harness/browser.ts';
import { labels } from './harness/labels.ts';
import { startSluis, type Sluis } from './harness/sluis.ts';
import { page as html, siteFile, startWebsite, type Website } from './harness/website.ts';

const layouts = ['box', 'bar', 'centred'];
const sizes = { phone: { width: 390, height: 844 }, small: { width: 320, height: 568 }, desktop: { width: 1440, height: 900 } };
let sluis: Sluis, browser: Browser, website: Website;
before(async () => {
  website = await startWebsite();
  const sites = Object.fromEntries(layouts.map((layout) => [layout, siteFile(website.url, { more: `layout: ${layout}\n` })]));
  [sluis, browser] = await Promise.all([startSluis(sites), startBrowser()]);
  for (const layout of layouts)
    for (const lang of ['nl', 'en']) website.pages[`/${layout}/${lang}`] = html(`${sluis.url}/${layout}.js`, { lang });
});
after(async () => { await browser?.close(); await sluis?.stop(); await website?.close(); });

/** Everything about a button that could make one choice easier than the other. */
const look = (button: Locator) =>
  button.evaluate((element) => {
    const style = getComputedStyle(element);
    const names = ['color', 'backgroundColor', 'backgroundImage', 'fontSize', 'fontWeight', 'fontFamily', 'fontStyle', 'letterSpacing', 'textTransform',
      'textDecorationLine', 'borderTopWidth', 'borderTopColor', 'borderTopStyle', 'borderTopLeftRadius', 'paddingTop', 'paddingLeft', 'opacity', 'boxShadow', 'cursor', 'filter'] as const;
    const { width, height } = element.getBoundingClientRect();
    return { tag: element.tagName, size: [Math.round(width), Math.round(height)], ...Object.fromEntries(names.map((name) => [name, style[name]])) };
  });

// Promise 5: accept and refuse are twins in the rendered page, in every layout,
// theme and language (AP rules 4 to 7, EDPB taskforce paragraphs 8 to 18).
for (const layout of layouts)
  for (const colorScheme of ['light', 'dark'] as const)
    for (const [device, viewport] of Object.entries(sizes))
      for (const lang of ['nl', 'en'])
        test(`${layout}, ${colorScheme}, ${device}, ${lang}: accept and refuse are twins`, async () => {
          const visitor = await visit(browser, { viewport, colorScheme });
          await visitor.page.goto(`${website.url}/${layout}/${lang}`);
          const ui = banner(visitor.page, labels(lang));
          await ui.region.or(visitor.page.getByRole('dialog')).first().waitFor();
          const [accept, refuse] = [await look(ui.accept), await look(ui.refuse)];
          assert.deepEqual(accept, refuse);
          assert.ok(accept.size[1]! >= 44, `high enough to hit: ${accept.size}`);
          const overflow = await visitor.page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
          assert.ok(overflow <= 0, 'no sideways scrolling');
          for (const button of [ui.accept, ui.refuse, ui.choose])
            assert.ok(await button.evaluate((element) => { const box = element.getBoundingClientRect(); return box.top >= 0 && box.bottom <= innerHeight && box.left >= 0 && box.right <= innerWidth; }), 'on screen');
          assert.deepEqual(visitor.errors, []);
          await visitor.leave();
        });
