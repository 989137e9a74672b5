import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { accept, asked, leave, openAsking, refuse, settled, src, withdraw } from './harness/asking.ts';
import { banner } from './harness/banner.ts';
import { startBrowser, type Visitor } from './harness/browser.ts';
import { until } from './harness/ports.ts';
import { startSluis, type Sluis } from './harness/sluis.ts';
import { page as html, siteFile, startWebsite, type Website } from './harness/website.ts';

// Whose a tag is, when its marks, its data and its address say different things:
// each test's name says what that owes a visitor. All were found by a hostile reading.
let sluis: Sluis, browser: Browser, website: Website;
before(async () => {
  website = await startWebsite({ '/own.html': '<!doctype html><title>own</title><body>own' });
  const services = 'youtube: {}\n  vimeo: {}\n  stripe: {}';
  [sluis, browser] = await Promise.all([startSluis({
    site: siteFile(website.url, { services }), off: siteFile(website.url, { services, more: 'caught: off\n' }), all: siteFile(website.url, { services, more: 'caught: catalogue\n' }),
  }), startBrowser()]);
});
after(async () => { await browser?.close(); await sluis?.stop(); await website?.close(); });

let n = 0;
const open = async (body: string, site = 'site'): Promise<Visitor> => openAsking(browser, website, `/p${n++}`, html(`${sluis.url}/${site}.js`, { body }));
const film = 'https://www.youtube.com/embed/abc', other = 'https://player.vimeo.com/video/1';

test('an unlisted service does not pass for a granted one whose address the page keeps in the frame’s data', async () => {
  const v = await open(`<iframe id="box" data-src="${film}" title="Film"></iframe>`, 'all');
  await accept(v);
  await v.page.evaluate(`box.src='https://open.spotify.com/embed/a'`);
  await settled(v);
  assert.deepEqual([asked(v, 'spotify'), await src(v.page)], [0, null]);
  await leave(v);
});

for (const site of ['site', 'off'])
  test(`a mark in a visitor’s text lets no listed service pass for one that is necessary: ${site}`, async () => {
    const v = await open(`<iframe data-service="stripe" data-src="${film}" title="Film"></iframe><iframe data-consent="caught" data-service="stripe" data-src="${film}" title="Film"></iframe>`, site);
    await refuse(v);
    await settled(v);
    assert.equal(asked(v, 'youtube'), 0);
    await leave(v);
  });

test('a frame marked by a necessary service loads at once', async () => {
  const v = await open('<iframe data-service="stripe" data-src="https://js.stripe.com/pay" title="Pay"></iframe>');
  await until('it loads', () => asked(v, 'js.stripe.com'));
  await leave(v);
});

test('a frame for several films that is moved has the placeholder of the one that it would load', async () => {
  const v = await open(`<div id="a"><iframe id="box" width="560" height="315" title="Film"></iframe></div><div id="b"></div><script>box.src='${film}'</script>`);
  const box = v.page.frameLocator('#box');
  await box.getByText('Inhoud van YouTube').waitFor();
  await v.page.evaluate(`box.src='${other}'`);
  await box.getByText('Inhoud van Vimeo').waitFor();
  await v.page.evaluate('b.append(box)');
  await box.getByText(/Inhoud van/).waitFor();
  assert.equal(await box.getByText('Inhoud van YouTube').count(), 0);
  await leave(v);
});

test('the placeholder of an unlisted service names the host that the frame would load from by now', async () => {
  const v = await open(`<iframe id="box" width="560" height="315" title="Film"></iframe><script>box.src='https://open.spotify.com/embed/a'</script>`, 'all');
  const box = v.page.frameLocator('#box');
  await box.getByText('Inhoud van open.spotify.com').waitFor();
  await v.page.evaluate(`box.src='https://www.dailymotion.com/embed/video/b'`);
  await box.getByText('Inhoud van www.dailymotion.com').waitFor();
  await leave(v);
});

test('a withdrawal takes a live marked frame of nobody’s back on a return', async () => {
  const v = await open('<iframe data-consent="social-media" src="https://films.example/film" title="Film"></iframe>');
  await accept(v);
  await until('it loads', () => asked(v, 'films.example'));
  await v.page.reload();
  await banner(v.page).reopen.waitFor();
  await v.page.frameLocator('iframe').getByRole('button', { name: 'play' }).waitFor();
  await withdraw(v);
  assert.equal(await src(v.page), null);
  await v.page.evaluate(() => window.Sluis!.open());
  await banner(v.page).preferences.getByRole('button', { name: 'Alles accepteren' }).click();
  await v.page.frameLocator('iframe').getByRole('button', { name: 'play' }).waitFor();
  await leave(v);
});
