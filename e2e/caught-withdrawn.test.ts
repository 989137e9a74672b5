import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { accept, asked, openAsking, refuse, settled, src, withdraw } from './harness/asking.ts';
import { banner } from './harness/banner.ts';
import { startBrowser, type Visitor } from './harness/browser.ts';
import { until } from './harness/ports.ts';
import { startSluis, type Sluis } from './harness/sluis.ts';
import { page as html, siteFile, startWebsite, type Website } from './harness/website.ts';

// Protects: each test's name says what a withdrawal owes a visitor or a page, once the net
// has seen what pages do with their tags. All were found by a hostile reading.
let sluis: Sluis, browser: Browser, website: Website;
before(async () => {
  website = await startWebsite({ '/own.html': '<!doctype html><title>own</title><body>own' });
  const frames = 'youtube: {}';
  [sluis, browser] = await Promise.all([startSluis({
    site: siteFile(website.url, { services: frames }), off: siteFile(website.url, { services: frames, more: 'caught: off\n' }),
    fonts: siteFile(website.url, { services: 'youtube: {}\n  google-fonts: {}' }),
  }), startBrowser()]);
});
after(async () => { await browser?.close(); await sluis?.stop(); await website?.close(); });

let n = 0;
const open = async (body: string, site = 'site'): Promise<Visitor> => openAsking(browser, website, `/p${n++}`, html(`${sluis.url}/${site}.js`, { body }));

for (const [name, again] of Object.entries({ 'its own address': 'f.src=f.src', 'nothing, then what it had': `var at=f.src;f.src='';f.src=at` }))
  test(`a withdrawal takes a marked frame of nobody's back that a slider gave ${name}`, async () => {
    const v = await open('<iframe data-consent="social-media" data-src="https://films.example/film" title="Film"></iframe>');
    await accept(v);
    await until('it loads', () => asked(v, 'films.example'));
    await v.page.evaluate(`var f=document.querySelector('iframe');${again}`);
    await withdraw(v);
    assert.equal(await src(v.page), null);
    await v.leave();
  });

test('after load once and an express withdrawal no other film is asked for', async () => {
  const v = await open(`<iframe id="box" width="560" height="315" title="Film"></iframe><script>box.src='https://www.youtube.com/embed/abc'</script>`);
  await refuse(v);
  await v.page.frameLocator('iframe').getByRole('button', { name: /keer/i }).first().click();
  await until('it loads', () => asked(v, 'embed/abc'));
  await withdraw(v);
  await v.page.evaluate(`box.src='https://www.youtube.com/embed/other?autoplay=1'`);
  await settled(v);
  assert.equal(asked(v, 'embed/other'), 0);
  await v.leave();
});

test('a copy whose data-src has a line break goes with the withdrawal, where the net is off', async () => {
  const v = await open('<iframe data-consent="social-media" data-service="youtube" data-src="https://www.youtube.com/embed/abc\n" title="Film"></iframe>', 'off');
  await accept(v);
  await until('it loads', () => asked(v, 'embed/abc'));
  await v.page.evaluate(() => { const f = document.querySelector('iframe')!; f.after(f.cloneNode()); });
  await withdraw(v);
  assert.deepEqual(await v.page.locator('iframe').evaluateAll((all) => all.map((one) => one.getAttribute('src'))), [null, null]);
  await v.leave();
});

test('a withdrawal about a link marks no frame of the website', async () => {
  const v = await open('<link rel="stylesheet" data-consent="functional" data-href="https://style.example/a.css"><iframe src="/own.html" data-src="undefined" title="Own"></iframe>', 'fonts');
  await accept(v);
  await until('it loads', () => asked(v, 'style.example'));
  await withdraw(v);
  assert.deepEqual(await v.page.evaluate(() => ({ ...document.querySelector('iframe')!.dataset })), { src: 'undefined' });
  await v.leave();
});

test('a withdrawal of one category leaves a frame of another one that has the same address', async () => {
  const v = await open('<iframe id="a" data-consent="functional" data-src="https://films.example/film" title="A"></iframe><iframe id="b" data-consent="social-media" data-src="https://films.example/film" title="B"></iframe>', 'fonts');
  await accept(v);
  await until('both load', () => asked(v, 'films.example') === 2);
  await banner(v.page).reopen.click();
  await banner(v.page).category('social-media').uncheck({ force: true });
  await banner(v.page).save.click();
  await settled(v);
  assert.deepEqual(await v.page.locator('iframe').evaluateAll((all) => all.map((one) => [one.getAttribute('src'), (one as HTMLElement).dataset.consent ?? null])), [['https://films.example/film', null], [null, 'social-media']]);
  await v.leave();
});

test('copies are found at a withdrawal whatever signs their address has', async () => {
  const at = ['back\\slash', 'quote"]', 'one\'s', 'caf\u00e9 \u{1f3ac}', 'bell\u0001', 'line\u2028'];
  const v = await open(`<div id="host"></div><script>for(const at of ${JSON.stringify(at)}){const f=document.createElement('iframe');f.dataset.consent='social-media';f.dataset.src='https://films.example/?'+at;host.append(f)}</script>`, 'off');
  await accept(v);
  await until('all load', () => asked(v, 'films.example') === at.length);
  await v.page.evaluate(() => { for (const f of document.querySelectorAll('iframe[data-src]')) f.after(f.cloneNode()); });
  await withdraw(v);
  assert.deepEqual(await v.page.locator('iframe[src]').evaluateAll((all) => all.map((one) => (one as HTMLElement).dataset.src)), []);
  assert.deepEqual(v.errors, []);
  await v.leave();
});

test('what another tab took back holds in this one, also where the banner cannot be had', async () => {
  const v = await open('<p>first</p>');
  await accept(v);
  const path = `/p${n++}`;
  website.pages[path] = html(`${sluis.url}/site.js`, { body: '<iframe id="box" src="https://www.youtube.com/embed/abc" title="F"></iframe>' });
  const other = await v.context.newPage();
  await other.route(/\/v\/.*\.js/, (route) => (/site\.nl\.js/.test(route.request().url()) ? route.abort() : route.continue()));
  await other.goto(website.url + path);
  await until('it loads', () => asked(v, 'embed/abc'));
  await withdraw(v);
  await until('it is known here', () => other.evaluate(() => !window.Sluis!.allows('service:youtube')));
  await other.evaluate(`box.src='https://www.youtube.com/embed/other'`);
  await settled({ ...v, page: other });
  assert.equal(asked(v, 'embed/other'), 0);
  await v.leave();
});
