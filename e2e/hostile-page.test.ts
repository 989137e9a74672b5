import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { banner } from './harness/banner.ts';
import { startBrowser } from './harness/browser.ts';
import { startSluis, type Sluis } from './harness/sluis.ts';
import { accepts, asks, open as openPage, remembers, type Parts } from './harness/trial.ts';
import { siteFile, startWebsite, type Website } from './harness/website.ts';

let sluis: Sluis, browser: Browser, website: Website;
before(async () => {
  website = await startWebsite();
  [sluis, browser] = await Promise.all([startSluis({ site: siteFile(website.url), other: siteFile(website.url, { services: 'youtube: {}' }) }), startBrowser()]);
});
after(async () => { await browser?.close(); await sluis?.stop(); await website?.close(); });

const open = (parts: Parts) => openPage(browser, website, `${sluis.url}/site.js`, '/page', parts);

// Protects: however a page is put together, the question is asked once, the
// answer counts, and the next page knows it.
for (const [name, parts] of Object.entries<() => Parts>({
  'no html, head or body tags': () => ({ html: '<!doctype html><title>Website</title>TAG<h1>Website</h1>HELD' }),
  'quirks mode': () => ({ html: '<html><head>TAG</head><body><table><tr><td>HELD</table></body></html>' }),
  'nothing but the tag': () => ({ html: 'TAGHELD' }),
  'the tag at the end of body': () => ({ html: '<!doctype html><html><head></head><body><h1>Website</h1>HELDTAG</body></html>' }),
  'the tag behind the end': () => ({ html: '<!doctype html><html><head></head><body>HELD</body></html>TAG' }),
  'async': () => ({ html: '<!doctype html><html><head>TAG</head><body>HELD</body></html>'.replace('TAG', `<script async src="${sluis.url}/site.js"></script>`) }),
  'defer': () => ({ html: '<!doctype html><html><head>TAG</head><body>HELD</body></html>'.replace('TAG', `<script defer src="${sluis.url}/site.js"></script>`) }),
  'written by a script': () => ({ html: `<!doctype html><html><head><script>document.write('<script src="${sluis.url}/site.js"><\\/script>')</script></head><body>HELD</body></html>` }),
  'inserted by a script': () => ({ html: `<!doctype html><html><head><script>document.head.append(Object.assign(document.createElement('script'), { src: '${sluis.url}/site.js' }))</script></head><body>HELD</body></html>` }),
  'the tag twice': () => ({ head: 'TAG', body: 'TAG' }),
  'the tags of two sites': () => ({ head: `<script src="${sluis.url}/other.js"></script>` }),
  'a base of its own': () => ({ before: '<base href="https://elsewhere.example/deep/" target="_top">' }),
  'XHTML': () => ({ headers: { 'content-type': 'application/xhtml+xml' }, html: '<html xmlns="http://www.w3.org/1999/xhtml" xml:lang="nl" lang="nl"><head><title>Website</title>TAG</head><body><h1>Website</h1>HELD</body></html>' }),
  'frames': () => ({ html: '<html><head><title>Website</title>TAGHELD</head><frameset cols="*"><frame src="about:blank"></frameset></html>' }),
})) {
  test(`a page: ${name}`, async () => {
    const visitor = await open(parts());
    await asks(visitor);
    assert.equal(await visitor.page.locator('html > div:has(+ body), html > div:has(+ frameset)').count(), 1, 'one banner');
    await accepts(visitor);
    await banner(visitor.page).reopen.first().waitFor();
    assert.equal(await banner(visitor.page).reopen.count(), 1, 'one control');
    await remembers(visitor);
    await visitor.leave();
  });
}

// Protects: the tag pasted twice is no violation of a policy that allows our name once.
test('a page: the tag twice, under Trusted Types', async () => {
  const policy = `script-src ${sluis.url} https: 'unsafe-inline'; require-trusted-types-for 'script'; trusted-types sluis`;
  const visitor = await open({
    headers: { 'content-security-policy': policy }, head: 'TAG',
    init: () => { (window as any).violations = []; document.addEventListener('securitypolicyviolation', ({ violatedDirective }) => (window as any).violations.push(violatedDirective)); },
  });
  await asks(visitor);
  await accepts(visitor);
  assert.deepEqual(await visitor.page.evaluate(() => (window as any).violations), []);
  await visitor.leave();
});

// Protects: a page of 20,000 elements is looked through a few times while it is
// parsed, and once for all that a script adds at once: never once an element.
test('a page: 20,000 elements', async () => {
  const visitor = await open({
    body: '<p class="row"></p>'.repeat(20_000),
    init: () => {
      const whole = Document.prototype.querySelectorAll;
      (window as any).looks = 0;
      Document.prototype.querySelectorAll = function (this: Document, selectors: string) { (window as any).looks++; return whole.call(this, selectors); } as typeof whole;
    },
  });
  const { page } = visitor;
  const looks = (): Promise<number> => page.evaluate(() => (window as any).looks);
  await asks(visitor);
  const parsed = await looks();
  assert.ok(parsed < 1000, `${parsed} looks for 20,000 elements`);
  await page.evaluate(() => {
    (window as any).looks = 0;
    for (let i = 0; i < 20_000; i++) document.body.append(document.createElement('i'));
  });
  await page.evaluate(() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))));
  assert.ok((await looks()) <= 10, `${await looks()} looks for 20,000 elements added at once`);
  await accepts(visitor);
  await remembers(visitor);
  await visitor.leave();
});
