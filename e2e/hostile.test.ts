import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { allows, banner, choiceCookie } from './harness/banner.ts';
import { startBrowser } from './harness/browser.ts';
import { until } from './harness/ports.ts';
import { startSluis, type Sluis } from './harness/sluis.ts';
import { accepts, asks, open as openPage, released, works, type Parts } from './harness/trial.ts';
import { siteFile, startWebsite, type Website } from './harness/website.ts';

let sluis: Sluis, browser: Browser, website: Website;
before(async () => {
  website = await startWebsite();
  [sluis, browser] = await Promise.all([startSluis({ site: siteFile(website.url), plain: siteFile(website.url, { services: 'youtube: {}' }) }), startBrowser()]);
});
after(async () => { await browser?.close(); await sluis?.stop(); await website?.close(); });

const open = (parts: Parts, site = 'site') => openPage(browser, website, `${sluis.url}/${site}.js`, '/page', parts);

// Protects: a page's own styles can neither hide the question nor make it
// unusable, on the first layer, in the preferences and on the control that is left.
for (const [name, css] of Object.entries({
  'everything unset': '* { all: unset }',
  'everything unset, importantly': '* { all: unset !important }',
  'buttons gone': 'button, [type=button] { display: none !important }',
  'unknown elements gone': 'html > :not(head, body), div, section, dialog, [popover] { display: none !important; visibility: hidden !important; pointer-events: none !important }',
  'a root that is filtered and moved': 'html { filter: grayscale(1); transform: translateX(40px) scale(.5); perspective: 1px; overflow: hidden }',
  'a root that waits unseen, as for an experiment': 'html.wait { opacity: 0 !important; visibility: hidden; pointer-events: none }',
  'a root of tiny letters': 'html { font: 1px/1 monospace; letter-spacing: 2em; text-transform: uppercase; text-indent: -9999px; line-height: 0; color: transparent }',
  'frames gone': 'iframe { display: none }',
})) {
  test(`styles: ${name}`, async () => {
    const visitor = await open({ head: `<style>${css}</style><script>document.documentElement.className = 'wait'; document.addEventListener('sluis:ready', () => (document.documentElement.className = ''))</script>`, body: '<iframe data-consent="social-media" data-src="https://www.youtube.com/embed/abc"></iframe>' });
    await asks(visitor);
    const { width, height } = (await banner(visitor.page).accept.boundingBox())!;
    assert.ok(width >= 44 && height >= 44, `${width} × ${height}`);
    await banner(visitor.page).choose.click();
    await banner(visitor.page).preferences.getByRole('button', { name: 'Sluiten' }).click();
    await works(visitor);
  });
}

// Protects: a page that shows its body only when it has loaded is asked about all the same.
test('styles: a body that waits for a load that never comes', async () => {
  const visitor = await open({ head: '<style>body { display: none; visibility: hidden }</style>' });
  await works(visitor);
});

// Protects: nothing a page lays over everything lies over the question.
test('an overlay with the highest z-index there is', async () => {
  const visitor = await open({ body: '<div style="position:fixed;inset:0;z-index:2147483647;background:#fff">overlay</div>' });
  const { page, thirdParty } = visitor;
  await asks(visitor);
  await accepts(visitor);
  thirdParty.length = 0;
  await page.reload();
  await until('what is allowed loads', () => released(visitor));
  await banner(page).reopen.focus();
  await page.keyboard.press('Enter');
  await banner(page).preferences.getByRole('button', { name: 'Sluiten' }).click();
  assert.deepEqual(visitor.errors, []);
  await visitor.leave();
});

// Protects: without storage, or with no room left in it, everything works but
// the queue for bad times: asked once, recorded, remembered by the cookie, withdrawn.
for (const [name, script] of Object.entries({
  'throws': `for (const name of ['localStorage', 'sessionStorage']) Object.defineProperty(window, name, { get() { throw new DOMException('denied', 'SecurityError'); } });`,
  'is null': `for (const name of ['localStorage', 'sessionStorage']) Object.defineProperty(window, name, { value: null });`,
  'is full': `for (let size = 2 ** 22; size >= 1; size /= 2) for (let i = 0; i < 3; i++) try { localStorage['x' + size + i] = 'x'.repeat(size); } catch {}`,
})) {
  test(`storage: ${name}`, async () => {
    const visitor = await open({ before: `<script>${script}</script>` });
    const { page, thirdParty } = visitor;
    await asks(visitor);
    await accepts(visitor);
    const receipt = await page.evaluate(() => (window as any).Sluis.receipt());
    assert.equal(receipt?.facts.action, 'accept_all', 'the answer is read although nothing can be stored');
    const reloaded = page.waitForEvent('load');
    await page.evaluate(() => (window as any).Sluis.withdraw());
    await reloaded;
    thirdParty.length = 0;
    await page.reload();
    await banner(page).reopen.waitFor();
    assert.match((await choiceCookie(page))!, /^1\.1\.1\.\d{5}\.\.$/);
    assert.deepEqual(thirdParty, []);
    assert.deepEqual(visitor.errors, []);
    await visitor.leave();
  });
}

// Protects: what somebody else left under our name in the storage is no record,
// harms nothing, and is gone.
for (const [name, value] of Object.entries({ 'a torn list': '[{"id":"x"', 'another thing': '{"id":1}', 'a list of nothing': '[null]', 'a word': 'yes' }))
  test(`storage: ${name} where our records wait`, async () => {
    const visitor = await open({});
    await asks(visitor);
    await visitor.page.evaluate((value) => { localStorage.sluis = value; }, value);
    await visitor.page.reload();
    await asks(visitor);
    await until('it is gone', () => visitor.page.evaluate(() => !('sluis' in localStorage)));
    assert.ok(!visitor.ours.some((request) => request.startsWith('POST')), `${visitor.ours}`);
    await works(visitor);
  });

// Protects: where the cookie cannot be written or read, a choice holds for the
// page it was made on; the next page asks once, and has released nothing.
for (const [name, property] of Object.entries({
  'whose setter throws': `{ get: () => '', set() { throw new TypeError('frozen'); } }`,
  'whose setter does nothing': `{ get: () => 'other=1', set() {} }`,
  'that is a constant': `{ value: '' }`,
})) {
  test(`a document.cookie ${name}`, async () => {
    // Without Google's tag, which would stumble over it by itself.
    const visitor = await open({ before: `<script>Object.defineProperty(document, 'cookie', ${property});</script>` }, 'plain');
    const { page, thirdParty } = visitor;
    await asks(visitor);
    await accepts(visitor);
    await until('the choice is recorded', async () => (await page.evaluate(() => (window as any).Sluis.receipt())) !== null);
    await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')));
    assert.equal(await banner(page).region.isVisible(), false, 'asked once');
    thirdParty.length = 0;
    await page.reload();
    await asks(visitor);
    await visitor.leave();
  });
}

// Protects: where even reading the cookie is an error, as in a sandbox, the page
// works and nothing is released or asked: an answer could be kept by nobody.
test('a document.cookie whose getter throws', async () => {
  const visitor = await open({ before: `<script>Object.defineProperty(document, 'cookie', { get() { throw new DOMException('denied', 'SecurityError'); } });</script>` });
  const { page, thirdParty } = visitor;
  await page.waitForLoadState('networkidle');
  assert.deepEqual(await allows(page, 'necessary', 'analytics', 'service:youtube'), [true, false, false]);
  assert.equal(await banner(page).region.count(), 0);
  assert.deepEqual(thirdParty, []);
  assert.deepEqual(visitor.errors, []);
  await visitor.leave();
});
