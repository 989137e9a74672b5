import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { banner } from './harness/banner.ts';
import { startBrowser, visit } from './harness/browser.ts';
import { until } from './harness/ports.ts';
import { startSluis, type Sluis } from './harness/sluis.ts';
import { page as html, siteFile, startWebsite, type Website } from './harness/website.ts';

const layouts = ['box', 'bar', 'centred'];
let sluis: Sluis, browser: Browser, website: Website;
before(async () => {
  website = await startWebsite();
  [sluis, browser] = await Promise.all([startSluis(Object.fromEntries(layouts.map((layout) => [layout, siteFile(website.url, { more: `layout: ${layout}\n` })]))), startBrowser()]);
  // Small ones at either side and in the middle, where a layer can be; and ones higher than what it leaves.
  const row = '<div class="row"><a href="#">Links</a><a href="#">Midden</a><a href="#">Rechts</a></div>';
  const film = '<iframe data-consent="social-media" data-src="https://www.youtube.com/embed/abc" title="Film" width="260" height="420"></iframe>';
  const body = `${row.repeat(9)}<p style="height:40vh">Tekst.</p>${row}<textarea style="height:45vh">Veel</textarea>${row.repeat(9)}<button style="height:30vh">Hoog</button>${film}<input>${row}`;
  // Clear of the edges, where a strip of the page stays in sight beside a layer.
  const head = '<style>main { padding: 0 1.5em } .row { display: flex; justify-content: space-between; padding: 1em 0 }</style>';
  for (const layout of layouts) {
    website.pages[`/${layout}`] = html(`${sluis.url}/${layout}.js`, { head, body });
    website.pages[`/${layout}/short`] = html(`${sluis.url}/${layout}.js`, { head, body: row.repeat(4) });
  }
});
after(async () => { await browser?.close(); await sluis?.stop(); await website?.close(); });

/** What has the focus, if nothing of it is on the screen and clear of the layer. */
const hidden = (page: Page): Promise<string> =>
  page.evaluate(() => {
    const host = document.activeElement!;
    if (host === document.body || host.shadowRoot) return '';
    // A placeholder is drawn inside the frame of what is held.
    const element = (host as HTMLIFrameElement).contentDocument?.activeElement ?? host;
    const { x, y } = element === host ? { x: 0, y: 0 } : host.getBoundingClientRect();
    const layer = document.querySelector(':root > div')!.shadowRoot!.querySelector('section')!.getBoundingClientRect();
    const box = element.getBoundingClientRect();
    const left = Math.max(x + box.left, 0), top = Math.max(y + box.top, 0), right = Math.min(x + box.right, innerWidth), bottom = Math.min(y + box.bottom, innerHeight);
    const inside = left >= layer.left && right <= layer.right && top >= layer.top && bottom <= layer.bottom;
    return right <= left || bottom <= top || inside ? `${element.outerHTML} at ${left},${top} to ${right},${bottom}; the layer from ${layer.left},${layer.top} to ${layer.right},${layer.bottom}` : '';
  });

// WCAG 2.4.11: whoever goes through a page by keyboard before answering sees what
// has the focus, forwards and backwards, in every layout and window.
for (const layout of layouts)
  for (const [name, viewport] of Object.entries({ phone: { width: 390, height: 844 }, 'phone on its side': { width: 932, height: 370 }, desktop: { width: 1280, height: 800 }, 'desktop at 400 %': { width: 320, height: 256 } }))
    test(`the banner covers no focused element: ${layout}, ${name}`, async () => {
      const visitor = await visit(browser, { viewport, reducedMotion: 'reduce' });
      const { page } = visitor;
      for (const path of [layout, `${layout}/short`]) {
        await page.goto(`${website.url}/${path}`);
        await banner(page).region.waitFor();
        await page.waitForFunction(() => document.documentElement.style.paddingBottom);
        // Four of the layer, three of the placeholder.
        const stops = 7 + await page.locator('main :is(a, button, input, textarea)').count();
        for (const key of ['Tab', 'Shift+Tab'])
          for (let i = 0; i < stops; i++) {
            await page.keyboard.press(key);
            // What counts is where the page comes to rest.
            await until('what has the focus is seen', async () => {
              assert.equal(await hidden(page), '');
              return true;
            }, 3000);
          }
      }
      await visitor.leave();
    });
