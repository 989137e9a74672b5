import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { asked, leave, openAsking } from './harness/asking.ts';
import { banner } from './harness/banner.ts';
import { startBrowser, visit, type Visitor } from './harness/browser.ts';
import { until } from './harness/ports.ts';
import { startSluis, type Sluis } from './harness/sluis.ts';
import { dataLayer } from './harness/thirdparty.ts';
import { page as html, siteFile, startWebsite, type Website } from './harness/website.ts';

const services = 'google-analytics-4: {measurement_id: G-TEST12345}\n  youtube: {}\n  facebook-plugins: {}';

let sluis: Sluis, browser: Browser, website: Website;
before(async () => {
  website = await startWebsite();
  const sites = {
    site: siteFile(website.url, { services }),
    videos: siteFile(website.url, { services: 'youtube: {}' }),
    off: siteFile(website.url, { services, more: 'caught: off\n' }),
    catalogue: siteFile(website.url, { services, more: 'caught: catalogue\n' }),
    maps: siteFile(website.url, { services: 'google-maps: {}\n  google-analytics-4: {measurement_id: G-TEST12345}' }),
    pixel: siteFile(website.url, { services: "meta-pixel: {pixel_id: '123456789012345'}", more: 'advertising: true\n' }),
  };
  [sluis, browser] = await Promise.all([startSluis(sites), startBrowser()]);
});
after(async () => { await browser?.close(); await sluis?.stop(); await website?.close(); });

type Parts = Parameters<typeof html>[1] & { site?: string; headers?: Record<string, string> };
/** Opens a page that nobody edited for us, but for our tag in its head. */
const open = (path: string, { site = 'site', headers = {}, ...parts }: Parts): Promise<Visitor> => openAsking(browser, website, path, { html: html(`${sluis.url}/${site}.js`, parts), headers });
const ran = (page: Page): Promise<string[]> => page.evaluate(() => (window as any).__ran ?? []);

const gtag = 'https://www.googletagmanager.com/gtag/js?id=G-TEST12345';
const analytics = `<script async src="${gtag}"></script>
<script>window.dataLayer=window.dataLayer||[];function gtag(){dataLayer.push(arguments)}gtag('js',new Date());gtag('config','G-TEST12345')</script>`;
const facebook = `<div id="fb-root"></div><script>(function(d,s,id){var js,fjs=d.getElementsByTagName(s)[0];if(d.getElementById(id))return;js=d.createElement(s);js.id=id;
js.src='https://connect.facebook.net/nl_NL/sdk.js#xfbml=1&version=v19.0';js.type='text/javascript';js.async=true;fjs.parentNode.insertBefore(js,fjs)}(document,'script','facebook-jssdk'))</script>`;

// Promise: a live snippet that a page still has does not run before consent,
// and does after it. (That the browser may fetch the file early is said in
// docs/holding-back.md.)
test('a live Google snippet does not run before consent', async () => {
  const visitor = await open('/analytics', { head: analytics });
  const { page } = visitor;
  assert.deepEqual(await ran(page), []);
  assert.equal((await dataLayer(page))[0]![1], 'default', 'Google is told "denied" before the page speaks to it');
  assert.ok((await dataLayer(page)).some(([word]) => word === 'config'), 'the inline part is the page’s own and runs');
  await banner(page).accept.click();
  await until('it runs', async () => (await ran(page)).includes('ga'));
  await leave(visitor);
});

// Promise: what a script makes is stopped before anything is requested.
test('a snippet that makes its script is not even requested before consent', async () => {
  const visitor = await open('/facebook', { body: facebook });
  const { page } = visitor;
  assert.equal(asked(visitor, 'facebook'), 0);
  await banner(page).refuse.click();
  await banner(page).reopen.waitFor();
  assert.equal(asked(visitor, 'facebook'), 0);
  await banner(page).reopen.click();
  await page.getByRole('dialog').waitFor();
  await banner(page).category('social-media').check({ force: true });
  await banner(page).save.click();
  await until('it runs', async () => (await ran(page)).includes('facebook'));
  assert.equal(asked(visitor, 'nl_NL/sdk.js'), 1);
  await leave(visitor);
});

// Promise: a live embed becomes a placeholder, wherever it comes from, and is
// loaded after a choice like a marked one.
for (const [name, parts] of Object.entries({
  'in the page': { body: '<iframe src="https://www.youtube.com/embed/abc" width="560" height="315" title="Film"></iframe>' },
  'by innerHTML': { body: `<div id="in"></div><script>document.getElementById('in').innerHTML='<iframe src="//www.youtube.com/embed/abc" width="560" height="315"></iframe>'</script>` },
  'by setAttribute': { body: `<script>var f=document.createElement('iframe');f.setAttribute('src','https://www.youtube.com/embed/abc');f.width=560;f.height=315;document.body.append(f)</script>` },
  'inserted before it has an address': { body: `<script>var f=document.createElement('iframe');f.width=560;f.height=315;document.body.append(f);f.src='https://www.youtube.com/embed/abc'</script>` },
})) {
  test(`a live video ${name} is held, and loaded once it is allowed`, async () => {
    const visitor = await open('/video-' + name.length, parts);
    const { page } = visitor;
    await banner(page).refuse.click();
    const once = page.frameLocator('iframe').getByRole('button', { name: /één keer|keer laden/i }).first();
    await once.waitFor();
    if (name.startsWith('by s') || name.startsWith('ins')) assert.equal(asked(visitor, 'youtube'), 0);
    visitor.thirdParty.length = 0;
    await once.click();
    await until('it loads from the host without cookies', () => asked(visitor, 'www.youtube-nocookie.com/embed/abc'));
    await page.frameLocator('iframe').getByRole('button', { name: 'play' }).waitFor();
    assert.equal(visitor.thirdParty.length, 1, 'once');
    await leave(visitor);
  });
}

// Promise: an address is held however it is written, for the browser's way of
// reading it decides where a request goes.
test('addresses are held however they are written', async () => {
  const ways = ['//www.google-analytics.com/a.js', 'HTTPS://WWW.Google-Analytics.com/a.js', 'https://www.google-analytics.com:443/a.js', 'https://u@www.google-analytics.com/a.js', 'https:\\\\www.google-analytics.com/a.js', 'https:///www.google-analytics.com/a.js', ' https://www.google-analytics.com?a.js'];
  const visitor = await open('/ways', { body: `<script>for(const src of ${JSON.stringify(ways)}){const s=document.createElement('script');s.src=src;document.head.append(s)}for(const src of ['https://shop.example/www.google-analytics.com/a.js','https://shop.example/b.js?//www.google-analytics.com/'])document.head.append(Object.assign(document.createElement('script'),{src}))</script>` });
  await until('what is another host\'s is asked for', () => asked(visitor, 'shop.example') === 2);
  assert.equal(visitor.thirdParty.length, 2);
  await leave(visitor);
});

// Promise: services that share a host are told apart by path and query, also in
// who may load: what one was granted lets no other through. What stands in the
// page's HTML may have been asked for before any script saw it (docs/holding-back.md).
test('services of one host are told apart by their query', async () => {
  const visitor = await open('/query', { body: `<iframe src="https://www.google.com/maps?q=Groningen&output=embed" title="Map"></iframe><script src="https://www.googletagmanager.com/gtag/js?id=AW-1"></script>
<script>document.head.append(Object.assign(document.createElement('script'),{src:'https://www.googletagmanager.com/gtag/js?id=AW-2'}));
document.body.append(Object.assign(document.createElement('iframe'),{src:'https://www.google.com/maps?q=Assen&output=embed'}))</script>`, site: 'maps' });
  const { page } = visitor;
  await banner(page).refuse.click();
  await banner(page).reopen.waitFor();
  await page.reload();
  await banner(page).reopen.waitFor();
  assert.deepEqual(visitor.thirdParty.filter(({ url }) => !/AW-1|Groningen/.test(url)), [], 'nothing that a script made');
  assert.deepEqual(await page.locator('iframe').evaluateAll((frames) => frames.map((frame) => frame.getAttribute('src'))), [null, null], 'and no frame has its address');
  visitor.thirdParty.length = 0;
  await page.evaluate(() => window.Sluis!.open());
  await banner(page).preferences.getByRole('button', { name: 'Alles accepteren' }).click();
  await until('both maps load', () => asked(visitor, 'maps?q=Groningen') && asked(visitor, 'maps?q=Assen'));
  assert.equal(asked(visitor, 'AW-2'), 0, 'nobody was told of Google Ads');
  await leave(visitor);
});

// Promise: a counting pixel that stands nowhere in the page is held like the rest.
test('pixels are held, also those in no document', async () => {
  const visitor = await open('/pixel', {
    body: `<script>new Image().src='https://www.google-analytics.com/collect?one';var i=document.createElement('img');i.setAttribute('src','https://region1.google-analytics.com/collect?two');document.body.append(i);
own=new Image();own.src='https://www.google-analytics.com/collect?old';own.src='/own.png'</script>`,
  });
  assert.equal(asked(visitor, 'google-analytics'), 0);
  await banner(visitor.page).accept.click();
  await until('both are sent', () => asked(visitor, 'collect?one') && asked(visitor, 'collect?two'));
  assert.equal(asked(visitor, '?old'), 0, 'what the page itself has put aside stays aside');
  assert.deepEqual(visitor.thirdParty.filter(({ url }) => url.includes('collect')).length, 2);
  assert.equal(await visitor.page.evaluate(() => (window as any).own.getAttribute('src')), '/own.png');
  await leave(visitor);
});

// Promise: a pixel that a script made under a refusal tells nobody later what
// was done under it; one that waited for the first answer goes with that answer.
test('pixels of a refusal are forgotten', async () => {
  const visitor = await open('/forget', {});
  const { page } = visitor;
  const count = (name: string) => page.evaluate((name) => { new Image().src = `https://www.google-analytics.com/collect?${name}`; }, name);
  await count('before');
  await banner(page).refuse.click();
  await banner(page).reopen.waitFor();
  await count('refused');
  await banner(page).reopen.click();
  await page.getByRole('dialog').waitFor();
  await banner(page).category('analytics').check({ force: true });
  await banner(page).save.click();
  await until('it is granted', () => page.evaluate(() => window.Sluis!.allows('analytics')));
  await count('granted');
  await until('what is counted now is sent', () => asked(visitor, '?granted'));
  assert.deepEqual([asked(visitor, '?before'), asked(visitor, '?refused')], [0, 0]);
  await leave(visitor);
});

// Promise: a service that can be told to stop needs no new page, and what the
// page makes of it afterwards is held like before the grant.
test('after a withdrawal without a new page the net holds again', async () => {
  const visitor = await open('/stopped', { site: 'pixel' });
  const { page, thirdParty } = visitor;
  await banner(page).accept.click();
  await until('the service runs', async () => (await ran(page)).includes('facebook'));
  await page.evaluate(() => { (window as any).same = true; return window.Sluis!.withdraw(); });
  thirdParty.length = 0;
  await page.evaluate(() => { new Image().src = 'https://www.facebook.com/tr?id=1'; document.head.append(Object.assign(document.createElement('script'), { src: 'https://connect.facebook.net/en_US/fbevents.js' })); });
  await page.waitForLoadState('networkidle');
  assert.equal(await page.evaluate(() => (window as any).same), true, 'the same page');
  assert.deepEqual(thirdParty.map(({ url }) => url), []);
  await leave(visitor);
});

// Promise: a frame that the page has given another address keeps that one.
test('what the page puts in the place of a caught embed stays', async () => {
  website.pages['/own'] = '<p>own</p>';
  const visitor = await open('/replaced', { body: '<iframe id="frame"></iframe><script>frame.src="https://www.youtube.com/embed/abc"</script>' });
  const { page } = visitor;
  await page.frameLocator('#frame').getByRole('button').first().waitFor();
  await page.evaluate(() => { (document.getElementById('frame') as HTMLIFrameElement).src = '/own'; });
  await page.frameLocator('#frame').getByText('own').waitFor();
  await banner(page).accept.click();
  await banner(page).reopen.waitFor();
  assert.equal(await page.evaluate(() => document.getElementById('frame')!.getAttribute('src')), '/own');
  assert.equal(asked(visitor, 'youtube'), 0);
  await leave(visitor);
});

// Promise: everything caught is let go in the order of the page.
test('caught scripts run in order, inline ones behind them too', async () => {
  const visitor = await open('/order', {
    body: `<script src="https://www.google-analytics.com/a.js"></script><script>var s=document.createElement('script');s.async=false;s.src='https://connect.facebook.net/b.js';document.currentScript.after(s)</script>
<script type="text/plain" data-consent="analytics">__ran.push('inline')</script>`,
  });
  const { page } = visitor;
  assert.deepEqual(await ran(page), []);
  await banner(page).accept.click();
  await until('all have run', async () => (await ran(page)).includes('inline'));
  assert.deepEqual((await ran(page)).filter((name) => name !== 'ga').slice(0, 3), ['https://www.google-analytics.com/a.js', 'facebook', 'inline']);
  await leave(visitor);
});

// Promise: nothing else is touched: the same elements, events, order and errors.
test('tags of other hosts, and of our own, are left alone', async () => {
  const visitor = await visit(browser);
  const { page } = visitor;
  website.pages['/own/www.youtube.com/embed/x.js'] = (_, response) => void response.writeHead(200, { 'content-type': 'text/javascript' }).end(`order.push('own')`);
  const tags = '<script src="https://other.example/a.js" data-own="x"></script><script src="/own/www.youtube.com/embed/x.js"></script><script src="https://evilwww.youtube.com/embed/b.js"></script><img src="https://other.example/?https://www.youtube.com/embed/p.gif" alt="">';
  website.pages['/others'] = html(`${sluis.url}/site.js`, {
    head: `<script>order=[]</script>`,
    body: `<div id="tags">${tags}</div><script>
for (const how of [s => s.src = 'https://other.example/c.js', s => s.setAttribute('src', 'https://other.example/d.js')]) {
  const s = document.createElement('script'); s.onload = () => order.push('loaded'); how(s); document.body.append(s);
}
const fault = (act) => { try { act(); return 'none' } catch (error) { return error.constructor.name } };
const src = Object.getOwnPropertyDescriptor(HTMLScriptElement.prototype, 'src');
native = [src.enumerable, src.configurable, typeof src.get, Object.keys(Element.prototype).includes('setAttribute'), String(document.body.setAttribute('x', 1)),
  fault(() => src.set.call({}, 'https://www.youtube.com/iframe_api')), fault(() => src.set.call({}, 'x')), fault(() => document.body.setAttribute('x')), fault(() => document.body.setAttribute('', 'x')),
  fault(() => Element.prototype.setAttribute.call({}, 'src', 'x')), fault(() => document.createElement('script').src = Symbol())];</script>`,
  });
  await page.goto(website.url + '/others');
  await until('both have said so', async () => (await page.evaluate(() => (window as any).order)).filter((word: string) => word === 'loaded').length === 2);
  assert.equal(await page.locator('#tags').innerHTML(), tags);
  assert.equal((await page.evaluate(() => (window as any).order))[0], 'own');
  assert.deepEqual((await ran(page)).slice(0, 2), ['https://other.example/a.js', 'https://evilwww.youtube.com/embed/b.js']);
  assert.deepEqual(await page.evaluate(() => (window as any).native), [true, true, 'function', true, 'undefined', 'TypeError', 'TypeError', 'TypeError', 'DOMException', 'TypeError', 'TypeError']);
  await leave(visitor);
});

// Promise: with consent nothing of it is felt; without it, the next page holds again.
test('a returning visitor has live tags at once, and after a withdrawal not any more', async () => {
  const visitor = await open('/return', { head: '<script src="https://www.google-analytics.com/a.js"></script><script>direct=(window.__ran||[]).length</script>', body: facebook });
  const { page } = visitor;
  const direct = () => page.evaluate(() => (window as any).direct as number);
  assert.equal(await direct(), 0);
  await banner(page).accept.click();
  await until('it runs', async () => (await ran(page)).includes('facebook'));
  await page.reload();
  assert.equal(await direct(), 1, 'a blocking script ran before what stands behind it');
  await until('it runs', async () => (await ran(page)).includes('facebook'));
  await page.evaluate(() => void window.Sluis!.withdraw());
  await until('it is held again', async () => (await direct()) === 0 && !(await ran(page)).length);
  assert.equal(await page.locator('script[data-service]').count(), 2);
  await leave(visitor);
});

// Promise: a withdrawal also takes back what was never held, because it was granted.
test('a live video of a returning visitor becomes a placeholder at a withdrawal', async () => {
  website.pages['/play'] = html(`${sluis.url}/videos.js`, { body: '<iframe src="https://www.youtube.com/embed/abc" width="560" height="315" title="Film"></iframe>' });
  const visitor = await open('/welcome', { site: 'videos' });
  const { page } = visitor;
  await banner(page).accept.click();
  await banner(page).reopen.waitFor();
  await page.goto(website.url + '/play');
  await page.frameLocator('iframe').getByRole('button', { name: 'play' }).waitFor();
  assert.equal(asked(visitor, 'youtube.com/embed/abc'), 1, 'as it stands in the page');
  await page.evaluate(() => void window.Sluis!.withdraw());
  await page.frameLocator('iframe').getByRole('button', { name: /YouTube/ }).first().waitFor();
  await leave(visitor);
});

// Promise: what the notice does not name cannot be consented to, so it stays
// held, also where its address is part of a service's that was granted.
test('an unlisted service stays held', async () => {
  const parts = { body: `<script>for (const src of ['https://connect.facebook.net/en_US/fbevents.js', 'https://static.hotjar.com/c/hotjar-1.js']) { const s = document.createElement('script'); s.src = src; document.body.append(s) }</script>` };
  const visitor = await open('/unlisted', parts);
  await banner(visitor.page).accept.click();
  await until('what is granted is there', () => asked(visitor, 'googletagmanager'));
  assert.equal(asked(visitor, 'fbevents'), 0);
  assert.equal(asked(visitor, 'hotjar'), 1, 'of services that the site does not list, nothing is held');
  await leave(visitor);
  const strict = await open('/strict', { ...parts, site: 'catalogue' });
  await banner(strict.page).accept.click();
  await until('what is granted is there', () => asked(strict, 'googletagmanager'));
  assert.equal(asked(strict, 'fbevents') + asked(strict, 'hotjar'), 0);
  await leave(strict);
});

// Promise: the switch turns the net off, and it alone.
test('switched off, nothing is touched', async () => {
  const visitor = await open('/off', { site: 'off', head: analytics, body: facebook + '<iframe src="https://www.youtube.com/embed/abc"></iframe>' });
  await until('everything loads', async () => (await ran(visitor.page)).length === 2 && asked(visitor, 'youtube.com/embed/abc'));
  assert.ok(await visitor.page.evaluate(() => String(Element.prototype.setAttribute).includes('[native code]')));
  await leave(visitor);
});

// Promise: pages that trust by nonce and by Trusted Types keep doing so.
test('a page with nonces and Trusted Types gets back what it gave', async () => {
  const policy = `script-src 'nonce-abc' 'strict-dynamic'; require-trusted-types-for 'script'; trusted-types sluis page`;
  website.pages['/trusted'] = {
    html: html(`${sluis.url}/site.js`, {
      attributes: ' nonce="abc"',
      body: `<script nonce="abc">var trust=trustedTypes.createPolicy('page',{createScriptURL:u=>u});var s=document.createElement('script');s.type='module';s.src=trust.createScriptURL('https://www.google-analytics.com/m.js');document.body.append(s);
var t=document.createElement('script');t.setAttribute('src',trust.createScriptURL('https://connect.facebook.net/t.js'));document.body.append(t)</script><script src="https://www.google-analytics.com/smuggled.js"></script>`,
    }), headers: { 'content-security-policy': policy },
  };
  const visitor = await visit(browser);
  const { page } = visitor;
  await page.goto(website.url + '/trusted');
  await banner(page).region.waitFor();
  assert.deepEqual(await ran(page), []);
  await banner(page).accept.click();
  await until('both run', async () => (await ran(page)).includes('module') && (await ran(page)).includes('facebook'));
  assert.ok(!(await ran(page)).some((name) => name.includes('smuggled')), 'what has no nonce is not let go');
  await leave(visitor);
});

// Promise: nothing live runs while a page is only being prepared.
test('a prerendered page holds until it is shown', async () => {
  website.pages['/next'] = html(`${sluis.url}/site.js`, { head: analytics, body: facebook });
  const visitor = await open('/first', { body: '<a href="/next">verder</a>' });
  const { page, context } = visitor;
  await banner(page).accept.click();
  await until('the choice is made', async () => (await context.cookies()).length);
  await page.addInitScript('Object.defineProperty(Document.prototype, "prerendering", { get: () => !window.shown })');
  await page.goto(website.url + '/next');
  await page.waitForFunction(() => document.readyState === 'complete');
  assert.deepEqual(await ran(page), []);
  await page.evaluate(() => { (window as any).shown = true; document.dispatchEvent(new Event('prerenderingchange')); });
  await until('both run', async () => (await ran(page)).includes('ga') && (await ran(page)).includes('facebook'));
  await leave(visitor);
});
