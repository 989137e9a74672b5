import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { after, before, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { banner } from './harness/banner.ts';
import { startBrowser, visit } from './harness/browser.ts';
import { until } from './harness/ports.ts';
import { startSluis, type Sluis } from './harness/sluis.ts';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
let sluis: Sluis, browser: Browser;
before(async () => { [sluis, browser] = await Promise.all([startSluis(), startBrowser()]); });
after(async () => { await browser?.close(); await sluis?.stop(); });

const violations = async (page: Page): Promise<string[]> => {
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() => (window as any).axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] }));
  return violations.map((violation: any) => `${violation.id}: ${violation.nodes.map((node: any) => node.html).join(' | ')}`);
};
const focused = (page: Page): Promise<string> =>
  page.evaluate(() => { let element = document.activeElement; while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement; return element === document.body ? '' : element?.textContent?.trim() || element?.tagName || ''; });

// Promise 6: axe finds nothing on both layers, on phone and desktop, light and dark.
for (const colorScheme of ['light', 'dark'] as const)
  for (const viewport of [{ width: 390, height: 844 }, { width: 1440, height: 900 }])
    test(`axe finds nothing, ${colorScheme}, ${viewport.width} px`, async () => {
      const visitor = await visit(browser, { viewport, colorScheme, reducedMotion: 'reduce' });
      await visitor.page.goto(`${sluis.url}/demo/`);
      const ui = banner(visitor.page);
      await ui.region.waitFor();
      assert.deepEqual(await violations(visitor.page), []);
      await ui.choose.click();
      await ui.preferences.waitFor();
      assert.deepEqual(await violations(visitor.page), []);
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
  await ui.choose.focus();
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

// WCAG 2.4.11: a control that gets the focus is never fully hidden behind the banner.
test('the banner covers no focused element', async () => {
  const visitor = await visit(browser, { viewport: { width: 390, height: 844 }, reducedMotion: 'reduce' });
  const { page } = visitor;
  await page.goto(`${sluis.url}/demo/`);
  await banner(page).region.waitFor();
  for (let i = 0; i < 30; i++) {
    await page.keyboard.press('Tab');
    // A page may scroll smoothly: what counts is where it comes to rest.
    await until('what has the focus is seen', async () => !(await page.evaluate(() => {
      const element = document.activeElement!;
      if (element === document.body || element.shadowRoot) return '';
      const box = element.getBoundingClientRect();
      const points = [[box.left + box.width / 2, box.top + 2], [box.left + box.width / 2, box.bottom - 2], [box.left + 2, box.top + box.height / 2]] as const;
      const seen = points.some(([x, y]) => { const top = document.elementFromPoint(x, y); return top && (top === element || element.contains(top) || top.contains(element)); });
      return seen ? '' : element.outerHTML;
    })), 3000);
  }
  await visitor.leave();
});
