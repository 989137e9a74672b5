import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { allows, banner, choiceCookie } from './harness/banner.ts';
import { startBrowser } from './harness/browser.ts';
import { startSluis, type Sluis } from './harness/sluis.ts';
import { open, works } from './harness/trial.ts';
import { siteFile, startWebsite, type Website } from './harness/website.ts';

let sluis: Sluis, browser: Browser, website: Website;
before(async () => {
  website = await startWebsite();
  [sluis, browser] = await Promise.all([startSluis({ site: siteFile(website.url) }), startBrowser()]);
});
after(async () => { await browser?.close(); await sluis?.stop(); await website?.close(); });

const body = `<button id="own" onclick="this.textContent='pressed'">own</button><iframe data-consent="social-media" data-src="https://www.youtube.com/embed/abc"></iframe>`;

// Promise (README): a browser older than those that are served holds
// everything back and shows nothing; the page itself works. Older is what lacks
// something that the scripts need.
for (const [name, init] of Object.entries({
  'the popover': () => { for (const name of ['showPopover', 'hidePopover', 'togglePopover'] as const) delete (HTMLElement.prototype as Partial<HTMLElement>)[name]; },
  'constructed style sheets': () => { Object.assign(window, { CSSStyleSheet: undefined }); },
  'shadow trees': () => { delete (Element.prototype as Partial<Element>).attachShadow; },
  'observers of size': () => { Object.assign(window, { ResizeObserver: undefined }); },
}))
  test(`a browser without ${name} loads nothing and works`, async () => {
    const visitor = await open(browser, website, `${sluis.url}/site.js`, `/${name.replaceAll(' ', '-')}`, { body, init });
    const { page } = visitor;
    await page.waitForLoadState('networkidle');
    assert.deepEqual(visitor.thirdParty.map(({ url }) => url), []);
    assert.equal(await banner(page).accept.isVisible(), false);
    assert.deepEqual(await allows(page, 'necessary', 'analytics', 'service:youtube'), [true, false, false]);
    assert.equal(await choiceCookie(page), undefined);
    await page.locator('#own').click();
    assert.equal(await page.locator('#own').textContent(), 'pressed', 'the page’s own buttons work');
    await visitor.leave();
  });

// Promise: one that does not even understand the script runs none of it, and what is marked stays held.
test('a browser that cannot read the script loads nothing and works', async () => {
  const path = '/syntax';
  const visitor = await open(browser, website, `${sluis.url}/site.js`, path, { body });
  const { page } = visitor;
  visitor.thirdParty.length = 0;
  visitor.errors.length = 0;
  await visitor.context.route('**/site.js', async (route) => {
    const answer = await route.fetch();
    await route.fulfill({ response: answer, body: `${await answer.text()}\n;a ?\u00a0?? b` });
  });
  await page.reload();
  await page.waitForLoadState('networkidle');
  assert.match(visitor.errors.join(), /SyntaxError|Unexpected/);
  assert.deepEqual(visitor.thirdParty.map(({ url }) => url), []);
  assert.equal(await page.evaluate(() => 'Sluis' in window), false);
  await page.locator('#own').click();
  assert.equal(await page.locator('#own').textContent(), 'pressed');
  await visitor.leave();
});

// Promise: the trial itself: with all of that there, the same page asks and lets go.
test('a browser of today asks', async () => works(await open(browser, website, `${sluis.url}/site.js`, '/today', { body })));
