import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { asked, leave, openAsking } from './harness/asking.ts';
import { banner } from './harness/banner.ts';
import { startBrowser, visit, type Visitor } from './harness/browser.ts';
import { until } from './harness/ports.ts';
import { startSluis, type Sluis } from './harness/sluis.ts';
import { page as html, siteFile, startWebsite, type Website } from './harness/website.ts';

// What real pages do with what is held: use a frame for several films, copy it,
// load it lazily, watch it.
const services = 'google-analytics-4: {measurement_id: G-TEST12345}\n  youtube: {}\n  vimeo: {}\n  facebook-plugins: {}';
let sluis: Sluis, browser: Browser, website: Website;
before(async () => {
  website = await startWebsite();
  const videos = 'youtube: {}\n  vimeo: {}';
  [sluis, browser] = await Promise.all([startSluis({
    site: siteFile(website.url, { services }), off: siteFile(website.url, { services, more: 'caught: off\n' }),
    videos: siteFile(website.url, { services: videos }), films: siteFile(website.url, { services: videos, more: 'caught: off\n' }),
  }), startBrowser()]);
});
after(async () => { await browser?.close(); await sluis?.stop(); await website?.close(); });

const open = (path: string, body: string, site = 'site', headers: Record<string, string> = {}): Promise<Visitor> => openAsking(browser, website, path, { html: html(`${sluis.url}/${site}.js`, { body }), headers });
const addresses = (page: Page): Promise<(string | null)[]> => page.locator('iframe').evaluateAll((all) => all.map((one) => one.getAttribute('src')));
const ran = (page: Page): Promise<string[]> => page.evaluate(() => (window as any).__ran ?? []);

// Promise: one frame for several films, as a lightbox has, asks for and goes
// under the service that it would load now.
test('a held frame that is given an address of another service goes under that one', async () => {
  const visitor = await open('/reused', `<iframe id="box" width="560" height="315" title="Film"></iframe><script>box.src='https://www.youtube.com/embed/abc'</script>`);
  const { page } = visitor;
  await page.frameLocator('#box').getByText('Inhoud van YouTube').waitFor();
  await page.evaluate(() => { (document.getElementById('box') as HTMLIFrameElement).src = 'https://player.vimeo.com/video/1'; });
  await page.frameLocator('#box').getByText('Inhoud van Vimeo').waitFor();
  assert.equal(await page.frameLocator('#box').getByText('Inhoud van YouTube').count(), 0);
  await banner(page).choose.click();
  await banner(page).preferences.locator('summary').evaluateAll((all) => all.forEach((one) => (one as HTMLElement).click()));
  await page.getByRole('switch', { name: 'YouTube' }).check({ force: true });
  await banner(page).save.click();
  assert.deepEqual(await page.evaluate(() => [window.Sluis!.allows('service:youtube'), window.Sluis!.allows('service:vimeo')]), [true, false]);
  assert.deepEqual(await addresses(page), [null], 'Vimeo was refused');
  assert.equal(asked(visitor, 'vimeo'), 0);
  await leave(visitor);
});

// Protects: also where nothing else on the page changes: what is offered is about the
// film that it would load.
for (const how of ['f.src=at', `f.setAttribute('src',at)`])
  test(`a frame of the page that is given its first film, and then another, has the placeholder of that: ${how}`, async () => {
    const visitor = await open('/modal', `<div><iframe id="box" width="560" height="315" title="Film"></iframe></div><script>give=at=>{const f=document.getElementById('box');${how}}</script>`);
    const { page } = visitor;
    const box = page.frameLocator('#box');
    await banner(page).refuse.click();
    await banner(page).reopen.waitFor();
    await page.evaluate(`give('https://www.youtube.com/embed/abc')`);
    await box.getByText('Inhoud van YouTube').waitFor();
    await page.evaluate(`give('https://player.vimeo.com/video/1')`);
    await box.getByText('Inhoud van Vimeo').waitFor();
    assert.deepEqual([visitor.thirdParty.length, await box.getByRole('button', { name: /YouTube/ }).count()], [0, 0]);
    await box.getByRole('button', { name: /keer/i }).first().click();
    await until('that one loads', () => asked(visitor, 'vimeo'));
    assert.equal(asked(visitor, 'youtube'), 0);
    await leave(visitor);
  });

// Protects: a page of the website's own is not written into, also where it is there before the next paint.
for (const when of ['as the browser paints', 'before it paints'])
  test(`no placeholder is drawn into an empty page of the website’s own: ${when}`, async () => {
    website.pages['/empty'] = '<!doctype html><title>own</title><body></body>';
    const visitor = await open('/drawn', '<iframe id="box" title="Film"></iframe><script>box.src="https://www.youtube.com/embed/abc"</script>');
    const { page } = visitor;
    await page.frameLocator('#box').getByText('Inhoud van YouTube').waitFor();
    if (when.startsWith('before')) await page.evaluate(() => { window.requestAnimationFrame = () => 0; });
    await page.evaluate(() => new Promise((done) => { const box = document.getElementById('box') as HTMLIFrameElement; box.onload = () => box.contentDocument!.title && done(0); box.src = '/empty'; }));
    assert.equal(await page.evaluate(() => (document.getElementById('box') as HTMLIFrameElement).contentDocument!.body.innerHTML), '');
    await leave(visitor);
  });

// Promise: the net takes no marked tag for a live one, and the other way round.
for (const site of ['site', 'off'])
  test(`a marked script of a listed service runs after consent, and what stands behind it: ${site}`, async () => {
    const visitor = await open(`/marked-${site}`, `<script type="text/plain" data-consent="social-media" src="https://connect.facebook.net/a.js"></script>
<script type="text/plain" data-type="module" data-consent="social-media" src="https://connect.facebook.net/m.js"></script><script type="text/plain" data-consent="social-media">__ran.push('behind')</script>`, site);
    assert.equal(asked(visitor, 'facebook'), 0);
    await banner(visitor.page).accept.click();
    await until('all have run', async () => (await ran(visitor.page)).filter((name) => name !== 'ga').sort().join() === 'behind,facebook,facebook');
    await leave(visitor);
  });

test('a live frame that has a data-src too is held', async () => {
  const visitor = await open('/both', `<iframe src="https://www.youtube.com/embed/abc" data-src="https://www.youtube.com/embed/abc" title="Film"></iframe>`);
  assert.deepEqual(await addresses(visitor.page), [null]);
  await banner(visitor.page).accept.click();
  await until('it loads', async () => (await addresses(visitor.page))[0]);
  await leave(visitor);
});

// Promise: what a page marked stays held when its lazy loader sets the address.
test('a marked frame is left to us by a lazy loader', async () => {
  const visitor = await open('/lazy', `<iframe data-consent="social-media" data-src="https://films.example/embed/abc" title="Film"></iframe>
<script>for(const f of document.querySelectorAll('iframe[data-src]'))f.src=f.dataset.src</script>`);
  assert.deepEqual(await addresses(visitor.page), [null]);
  assert.equal(asked(visitor, 'films.example'), 0);
  await banner(visitor.page).accept.click();
  await until('it loads', () => asked(visitor, 'films.example'));
  await leave(visitor);
});

// Promise: copies of what was let go end with it, as sliders and page caches make them.
for (const site of ['videos', 'films'])
  test(`copies of a released frame are taken back at a withdrawal: ${site}`, async () => {
    const visitor = await open(`/copy-${site}`, `<div id="slider"><iframe data-consent="social-media" data-service="youtube" data-src="https://www.youtube.com/embed/abc" title="Film"></iframe></div>`, site);
    const { page } = visitor;
    await banner(page).accept.click();
    await until('it loads', async () => (await addresses(page))[0]);
    await page.evaluate(() => { const slider = document.getElementById('slider')!; slider.append(slider.firstElementChild!.cloneNode(true)); });
    await page.evaluate(() => window.Sluis!.withdraw());
    assert.deepEqual(await addresses(page), [null, null]);
    await leave(visitor);
  });

test('a view that was kept and put back after a withdrawal loads no film', async () => {
  const visitor = await open('/view', `<div id="view"><iframe src="https://www.youtube.com/embed/abc" title="Film"></iframe></div>`, 'videos');
  const { page } = visitor;
  await banner(page).accept.click();
  await until('it loads', async () => (await addresses(page))[0]);
  await page.evaluate(() => { const view = document.getElementById('view')!; (window as any).copy = view.cloneNode(true); view.remove(); });
  await page.evaluate(() => window.Sluis!.withdraw());
  await page.evaluate(() => document.body.append((window as any).copy));
  assert.deepEqual(await addresses(page), [null]);
  await leave(visitor);
});

// Promise: a caught script keeps the nonce that the page gave it.
test('a script with a nonce of its own runs after consent', async () => {
  const visitor = await open('/nonce', `<script nonce="abc">var s=document.createElement('script');s.nonce='abc';s.src='https://connect.facebook.net/a.js';document.body.append(s)</script>`, 'site',
    { 'content-security-policy': `script-src 'nonce-abc' ${sluis.url}` });
  await banner(visitor.page).accept.click();
  await until('it runs', async () => (await ran(visitor.page)).includes('facebook'));
  await visitor.leave();
});

// Promise: a page that watches what we write does not end in a circle, and what
// is no element of a web page is left alone.
test('pages that watch data-src, and documents of other kinds', async () => {
  const visitor = await open('/watch', `<img id="pic" alt=""><script>n=0;new MutationObserver(l=>{for(const r of l)if(n++<500)r.target.src=r.target.dataset.src}).observe(document,{attributes:true,subtree:true,attributeFilter:['data-src']});pic.dataset.src='https://i.ytimg.com/vi/a/0.jpg';
document.implementation.createDocument(null,'feed').documentElement.setAttribute('src','https://www.youtube.com/embed/abc');
const x=document.createElementNS('urn:feed','item');x.setAttribute('src','/a.png');document.body.append(x);document.body.insertAdjacentHTML('beforeend','<iframe src="https://www.youtube.com/embed/behind"></iframe>')</script>`);
  assert.ok((await visitor.page.evaluate(() => (window as any).n)) < 10);
  assert.deepEqual(await addresses(visitor.page), [null], 'nothing slips through behind them');
  await leave(visitor);
});

test('Vimeo is asked not to track where the address has a fragment', async () => {
  const visitor = await open('/fragment', `<iframe data-service="vimeo" data-src="https://player.vimeo.com/video/1#t=30s" title="Film"></iframe>`);
  await banner(visitor.page).accept.click();
  await until('it loads', async () => (await addresses(visitor.page))[0] === 'https://player.vimeo.com/video/1?dnt=1#t=30s');
  await leave(visitor);
});

// Promise: what was done under a refusal is not told later, by a picture in the page either.
test('a pixel in the page, made under a refusal, is forgotten', async () => {
  const visitor = await open('/pixel', '');
  const { page } = visitor;
  await banner(page).refuse.click();
  await page.evaluate(() => { const pixel = new Image(); pixel.src = 'https://www.google-analytics.com/collect?refused'; document.body.append(pixel); });
  await page.evaluate(() => window.Sluis!.open());
  await banner(page).preferences.getByRole('button', { name: 'Alles accepteren' }).click();
  await until('what is allowed loads', async () => (await ran(page)).includes('ga'));
  assert.equal(asked(visitor, '?refused'), 0);
  await leave(visitor);
});

// Promise: where our tag comes after the page has loaded, as on every page that
// was prerendered, other tabs are heard and waiting records are sent all the same.
test('a gate that comes late hears of other tabs and sends what waits', async () => {
  website.pages['/late'] = `<!doctype html><html lang="nl"><title>Late</title><body><p>page</p><script>addEventListener('load',()=>setTimeout(()=>{const s=document.createElement('script');s.src='${sluis.url}/films.js';document.head.append(s)}))</script></body></html>`;
  const first = await visit(browser);
  await first.page.goto(website.url + '/late');
  await banner(first.page).accept.click();
  await until('the record is stored', () => first.page.evaluate(() => window.Sluis!.receipt()));
  const other = await first.context.newPage();
  await other.goto(website.url + '/late');
  await until('it is granted there too', () => other.evaluate(() => window.Sluis?.allows('service:youtube')));
  await first.page.evaluate(() => window.Sluis!.withdraw());
  await until('the other tab follows', () => other.evaluate(() => !window.Sluis!.allows('service:youtube')));
  await first.leave();
});
