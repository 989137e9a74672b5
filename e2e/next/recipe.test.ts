import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { banner } from '../harness/banner.ts';
import { startBrowser, visit } from '../harness/browser.ts';
import { freePort, until } from '../harness/ports.ts';
import { startSluis, type Sluis } from '../harness/sluis.ts';
import { makeCertificate, startFront, type Certificate, type Front } from '../harness/tls.ts';
import { siteFile } from '../harness/website.ts';
import { build, serve, versions } from './application.ts';

const id = 'custom-website';
let sluis: Sluis, browser: Browser, certificate: Certificate, website: Front, service: Front, port: number, devPort: number;
before(async () => {
  [port, devPort, certificate] = [await freePort(), await freePort(), makeCertificate()];
  website = await startFront(`http://127.0.0.1:${port}`, certificate);
  const services = 'google-analytics-4: {measurement_id: G-TEST12345}\n  youtube: {}\n  google-maps: {}';
  [sluis, browser] = await Promise.all([
    startSluis({ [id]: siteFile(`${website.url}, http://localhost:${devPort}`, { services }) }, { SLUIS_TRUSTED_PROXIES: '127.0.0.1' }), startBrowser(),
  ]);
  // Next.js would have to be told to trust our certificate, so it asks in plain words, and what it asks is seen here.
  service = await startFront(sluis.url);
  await build(service.url);
});
after(async () => { await browser?.close(); await website?.close(); await service?.close(); await sluis?.stop(); certificate?.remove(); });

// Protects: the recipe names the versions it was run with.
test('the recipe for Next.js names its versions', () => {
  const text = readFileSync(new URL('../../docs/recipes/next.md', import.meta.url), 'utf8');
  assert.match(text, new RegExp(`with Next\\.js ${versions.next} and React ${versions.react}\\.`));
});

/** A visitor of whose console nothing is missed. */
const enter = async () => {
  const visitor = await visit(browser, { ignoreHTTPSErrors: true });
  visitor.page.on('console', (message) => { if (/error|warning/.test(message.type())) visitor.errors.push(message.text()); });
  const { page, thirdParty } = visitor;
  return {
    ...visitor, ui: banner(page),
    asked: (what: string): boolean => thirdParty.some(({ url }) => url.includes(what)),
    /** By a link of next/link: the document stays. */
    async walk(to: string) {
      await page.getByRole('link', { name: 'Further' }).click();
      await page.getByRole('heading', { name: to }).waitFor();
      assert.equal(await page.evaluate(() => (window as any).same), true, 'a new document was loaded');
    },
    async hydrated() {
      await page.waitForLoadState('networkidle');
      await page.waitForFunction(() => Object.keys(document.querySelector('a')!).some((key) => key.startsWith('__reactProps')));
      await page.evaluate(() => { (window as any).same = true; });
    },
  };
};

const film = 'youtube-nocookie.com/embed/', script = 'stats.example/view.js', map = 'google.com/maps/embed';

// Protects: in Next.js, made as the recipe says, nothing of others loads before
// the choice, whichever way a page is reached; what was held loads after it; the
// choice is also set by HTTP, and goes alone to the service; withdrawing ends it all.
test('the recipe for Next.js, built for production', async () => {
  const server = await serve('start', port);
  const { page, context, thirdParty, errors, ui, asked, walk, hydrated, leave } = await enter();
  try {
    await context.addCookies([{ name: 'session', value: 'secret', url: website.url }]);
    await page.goto(website.url);
    await ui.accept.waitFor();
    await hydrated();
    // Whatever of Next.js stands before the gate waits for it, being async.
    const first = await page.evaluate(() => document.head.querySelector('script:not([async])')!.getAttribute('src'));
    assert.equal(first, `/_sluis/${id}.js`);
    const show = page.getByRole('button', { name: 'Show the map' });
    await show.waitFor();
    await walk('Film');
    await page.getByTitle('Our film').contentFrame().getByRole('button').first().waitFor();
    await ui.accept.waitFor();
    assert.deepEqual(thirdParty, []);

    const [answer] = await Promise.all([page.waitForResponse((response) => response.url().endsWith('/records')), ui.accept.click()]);
    await until('what the page holds is let go', () => asked(film) && asked(script));
    const written = await page.evaluate(() => document.cookie.match(/__Host-sluis=[^;]*/)?.[0]);
    assert.match(written ?? '(none)', /^__Host-sluis=1\.1\.f\./);
    assert.equal((await answer.headerValue('set-cookie'))?.split(';')[0], written);
    const sent = service.seen.map(({ headers }) => headers['cookie']).filter(Boolean);
    assert.deepEqual(sent, [written], 'the service was sent other cookies than the choice');

    thirdParty.length = 0;
    await walk('Home');
    await until('the map of the next page is shown', () => asked(map));
    assert.equal(await show.count(), 0);
    await walk('Film');
    await until('its film is let go again', () => asked(film));
    assert.equal(await ui.region.count(), 0);

    // From the cookie now, before React has come.
    thirdParty.length = 0;
    await page.reload();
    await hydrated();
    await until('what is allowed loads', () => asked(film) && asked(script));
    assert.equal(await ui.region.count(), 0);
    await ui.reopen.waitFor();

    thirdParty.length = 0;
    await Promise.all([page.waitForEvent('load'), page.evaluate(() => void (window as any).Sluis.withdraw())]);
    await hydrated();
    await walk('Home');
    await show.waitFor();
    assert.deepEqual(thirdParty, []);
    assert.equal((await (await page.goto(`${website.url}/.well-known/gpc.json`))!.json()).gpc, true);
    assert.deepEqual(errors, []);
  } finally {
    await leave();
    await server.stop();
  }
});

// Protects: a developer who follows the recipe reads no complaint of React that
// the page is not what the server sent, before a choice nor after it.
test('the recipe for Next.js, as its developer sees it', async () => {
  const server = await serve('dev', devPort);
  const { page, errors, ui, asked, thirdParty, hydrated, leave } = await enter();
  try {
    await page.goto(`http://localhost:${devPort}/film`);
    await ui.accept.waitFor();
    await hydrated();
    await page.reload();
    await hydrated();
    await ui.accept.click();
    await until('what the page holds is let go', () => asked(film) && asked(script));
    thirdParty.length = 0;
    await page.reload();
    await hydrated();
    await until('what is allowed loads', () => asked(film) && asked(script));
    assert.deepEqual(errors, []);
  } finally {
    await leave();
    await server.stop();
  }
});
