import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { allows, banner } from './harness/banner.ts';
import { startBrowser } from './harness/browser.ts';
import { kept } from './harness/kept.ts';
import { nl } from './harness/labels.ts';
import { startSluis, type Sluis } from './harness/sluis.ts';
import { open as openPage } from './harness/trial.ts';
import { siteFile, startWebsite, type Website } from './harness/website.ts';

let sluis: Sluis, browser: Browser, website: Website;
before(async () => {
  website = await startWebsite({ '/other': '<!doctype html><html lang="nl"><title>Elders</title><p>Elders' });
  const services = 'google-analytics-4: {measurement_id: G-TEST12345}\n  youtube: {}\n  facebook-plugins: {}';
  [sluis, browser] = await Promise.all([startSluis({ site: siteFile(website.url, { services }) }), startBrowser()]);
});
after(async () => { await browser?.close(); await sluis?.stop(); await website?.close(); });

// Managed, marked and caught; high enough to scroll, with something to read and to press.
const body = `<p id="text">Tekst.</p><button id="own">Meer lezen</button><input id="field" aria-label="Zoeken"><a id="link" href="#far">verder</a>
<iframe data-service="youtube" data-src="https://www.youtube.com/embed/abc" title="Film" width="300" height="150"></iframe>
<script>document.body.append(Object.assign(document.createElement('script'), { src: 'https://connect.facebook.net/nl_NL/sdk.js' }))</script>
<div style="height:5000px"></div><p id="far">Onderaan.</p>`;
const everything = ['functional', 'analytics', 'social-media', 'service:youtube', 'service:facebook-plugins'];

/** Opens the preferences and moves every switch of a category, without saving. */
const moved = async (page: Page) => {
  const ui = banner(page);
  await ui.choose.click();
  for (const category of ['functional', 'analytics', 'social-media']) await ui.category(category).check({ force: true });
  return ui;
};
/** What a visitor may do that is no choice. */
const acts: Record<string, (page: Page) => Promise<unknown>> = {
  'closing the preferences with ×': async (page) => {
    const { preferences } = await moved(page);
    await preferences.getByRole('button', { name: nl['close']! }).click();
    await preferences.waitFor({ state: 'hidden' });
  },
  'closing the preferences with Escape': async (page) => {
    const { preferences } = await moved(page);
    await page.keyboard.press('Escape');
    await preferences.waitFor({ state: 'hidden' });
  },
  'clicking beside the preferences': async (page) => {
    await moved(page);
    await page.mouse.click(5, 5);
  },
  'leaving the page with the preferences open': async (page) => {
    await moved(page);
    await page.goto(`${website.url}/other`);
    await page.goBack();
  },
  'scrolling': async (page) => {
    await page.mouse.move(300, 200);
    await page.mouse.wheel(0, 3000);
    await page.waitForFunction(() => scrollY > 1000);
    await page.locator('#link').evaluate((link: HTMLElement) => link.click());
    await page.evaluate(() => scrollTo(0, 0));
  },
  'touching and swiping': async (page) => {
    const finger = await page.context().newCDPSession(page);
    await finger.send('Emulation.setTouchEmulationEnabled', { enabled: true });
    const touch = (type: 'touchStart' | 'touchMove' | 'touchEnd', ...at: number[]) => finger.send('Input.dispatchTouchEvent', { type, touchPoints: at.map((y) => ({ x: 1000, y })) });
    await touch('touchStart', 700);
    for (let y = 660; y > 100; y -= 40) await touch('touchMove', y);
    await touch('touchEnd');
    await page.waitForFunction(() => scrollY > 100);
  },
  'waiting for an hour': async (page) => {
    await page.clock.install();
    await page.reload();
    await banner(page).region.waitFor();
    await page.clock.runFor('01:00:00');
  },
  'reloading': async (page) => {
    for (let i = 0; i < 3; i++) {
      await page.reload();
      await banner(page).region.waitFor();
    }
  },
  'going elsewhere and back': async (page) => {
    await page.goto(`${website.url}/other`);
    await page.goBack();
    await page.goForward();
    await page.goBack();
  },
  'pressing keys on the page': async (page) => {
    for (const key of ['Escape', 'Enter', ' ', 'y', 'a', 'j', 'ArrowDown', 'PageDown', 'End', 'Home', 'Escape']) await page.keyboard.press(key);
    await page.locator('#field').fill('desembrood');
    await page.keyboard.press('Enter');
  },
  'passing the banner with Tab': async (page) => {
    for (let i = 0; i < 12; i++) await page.keyboard.press('Tab');
    await page.keyboard.press('Escape');
  },
  'clicking beside the banner': async (page) => {
    for (const id of ['text', 'own', 'field', 'link']) await page.locator(`#${id}`).click();
    await page.mouse.click(600, 10, { button: 'right' });
  },
  'clicking on the words of the banner': async (page) => {
    for (const text of [nl['title']!, nl['withdrawal']!]) await banner(page).region.getByText(text).click();
  },
  'turning to another window and back': async (page) => {
    const other = await page.context().newPage();
    await other.bringToFront();
    await page.bringToFront();
    await page.evaluate(() => { for (const type of ['blur', 'focus', 'pageshow']) dispatchEvent(new Event(type)); document.dispatchEvent(new Event('visibilitychange')); });
    await other.close();
  },
};

// Promise (EDPB consent 86, Planet49, law check L1): only a button that says so is
// consent. Whatever else a visitor does, nothing is kept, recorded, allowed or
// requested of anybody, and the question stands as it stood.
for (const [name, act] of Object.entries(acts))
  test(`no consent: ${name}`, async () => {
    const visitor = await openPage(browser, website, `${sluis.url}/site.js`, '/page', { body, options: { viewport: { width: 1280, height: 900 } } });
    const { page, context, thirdParty, ours } = visitor;
    await banner(page).region.waitFor();
    await act(page);
    await page.waitForLoadState('networkidle');
    assert.deepEqual(thirdParty.map(({ url }) => url), []);
    assert.deepEqual(await context.cookies(), []);
    assert.deepEqual(await kept(page), []);
    assert.deepEqual(await allows(page, ...everything), everything.map(() => false));
    assert.equal(await page.evaluate(() => window.Sluis!.choice), undefined);
    // A page that goes sends what still waits.
    await page.reload();
    await banner(page).region.waitFor();
    assert.deepEqual(thirdParty.map(({ url }) => url), []);
    assert.deepEqual(ours.filter((request) => request.includes('/v1/')), []);
    assert.deepEqual((await sluis.read('site', '/records')).items, []);
    assert.deepEqual(visitor.errors, []);
    await visitor.leave();
  });
