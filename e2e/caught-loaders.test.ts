import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { asked, leave, openAsking, src } from './harness/asking.ts';
import { banner } from './harness/banner.ts';
import { startBrowser, type Visitor } from './harness/browser.ts';
import { nl } from './harness/labels.ts';
import { until } from './harness/ports.ts';
import { startSluis, type Sluis } from './harness/sluis.ts';
import { page as html, siteFile, startWebsite, type Website } from './harness/website.ts';

// Lazy loaders, sliders and galleries: scripts of the page that give, take and
// give again the addresses of tags that are held.
const services = 'google-analytics-4: {measurement_id: G-TEST12345}\n  youtube: {}\n  google-maps: {}\n  facebook-plugins: {}';
let sluis: Sluis, browser: Browser, website: Website;
before(async () => {
  website = await startWebsite();
  [sluis, browser] = await Promise.all([startSluis({ site: siteFile(website.url, { services }) }), startBrowser()]);
});
after(async () => { await browser?.close(); await sluis?.stop(); await website?.close(); });

const open = (path: string, body: string): Promise<Visitor> => openAsking(browser, website, path, html(`${sluis.url}/site.js`, { body }));
const lazy = `<script>for(const f of document.querySelectorAll('iframe[data-src]'))f.src=f.dataset.src</script>`;
const spent = `<script>for(const f of document.querySelectorAll('iframe[data-src]')){f.src=f.dataset.src;f.removeAttribute('data-src')}</script>`;

// Protects: a mark holds whatever address a lazy loader gives, known or not, by
// category or by service, and the frame loads after consent.
for (const [name, frame] of Object.entries({
  'by its category': '<iframe data-consent="social-media" data-src="https://films.example/film" title="Film"></iframe>',
  'by its service': '<iframe data-service="youtube" data-src="https://films.example/film" title="Film"></iframe>',
  'by its service, an address that is another one’s': '<iframe data-service="youtube" data-src="https://www.google.com/maps/embed?film" title="Film"></iframe>',
}))
  test(`a frame marked ${name} is left to us by a lazy loader`, async () => {
    const visitor = await open('/lazy', frame + lazy);
    const { page } = visitor;
    await banner(page).refuse.click();
    await banner(page).reopen.waitFor();
    assert.equal(await src(page, 'iframe'), null);
    assert.equal(visitor.thirdParty.length, 0);
    await page.evaluate(() => window.Sluis!.open());
    await banner(page).preferences.getByRole('button', { name: 'Alles accepteren' }).click();
    await until('it loads', () => asked(visitor, 'film'));
    await leave(visitor);
  });

// Protects: a map of “My Maps” is Google Maps'.
test('a map that somebody drew is caught', async () => {
  const visitor = await open('/drawn', `<iframe id="map" title="Map"></iframe><script>map.src='https://www.google.com/maps/d/embed?mid=abc'</script>`);
  assert.equal(await visitor.page.evaluate(() => document.getElementById('map')!.dataset.service), 'google-maps');
  assert.equal(visitor.thirdParty.length, 0);
  await leave(visitor);
});

// Protects: what a lazy loader takes away once it has used it is not lost.
for (const [name, marks] of [['caught', ''], ['marked', ' data-consent="social-media"']])
  test(`a ${name} frame loads after consent when its loader took data-src away`, async () => {
    const visitor = await open(`/spent-${name}`, `<iframe${marks} data-src="https://www.youtube.com/embed/abc" title="Film"></iframe>${spent}`);
    assert.equal(visitor.thirdParty.length, 0);
    await banner(visitor.page).accept.click();
    await until('it loads', () => asked(visitor, 'embed/abc'));
    await leave(visitor);
  });

// Protects: sliders copy what is held, marks and all.
test('a copy of a caught frame loads with it, or what it is given instead', async () => {
  const visitor = await open('/copies', `<iframe src="https://www.youtube.com/embed/abc" title="Film"></iframe><script>addEventListener('load',()=>{const f=document.querySelector('iframe');for(const at of ['','https://www.youtube.com/embed/other']){const c=f.cloneNode();if(at)c.src=at;document.body.append(c)}})</script>`);
  await banner(visitor.page).accept.click();
  await until('all have loaded', () => asked(visitor, 'cookie.com/embed/abc') === 2 && asked(visitor, 'cookie.com/embed/other') === 1);
  await leave(visitor);
});

// Protects: sliders and windows over the page stop a film by its address, held or not.
for (const [name, stop] of Object.entries({
  'its own address': 'f.src=f.src', 'its own attribute': `f.setAttribute('src',f.getAttribute('src')||'')`,
  'nothing, then what was read before': `var at=f.src;f.src='';f.src=at`, 'an empty page, then what was read before': `var at=f.src;f.src='about:blank';f.src=at`,
}))
  test(`a held film that is stopped by giving it ${name} loads after consent`, async () => {
    const visitor = await open('/stop', `<iframe src="https://www.youtube.com/embed/abc" title="Film"></iframe><script>var f=document.querySelector('iframe');addEventListener('load',()=>{${stop};stopped=1})</script>`);
    const { page } = visitor;
    await page.waitForFunction('window.stopped');
    await banner(page).accept.click();
    await until('it loads', async () => (await src(page, 'iframe'))?.startsWith('https:'));
    await leave(visitor);
  });

// Protects: the website's own play button adds to the address of its film, as themes do. Pressed
// before consent, it opens no page of the website in the frame, and the film that comes plays.
test('a play button that adds to the address of a held film', async () => {
  const visitor = await open('/play', `<iframe id="film" title="Film"></iframe><script>film.src='https://www.youtube.com/embed/abc?rel=0'</script><button onclick="film.src+='&autoplay=1'">Speel af</button>`);
  const { page } = visitor;
  await banner(page).region.waitFor();
  await page.getByRole('button', { name: 'Speel af' }).click();
  await page.frameLocator('#film').getByRole('button', { name: nl['embed.once']! }).waitFor();
  assert.equal(await src(page, '#film'), null);
  assert.deepEqual(visitor.thirdParty.map(({ url }) => url), []);
  await banner(page).accept.click();
  await until('the film comes, and plays', () => asked(visitor, 'embed/abc?rel=0&autoplay=1'));
  await page.evaluate(`film.removeAttribute('src')`);
  assert.equal(await page.evaluate('film.src'), '', 'what the page takes away later is gone');
  await leave(visitor);
});

// Protects: a page that watches all attributes does not go round in circles (the
// counter ends what would hang), nor one that watches what we write.
test('a page that watches the attributes of its frames is not hung', async () => {
  const visitor = await open('/circle', `<iframe id="film" title="Film" data-src="https://www.youtube.com/embed/abc"></iframe><script>n=0;
const load=f=>{if(f.dataset.src&&!f.getAttribute('src')&&n++<500)f.src=f.dataset.src};
new MutationObserver(l=>l.forEach(r=>load(r.target))).observe(film,{attributes:true});load(film)</script>`);
  assert.ok((await visitor.page.evaluate(() => (window as any).n)) < 20);
  await leave(visitor);
});
