import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { banner, choiceCookie } from './harness/banner.ts';
import { startBrowser } from './harness/browser.ts';
import { until } from './harness/ports.ts';
import { startSluis, type Sluis } from './harness/sluis.ts';
import { asks, open as openPage, released, remembers, works, type Parts } from './harness/trial.ts';
import { siteFile, startWebsite, type Website } from './harness/website.ts';

let sluis: Sluis, browser: Browser, website: Website;
before(async () => {
  website = await startWebsite();
  // X fills an element and has attributes of its own: every kind of loop in the gate.
  const services = 'google-analytics-4: {measurement_id: G-TEST12345}\n  youtube: {}\n  x-embed: {}\n  facebook-plugins: {}';
  [sluis, browser] = await Promise.all([startSluis({ site: siteFile(website.url, { services }) }), startBrowser()]);
});
after(async () => { await browser?.close(); await sluis?.stop(); await website?.close(); });

const open = (parts: Parts) => openPage(browser, website, `${sluis.url}/site.js`, '/page', parts);
const embed = '<iframe data-consent="social-media" data-src="https://www.youtube.com/embed/abc"></iframe><blockquote class="twitter-tweet">x</blockquote>';

// Protects: old libraries that put their own into the language's prototypes
// break neither the question nor the record, before our script or after it.
for (const [name, script] of Object.entries({
  'Object.prototype has more': `Object.prototype.foo = function () {}; Object.prototype.srcset = 'https://foo.example/'; Object.prototype.extend = 1;`,
  'Array.prototype is Prototype’s': `Array.prototype.toJSON = function () { return '[' + this.join(', ') + ']'; };
    Array.prototype.reduce = function () { return this.length > 1 ? this : this[0]; };
    Array.prototype.first = Array.prototype.last = Array.prototype.without = function () {};
    Array.from = function (things) { return things && things.length ? [].slice.call(things) : []; };`,
  'String and Function have more': `String.prototype.toJSON = function () { return this.inspect(); }; String.prototype.inspect = function () { return "'" + this + "'"; }; Function.prototype.bind = function (it) { const own = this; return function () { return own.apply(it, arguments); }; };`,
  'elements behave otherwise': `Element.prototype.remove = function () { this.parentNode.removeChild(this); return this; };
    for (const name of ['update', 'insert', 'wrap', 'show', 'hide', 'select', 'visible', 'replace', 'toggle', 'identify']) Element.prototype[name] = function () { throw new Error(name); };
    document.getElementsByClassName = function () { return []; }; window.$ = window.$$ = window.$A = function () { return []; };`,
  'promises are a library’s': `window.Promise = class extends Promise { then(...then) { return super.then(...then); } };`,
})) {
  for (const [where, parts] of Object.entries({ before: { before: `<script>${script}</script>` }, behind: { head: `<script>${script}</script>` } }))
    test(`${name}, ${where} our script`, async () => {
      const visitor = await open({ ...parts, body: embed });
      const { page } = visitor;
      const ui = banner(page);
      await asks(visitor);
      await ui.choose.click();
      await ui.category('analytics').check({ force: true });
      await ui.save.click();
      await until('what was held is let go', () => released(visitor));
      assert.match((await choiceCookie(page))!, /^1\.1\.5\./);
      const receipt = await page.evaluate(() => (window as any).Sluis.receipt());
      assert.deepEqual(receipt.facts.choices, { necessary: 'granted', functional: 'denied', analytics: 'granted', 'social-media': 'denied' });
      assert.equal(await page.evaluate(() => localStorage.length), 0, 'nothing is left waiting');
      await remembers(visitor);
      const reloaded = page.waitForEvent('load');
      await page.evaluate(() => (window as any).Sluis.withdraw());
      await reloaded;
      assert.match((await choiceCookie(page))!, /^1\.1\.1\./);
      assert.deepEqual(visitor.errors, []);
      await visitor.leave();
    });
}

// Protects: a page's own events without an element, as menus send them, are no fault of ours.
test('a click on the document itself', async () => {
  const visitor = await open({});
  await asks(visitor);
  await visitor.page.evaluate(() => { document.dispatchEvent(new MouseEvent('click', { bubbles: true })); document.body.firstChild!.dispatchEvent(new Event('click', { bubbles: true })); });
  await works(visitor);
});

// Protects: a clock that is years off asks and remembers as any other.
for (const [name, now] of [['2001', 1_000_000_000_000], ['2040', 2_220_000_000_000]] as const)
  test(`a clock that says ${name}`, async () => {
    const visitor = await open({ before: `<script>{ const off = ${now} - Date.now(), own = Date.now; Date.now = () => own() + off; }</script>` });
    await works(visitor);
  });

// Protects: a clock that says nothing grants nothing.
test('a clock that is no number', async () => {
  const visitor = await open({ before: '<script>Date.now = () => NaN</script>' });
  await visitor.context.addCookies([{ name: 'sluis', value: '1.1.f.20000..7a0c6a3e-5a0b-4b6e-9d35-0f1f4ad1b9a1', url: website.url }]);
  await visitor.page.reload();
  await asks(visitor);
  await visitor.leave();
});

// Protects: a refusal holds where a page has no randomUUID, as every one without TLS but localhost's, though no record can be made of it.
test('a refusal on a page without randomUUID is kept', async () => {
  const visitor = await open({ init: () => { delete (Crypto.prototype as Partial<Crypto>).randomUUID; } });
  const { page } = visitor;
  await banner(page).refuse.click();
  await banner(page).reopen.waitFor();
  assert.match((await choiceCookie(page))!, /^1\.1\.1\./);
  await page.reload();
  await banner(page).reopen.waitFor();
  assert.equal(await banner(page).region.isVisible(), false);
  await visitor.leave();
});
