import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { banner, choiceCookie } from './harness/banner.ts';
import { startBrowser, visit } from './harness/browser.ts';
import { until } from './harness/ports.ts';
import { startSluis, type Sluis } from './harness/sluis.ts';
import { page as html, siteFile, startWebsite, type Website } from './harness/website.ts';

// What `make bench-browser` measures and what has no milliseconds in it, so
// that it can be promised by a test.

let sluis: Sluis, browser: Browser, website: Website;
before(async () => {
  website = await startWebsite();
  [sluis, browser] = await Promise.all([startSluis({ site: siteFile(website.url), marked: siteFile(website.url, { services: 'youtube: {}' }) }), startBrowser()]);
  const body = `${`<p>${'Een zin van een gewone alinea op een gewone pagina. '.repeat(9)}</p>`.repeat(20)}<script type="text/plain" data-consent="analytics" src="https://count.example/a.js"></script>`;
  website.pages['/'] = html(`${sluis.url}/site.js`, { body });
});
after(async () => { await browser?.close(); await sluis?.stop(); await website?.close(); });

/** Requests that reached the service: what the browser has in its cache does not. */
const asked = async (page: Page): Promise<string[]> => {
  const paths: string[] = [];
  const cdp = await page.context().newCDPSession(page);
  await cdp.send('Network.enable');
  const cached = new Set<string>();
  cdp.on('Network.requestServedFromCache', ({ requestId }) => cached.add(requestId));
  cdp.on('Network.responseReceived', ({ requestId, response }) => {
    if (response.url.startsWith(sluis.url) && !cached.has(requestId) && !response.fromDiskCache) paths.push(new URL(response.url).pathname);
  });
  return paths;
};

// Protects: two requests show the whole banner, preferences included, and
// whoever comes back costs none.
test('two requests on a first visit, none on a return', async () => {
  // Not as the other visitors: whoever answers for others turns the browser's cache off.
  const context = await browser.newContext({ locale: 'nl-NL' });
  const page = await context.newPage();
  let tags = 0;
  website.pages['/tag.js'] = (_, response) => { tags++; response.writeHead(200, { 'content-type': 'text/javascript', 'cache-control': 'no-store' }).end(); };
  website.pages['/own'] = html(`${sluis.url}/marked.js`, { body: '<script type="text/plain" data-consent="analytics" src="/tag.js"></script>' });
  const paths = await asked(page);
  await page.goto(`${website.url}/own`);
  await banner(page).choose.click();
  await banner(page).preferences.waitFor();
  assert.deepEqual(paths.map((path) => path.replace(/^\/v\/[^/]+/, '')), ['/marked.js', '/marked.nl.js']);
  await page.keyboard.press('Escape');
  await banner(page).accept.click();
  await until('the record is answered', () => paths.some((path) => path.endsWith('/records')));
  paths.length = 0;
  // By its address, for a reload asks for what the cache holds.
  await page.goto('about:blank');
  await page.goto(`${website.url}/own`);
  await until('the tag loads', () => tags === 2);
  await page.waitForLoadState('networkidle');
  assert.deepEqual(paths, []);
  await context.close();
});

// Protects: nothing moves when the banner comes and goes, and it is never what
// a page's largest paint is measured by.
test('no layout shift, and the banner is not the largest element', async () => {
  const visitor = await visit(browser);
  const { page } = visitor;
  await page.addInitScript(`
    window.shift = 0; window.largest = '';
    new PerformanceObserver((list) => { for (const entry of list.getEntries()) shift += entry.value; }).observe({ type: 'layout-shift', buffered: true });
    new PerformanceObserver((list) => { for (const { element } of list.getEntries()) largest = element ? element.getRootNode().nodeName + ' ' + element.nodeName : 'none'; }).observe({ type: 'largest-contentful-paint', buffered: true });`);
  await page.goto(website.url);
  await banner(page).region.waitFor();
  await until('a largest element is known', () => page.evaluate('largest'));
  assert.match(await page.evaluate('largest'), /^#document (?!none)/);
  await banner(page).accept.click();
  await banner(page).region.waitFor({ state: 'hidden' });
  await page.evaluate(() => new Promise((next) => requestAnimationFrame(() => requestAnimationFrame(next))));
  assert.equal(await page.evaluate('shift'), 0);
  await visitor.leave();
});

// Protects: whoever presses accept in the very frame in which it can be reached is heard.
test('accept pressed in the frame in which it appears', async () => {
  const visitor = await visit(browser);
  const { page, thirdParty } = visitor;
  await page.addInitScript(`
    const press = () => {
      const button = document.querySelector('html > div[lang]')?.shadowRoot?.querySelector('section button');
      const { left, top, width, height } = button?.getBoundingClientRect() ?? {};
      if (width && document.elementFromPoint(left + width / 2, top + height / 2)?.shadowRoot) button.click();
      else requestAnimationFrame(press);
    };
    requestAnimationFrame(press);`);
  await page.goto(website.url);
  await until('it counts', async () => (await choiceCookie(page)) !== undefined);
  await until('the tag loads', () => thirdParty.some(({ host }) => host === 'count.example'));
  await visitor.leave();
});

// Protects: the cookie goes with every request of the page, so it is short.
test('the choice cookie is at most 80 bytes', async () => {
  const visitor = await visit(browser);
  const { page } = visitor;
  await page.goto(website.url);
  await banner(page).accept.click();
  const value = await until('there is one', () => choiceCookie(page));
  assert.ok(`__Host-sluis=${value}`.length <= 80, value);
  assert.deepEqual((await page.context().cookies()).map(({ name }) => name).filter((name) => !name.startsWith('_ga')), ['sluis']);
  await visitor.leave();
});

// Protects: an application that runs for days may throw away the views it let
// embeds go in; nothing of ours keeps them.
test('views that a page has thrown away are not kept in memory', async () => {
  const visitor = await visit(browser);
  const { page } = visitor;
  website.pages['/views'] = html(`${sluis.url}/marked.js`);
  await page.goto(`${website.url}/views`);
  await banner(page).accept.click();
  await banner(page).reopen.waitFor();
  const cdp = await visitor.context.newCDPSession(page);
  const nodes = async () => {
    await cdp.send('HeapProfiler.collectGarbage');
    return (await cdp.send('Memory.getDOMCounters')).nodes;
  };
  const before = await nodes();
  await page.evaluate(async () => {
    for (let i = 0; i < 10; i++) {
      const view = document.createElement('div');
      view.innerHTML = `${'<p>text</p>'.repeat(500)}<iframe data-consent="social-media" data-src="/views"></iframe>`;
      document.body.append(view);
      await new Promise((done) => document.addEventListener('sluis:release', done, { once: true }));
      view.remove();
    }
  });
  await until('they are gone', async () => (await nodes()) < before + 1000);
  assert.deepEqual(visitor.errors, []);
  await visitor.leave();
});
