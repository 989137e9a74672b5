import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { after, before, test } from 'node:test';
import type { Browser, Locator, Page } from 'playwright-core';
import { banner } from './harness/banner.ts';
import { startBrowser, visit } from './harness/browser.ts';
import { nl } from './harness/labels.ts';
import { until } from './harness/ports.ts';
import { startSluis, type Sluis } from './harness/sluis.ts';
import { page as html, siteFile, startWebsite, type Website } from './harness/website.ts';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const services = 'google-analytics-4: {measurement_id: G-TEST12345}\n  youtube: {}\n  facebook-plugins: {}\n  x-embed: {}';
let sluis: Sluis, shop: Sluis, browser: Browser, website: Website;
before(async () => {
  website = await startWebsite();
  const sites = Object.fromEntries(['box', 'bar', 'centred'].map((layout) => [layout, siteFile(website.url, { services, more: `layout: ${layout}\n` })]));
  [sluis, shop, browser] = await Promise.all([startSluis(), startSluis(sites), startBrowser()]);
  for (const layout in sites)
    website.pages[`/${layout}`] = `<!doctype html><html lang="nl"><head><title>Winkel</title><script src="${shop.url}/${layout}.js"></script><meta name="viewport" content="width=device-width"></head>
<body><header><nav aria-label="Hoofdmenu"><a href="#brood">Brood</a></nav></header><main><h1>Winkel</h1><p id="brood">Tekst.</p></main><footer><p>Adres</p></footer></body></html>`;
});
after(async () => { await browser?.close(); await sluis?.stop(); await shop?.stop(); await website?.close(); });

/** All rules that axe runs of itself and the size of targets, which it does not, on the page and on us in it. */
const violations = async (page: Page): Promise<string[]> => {
  const { violations } = await page.evaluate(() => (window as any).axe.run(document, { rules: { 'target-size': { enabled: true } } }));
  return violations.map((violation: any) => `${violation.id}: ${violation.nodes.map((node: any) => node.html).join(' | ')}`);
};
/**
 * Targets under 24 px that have no circle of 24 px to themselves (WCAG 2.5.8).
 * axe sees sizes, but of two in our shadow root it does not see that they are neighbours.
 */
const crowded = (layer: Locator): Promise<string[]> =>
  layer.evaluate((layer) => {
    // A switch is pressed anywhere on its label. What has scrolled behind a row that stays is not there to be hit.
    const targets = [...layer.querySelectorAll<HTMLElement>('button, summary, a, label, :not(label) > input')]
      .map((target) => ({ target, box: target.getBoundingClientRect() }))
      .filter(({ target, box: { x, y, width, height } }) => target.contains((layer.getRootNode() as ShadowRoot).elementFromPoint(x + width / 2, y + height / 2)));
    return targets.filter(({ target, box }) => {
      if (box.width >= 24 && box.height >= 24) return false;
      const x = box.x + box.width / 2, y = box.y + box.height / 2;
      // A small neighbour has a circle too.
      return targets.some(({ target: other, box: { left, right, top, bottom, width, height } }) => other !== target
        && (Math.hypot(Math.max(left - x, 0, x - right), Math.max(top - y, 0, y - bottom)) < 12
          || ((width < 24 || height < 24) && Math.hypot(left + width / 2 - x, top + height / 2 - y) < 24)));
    }).map(({ target, box }) => `${target.outerHTML} ${box.width} × ${box.height}`);
  });
const focused = (page: Page): Promise<string> =>
  page.evaluate(() => { let element = document.activeElement; while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement; return element === document.body ? '' : element?.textContent?.trim() || element?.tagName || ''; });

// Promise 6: axe finds nothing on both layers, all services opened, in every
// layout, on phone and desktop, light and dark, in a page with landmarks of its own;
// nor on the control that is left. Every target can be hit (WCAG 2.5.8).
for (const layout of ['box', 'bar', 'centred'])
  test(`axe finds nothing, ${layout}`, async () => {
    const visitor = await visit(browser);
    const { page } = visitor;
    const ui = banner(page);
    await page.goto(`${website.url}/${layout}`);
    await ui.region.waitFor();
    await page.evaluate(axe);
    for (const colorScheme of ['light', 'dark'] as const)
      for (const viewport of [{ width: 390, height: 844 }, { width: 1440, height: 900 }]) {
        await page.emulateMedia({ colorScheme });
        await page.setViewportSize(viewport);
        const where = `${colorScheme}, ${viewport.width} px`;
        assert.deepEqual(await violations(page), [], where);
        assert.deepEqual(await crowded(ui.region), [], where);
        await ui.choose.click();
        await ui.preferences.evaluate((dialog) => dialog.querySelectorAll('details').forEach((details) => (details.open = true)));
        assert.deepEqual(await violations(page), [], `preferences, ${where}`);
        assert.deepEqual(await crowded(ui.preferences), [], `preferences, ${where}`);
        await page.keyboard.press('Escape');
        await ui.preferences.waitFor({ state: 'hidden' });
      }
    await ui.accept.click();
    await ui.reopen.waitFor();
    await ui.region.waitFor({ state: 'hidden' });
    assert.deepEqual(await violations(page), [], 'the control that reopens');
    // Alone in its corner any size would do.
    const { width, height } = (await ui.reopen.boundingBox())!;
    assert.ok(width >= 24 && height >= 24, `${width} × ${height}`);
    await ui.reopen.click();
    await ui.preferences.getByRole('button', { name: nl['receipt']! }).waitFor();
    assert.deepEqual(await violations(page), [], 'preferences after a choice');
    await visitor.leave();
  });

// Promise 6: everything by keyboard; the banner steals no focus; the open
// preferences hold it; Escape closes them without a decision; focus returns.
test('by keyboard alone', async () => {
  const visitor = await visit(browser);
  const { page } = visitor;
  const ui = banner(page);
  await page.goto(`${sluis.url}/demo/`);
  await ui.region.waitFor();
  assert.equal(await focused(page), '', 'no focus stolen');
  await page.keyboard.press('Tab');
  assert.equal(await focused(page), nl['accept'], 'one Tab from the top of the page');
  await page.keyboard.press('Tab');
  assert.equal(await focused(page), nl['refuse'], 'and one more');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await ui.preferences.waitFor();
  for (let i = 0; i < 40; i++) {
    await page.keyboard.press('Tab');
    // The browser's own frame may have its turn (body); nothing of the page behind may.
    assert.ok(await page.evaluate(() => document.activeElement === document.body || !!document.activeElement!.shadowRoot), 'focus stays in the dialog');
  }
  await page.keyboard.press('Escape');
  await ui.preferences.waitFor({ state: 'hidden' });
  assert.ok(await ui.region.isVisible(), 'Escape is no decision');
  assert.deepEqual(await page.context().cookies(), []);
  assert.match(await focused(page), /Zelf kiezen/);
  assert.equal((await sluis.read('demo', '/records')).items.length, 0);
  await visitor.leave();
});

// Promise 6: whoever presses the control twice, as many do, meets the preferences
// once, and no older ones behind them.
test('the control pressed twice', async () => {
  const visitor = await visit(browser);
  const { page } = visitor;
  const ui = banner(page);
  await page.goto(`${sluis.url}/demo/`);
  await ui.refuse.click();
  await ui.reopen.waitFor();
  let arrive = () => {};
  const slow = new Promise<void>((done) => { arrive = done; });
  await visitor.context.route('**/v/**', async (route) => { await slow; await route.continue(); });
  await page.reload({ waitUntil: 'domcontentloaded' });
  await ui.reopen.dblclick();
  arrive();
  await ui.preferences.waitFor();
  assert.equal(await page.locator('dialog').count(), 1);
  await visitor.leave();
});

// Protects: what is asked can be answered: over a page's own modal dialog the
// question would be seen, and a press on it would go to the dialog.
test('the question waits for a modal dialog of the page', async () => {
  website.pages['/modal'] = html(`${shop.url}/box.js`, { body: '<dialog id="news"><form method="dialog"><button>Sluiten</button></form></dialog><script>news.showModal()</script>' });
  const { page, leave } = await visit(browser);
  const ui = banner(page);
  const loaded = page.waitForEvent('load');
  await page.goto(`${website.url}/modal`);
  await loaded;
  await until('the banner is there', () => page.evaluate(() => !!document.querySelector('html > div[lang]')));
  assert.equal(await ui.region.isVisible(), false);
  await page.getByRole('button', { name: 'Sluiten' }).click();
  await ui.region.waitFor();
  await ui.refuse.click();
  await ui.region.waitFor({ state: 'hidden' });
  await leave();
});

// Protects: what is full screen asks for no answer of its own: the question is there behind it.
test('the question stays through full screen', async () => {
  website.pages['/film'] = html(`${shop.url}/box.js`, { body: '<div id="film" onclick="requestFullscreen()">Film</div>' });
  const { page, leave } = await visit(browser);
  const ui = banner(page);
  await page.goto(`${website.url}/film`);
  await ui.region.waitFor();
  await page.locator('#film').click();
  await until('it is full screen', () => page.evaluate(() => !!document.fullscreenElement));
  await page.evaluate(() => { document.body.append('more'); return new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))); });
  await page.evaluate(() => document.exitFullscreen());
  assert.equal(await ui.region.isVisible(), true);
  await leave();
});

// Protects: keys that a page has taken for itself work in the question all the same (WCAG 2.1.1):
// from without, what has the focus in it looks like no button.
test('a page with keys of its own', async () => {
  website.pages['/keys'] = html(`${shop.url}/box.js`, { body: `<script>addEventListener('keydown', (event) => { if (!/^(A|BUTTON|INPUT)$/.test(event.target.tagName)) event.preventDefault(); })</script>` });
  const { page, leave } = await visit(browser);
  const ui = banner(page);
  await page.goto(`${website.url}/keys`);
  await ui.choose.focus();
  await page.keyboard.press('Enter');
  await ui.preferences.waitFor();
  await ui.category('analytics').focus();
  await page.keyboard.press('Space');
  assert.equal(await ui.category('analytics').isChecked(), true);
  await page.keyboard.press('Escape');
  await ui.preferences.waitFor({ state: 'hidden' });
  await ui.accept.focus();
  await page.keyboard.press('Space');
  await ui.region.waitFor({ state: 'hidden' });
  await leave();
});

// Protects: the way back to a choice works in a menu that keeps its clicks to itself.
test('a control in a menu that stops its clicks', async () => {
  website.pages['/menu'] = html(`${shop.url}/box.js`, { body: '<nav onclick="event.stopPropagation()"><a href="/privacy" data-sluis-open>Cookies</a></nav>' });
  const { page, leave } = await visit(browser);
  await page.goto(`${website.url}/menu`);
  await page.getByRole('link', { name: 'Cookies' }).click();
  await banner(page).preferences.waitFor();
  assert.equal(new URL(page.url()).pathname, '/menu');
  await leave();
});

// Promise: what an operator reads is as accessible as what a visitor meets: axe finds
// nothing on the pages of the contract and of the demo, on a phone and on a desktop.
for (const [device, viewport] of Object.entries({ phone: { width: 390, height: 844 }, desktop: { width: 1440, height: 900 } }))
  test(`axe finds nothing on our own pages, ${device}`, async () => {
    const { page, leave } = await visit(browser, { viewport });
    for (const path of ['/docs', '/demo/', '/demo/privacy/', '/demo/log/']) {
      assert.equal((await page.goto(sluis.url + path))!.status(), 200, path);
      await page.evaluate(axe);
      assert.deepEqual(await violations(page), [], path);
    }
    await leave();
  });
