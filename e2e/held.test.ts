import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { banner } from './harness/banner.ts';
import { startBrowser, visit } from './harness/browser.ts';
import { until } from './harness/ports.ts';
import { startSluis, type Sluis } from './harness/sluis.ts';
import { page as html, siteFile, startWebsite, type Website } from './harness/website.ts';

let sluis: Sluis, browser: Browser, website: Website;
before(async () => {
  website = await startWebsite();
  [sluis, browser] = await Promise.all([startSluis({ site: siteFile(website.url, { services: 'youtube: {}' }) }), startBrowser()]);
});
after(async () => { await browser?.close(); await sluis?.stop(); await website?.close(); });

const open = async (path: string, content: Parameters<typeof html>[1]) => {
  website.pages[path] = html(`${sluis.url}/site.js`, content);
  const visitor = await visit(browser);
  await visitor.page.goto(website.url + path);
  await banner(visitor.page).region.waitFor();
  return visitor;
};
const ran = (page: any): Promise<string[]> => page.evaluate(() => (window as any).order ?? []);

// Promise: marked scripts, external and inline, run only after consent, in the
// order of the document, with their attributes and their nonce.
test('marked scripts keep their order, attributes and nonce', async () => {
  const visitor = await open('/order', {
    head: `<script>order=[]</script><script type="text/plain" data-consent="analytics" src="https://one.example/a.js" data-own="x" crossorigin="anonymous" nonce="n1"></script>
<script type="text/plain" data-consent="analytics" nonce="n2">order.push('inline after ' + __ran.length)</script>`,
    body: `<script type="text/plain" data-consent="analytics" src="https://two.example/b.js"></script>
<script type="text/plain" data-consent="analytics">order.push('last after ' + __ran.length)</script>
<script type="text/plain" data-consent="functional" src="https://never.example/c.js"></script>`,
  });
  const { page, thirdParty } = visitor;
  assert.equal(thirdParty.map((request) => request.url).join(), '');
  await banner(page).choose.click();
  await banner(page).category('analytics').check({ force: true });
  await banner(page).save.click();
  await until('all have run', async () => (await ran(page)).length === 2);
  assert.deepEqual(await ran(page), ['inline after 1', 'last after 2']);
  assert.deepEqual(thirdParty.map((request) => request.host), ['one.example', 'two.example']);
  assert.deepEqual(await page.evaluate(() => { const script = document.querySelector<HTMLScriptElement>('script[src^="https://one"]')!; return [script.dataset.own, script.crossOrigin, script.nonce]; }), ['x', 'anonymous', 'n1']);
  assert.deepEqual(visitor.errors, []);
  await visitor.leave();
});

// Promise: what was marked is the element that runs: with its listeners, and
// with all of its text, however slowly that arrives.
test('a script that arrives in two pieces runs once, whole', async () => {
  const visitor = await open('/pieces', {});
  const { page } = visitor;
  await banner(page).accept.click();
  let more = () => {};
  website.pages['/slow'] = (request, response) => {
    const [first, second] = html(`${sluis.url}/site.js`, {
      head: '<script>order=[]</script>', body: `<script type="text/plain" data-consent="analytics" id="whole">order.push('first');/*cut*/order.push(document.currentScript.id)</script><script type="text/plain" data-consent="analytics">order.push('last')</script>`,
    }).split('/*cut*/');
    response.writeHead(200, { 'content-type': 'text/html' }).write(first);
    more = () => response.end(second);
  };
  const loading = page.goto(website.url + '/slow');
  // The gate has seen the first piece once the page's other control stands there.
  await page.locator('#whole').waitFor({ state: 'attached' });
  await page.evaluate(() => new Promise(requestAnimationFrame));
  more();
  await loading;
  await until('both have run', async () => (await ran(page)).length === 3);
  assert.deepEqual(await ran(page), ['first', 'whole', 'last']);
  assert.deepEqual(visitor.errors, []);
  await visitor.leave();
});

// Promise: a script that no browser runs, because it came in as text or is for
// old browsers only, does not keep what stands behind it waiting for ever.
test('a script that never runs holds up nothing', async () => {
  const visitor = await visit(browser);
  const { page } = visitor;
  website.pages['/inert'] = html(`${sluis.url}/site.js`, {
    body: `<div id="text"></div><script>order=[];document.getElementById('text').innerHTML='<script type="text/plain" data-consent="analytics" src="https://text.example/a.js"><\\/script>'</script>
<script nomodule type="text/plain" data-consent="analytics" src="https://old.example/a.js"></script>
<script type="text/plain" data-consent="analytics">order.push('behind')</script>`,
  });
  await page.clock.install();
  await page.goto(`${website.url}/inert`);
  await banner(page).accept.click();
  await banner(page).region.waitFor({ state: 'hidden' });
  await until('what stands behind runs', async () => { await page.clock.fastForward(1000); return (await ran(page)).length; });
  assert.deepEqual(await ran(page), ['behind']);
  assert.deepEqual(visitor.thirdParty.map((request) => request.url), []);
  assert.deepEqual(visitor.errors, []);
  await visitor.leave();
});

// Promise: whoever comes back has the same order, while the page is still being read.
test('a slow script keeps its place on a return', async () => {
  const visitor = await open('/return', {
    head: '<script>order=[]</script>', body: `<script type="text/plain" data-consent="analytics" src="/slow.js"></script><script type="text/plain" data-consent="analytics">order.push('inline')</script>
<script type="text/plain" data-consent="analytics" src="/fast.js"></script>`,
  });
  const { page } = visitor;
  website.pages['/slow.js'] = (_, response) => { setTimeout(() => response.writeHead(200, { 'content-type': 'text/javascript' }).end("order.push('slow')"), 400); };
  website.pages['/fast.js'] = (_, response) => void response.writeHead(200, { 'content-type': 'text/javascript' }).end("order.push('fast')");
  await banner(page).accept.click();
  await until('all have run', async () => (await ran(page)).length === 3);
  assert.deepEqual(await ran(page), ['slow', 'inline', 'fast'], 'after the choice');
  await page.reload();
  await until('all have run', async () => (await ran(page)).length === 3);
  assert.deepEqual(await ran(page), ['slow', 'inline', 'fast'], 'on the return');
  await visitor.leave();
});

// Promise: a module stays a module, also at the very end of a page that is being read.
test('a module on a return', async () => {
  website.pages['/m.js'] = (_, response) => void response.writeHead(200, { 'content-type': 'text/javascript' }).end('order.push(typeof import.meta)');
  website.pages['/module'] = html(`${sluis.url}/site.js`, { head: '<script>order=[]</script>', body: 'CUT' }).replace(/CUT.*/s, '<script type="text/plain" data-consent="analytics" data-type="module" src="/m.js"></script>');
  const visitor = await visit(browser);
  const { page } = visitor;
  await page.goto(`${website.url}/module`);
  await banner(page).accept.click();
  await until('it runs', async () => (await ran(page)).length === 1);
  await page.reload();
  await until('it runs again', async () => (await ran(page)).length === 1);
  assert.deepEqual(await ran(page), ['object']);
  assert.deepEqual(visitor.errors, []);
  await visitor.leave();
});

// Promise: images, style sheets and hints are held like scripts, and asked for once.
test('images, style sheets and connection hints are held', async () => {
  const visitor = await open('/others', {
    head: '<link rel="stylesheet" data-consent="functional" data-href="https://style.example/a.css"><link rel="preconnect" data-consent="functional" data-href="https://hint.example">',
    body: '<img data-consent="analytics" data-src="https://pixel.example/p.gif" data-srcset="https://pixel.example/p2.gif 2x" alt="">',
  });
  const { page, thirdParty } = visitor;
  assert.equal(thirdParty.map((request) => request.url).join(), '');
  assert.equal(await page.locator('link[href*="example"]').count(), 0);
  await banner(page).accept.click();
  await until('they are asked for', () => ['style.example', 'pixel.example'].every((host) => thirdParty.some((request) => request.host === host)));
  assert.equal(await page.locator('link[rel=preconnect][href="https://hint.example"]').count(), 1);
  assert.equal(thirdParty.filter((request) => request.host === 'style.example').length, 1);
  await visitor.leave();
});

// Promise: what an application adds later is held and released by the same rules.
test('content inserted later is held, then released', async () => {
  const visitor = await open('/later', {});
  const { page, thirdParty } = visitor;
  const insert = (host: string) => page.evaluate((host) => {
    const script = document.createElement('script');
    script.type = 'text/plain';
    script.dataset.consent = 'analytics';
    script.src = `https://${host}/late.js`;
    document.body.append(script);
  }, host);
  await insert('before.example');
  assert.equal(thirdParty.map((request) => request.url).join(), '');
  await banner(page).accept.click();
  await until('the held one loads', () => thirdParty.some((request) => request.host === 'before.example'));
  await insert('after.example');
  await until('a later one loads at once', () => thirdParty.some((request) => request.host === 'after.example'));
  await visitor.leave();
});

// Promise: an embed shows who it is from and asks in its place, without moving
// the page; a grant for one service is a recorded act and releases only it.
test('a held video has a placeholder of its own size', async () => {
  const visitor = await open('/video', { body: '<iframe data-consent="social-media" data-service="youtube" data-src="https://www.youtube.com/embed/abc" width="560" height="315" title="Film"></iframe><p id="below">onder</p>' });
  const { page, thirdParty } = visitor;
  await banner(page).refuse.click();
  // The placeholder lives in the empty frame itself: that is why nothing moves.
  const always = page.frameLocator('iframe').getByRole('button', { name: /YouTube.*altijd toestaan/ });
  await always.waitFor();
  const top = () => page.locator('#below').evaluate((element) => Math.round(element.getBoundingClientRect().top));
  const before = await top();
  assert.equal(thirdParty.map((request) => request.url).join(), '');
  await always.click();
  await until('the video loads from the host without cookies', () => thirdParty.some((request) => request.host === 'www.youtube-nocookie.com'));
  assert.deepEqual([...new Set(thirdParty.map((request) => request.host))], ['www.youtube-nocookie.com']);
  assert.equal(await top(), before, 'nothing moved');
  const [record] = await until('the act is recorded', async () => { const { items } = await sluis.read('site', '/records?action=embed'); return items.length && items; });
  assert.deepEqual(record.facts.services, { youtube: 'granted' });
  assert.equal(record.facts.choices['social-media'], 'denied');
  thirdParty.length = 0;
  await page.reload();
  await until('always means always', () => thirdParty.some((request) => request.host === 'www.youtube-nocookie.com'));
  assert.deepEqual(visitor.errors, []);
  await visitor.leave();
});

// Promise: the script blocked or the service down leaves a working page on which nothing is released.
test('without our script the page works and nothing is released', async () => {
  website.pages['/absent'] = html(`${sluis.url}/site.js`, { body: '<iframe data-consent="social-media" data-src="https://www.youtube.com/embed/abc"></iframe><script type="text/plain" data-consent="analytics" src="https://one.example/a.js"></script>' });
  const visitor = await visit(browser);
  await visitor.context.route('**/site.js', (route) => route.abort());
  await visitor.page.goto(`${website.url}/absent`);
  await visitor.page.getByRole('heading', { name: 'Website' }).waitFor();
  assert.equal(visitor.thirdParty.map((request) => request.url).join(), '');
  assert.deepEqual(visitor.errors, []);
  await visitor.leave();
});
