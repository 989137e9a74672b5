import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { accept, asked, leave, openAsking, settled, withdraw } from './harness/asking.ts';
import { banner } from './harness/banner.ts';
import { startBrowser, visit } from './harness/browser.ts';
import { until } from './harness/ports.ts';
import { startSluis, type Sluis } from './harness/sluis.ts';
import { page as html, siteFile, startWebsite, type Website } from './harness/website.ts';

const services = `youtube: {}
  sender:
    define:
      name: Sender
      category: analytics
      provider: Sender B.V.
      purpose: {nl: Telt hoeveel mensen de website bezoeken., en: Counts how many people visit the website.}
      recipients: [Sender B.V.]
      privacy: https://sender.example/privacy
      retention: P30D
      transfer: null
      hosts: [{type: script, host: cdn.sender.example}]
      cookies: []
      signals: {deny: [{do: call, name: sender.stop}]}
  chat:
    define:
      name: Chat
      category: functional
      provider: Chat B.V.
      purpose: {nl: Laat een gesprek met de winkel zien., en: Shows a conversation with the shop.}
      recipients: [Chat B.V.]
      privacy: https://chat.example/privacy
      retention: P30D
      transfer: null
      hosts: [{type: script, host: cdn.chat.example}]
      cookies: []
      load: {script: https://cdn.chat.example/load.js, when: .chat}
      signals: {deny: [{do: call, name: chat.stop}]}`;
/** A preset of the operator's own, of what the website does by itself. */
const basket = {
  name: 'Basket', category: 'necessary', provider: 'The shop',
  purpose: { nl: 'Onthoudt wat je wilt kopen.', en: 'Remembers what you want to buy.' },
  necessity: { nl: 'Zonder winkelmand kun je niets kopen.', en: 'Without a basket nothing can be bought.' },
  recipients: ['The shop'], privacy: 'https://basket.example/privacy', retention: 'P1D', transfer: null, hosts: [], cookies: [],
  signals: { deny: [{ do: 'call', name: 'basket.forget' }] }, confidence: 'high', sources: ['https://basket.example/'],
};
let sluis: Sluis, browser: Browser, website: Website;
before(async () => {
  website = await startWebsite();
  const sites = { site: siteFile(website.url, { services }), shop: siteFile(website.url.replace('localhost', '127.0.0.1'), { services: `${services}\n  basket: {}` }) };
  [sluis, browser] = await Promise.all([startSluis(sites, {}, { basket }), startBrowser()]);
});
after(async () => { await browser?.close(); await sluis?.stop(); await website?.close(); });

/** Puts another script of the service into the page, as its own one would. */
const add = (page: Page, name: string) =>
  page.evaluate((name) => document.head.append(Object.assign(document.createElement('script'), { src: `https://cdn.chat.example/${name}.js` })), name);

// Protects: nothing runs on: whom the gate did not load, it cannot tell to stop.
test('a marked script of a service that could be told, but was not loaded by us, ends with the page', async () => {
  website.pages['/signals'] = html(`${sluis.url}/site.js`, { body: `<script type="text/plain" data-service="sender">sender={stop(){}};ran=1</script>` });
  const visitor = await visit(browser);
  const { page } = visitor;
  await page.goto(website.url + '/signals');
  await banner(page).accept.click();
  await page.waitForFunction('window.ran');
  await page.evaluate(() => void window.Sluis!.withdraw());
  await page.waitForFunction('!window.ran');
  await visitor.leave();
});

test('nor can it tell a service of the page that it had no reason to load', async () => {
  const visitor = await openAsking(browser, website, '/absent', html(`${sluis.url}/site.js`, { body: `<script type="text/plain" data-service="chat">chat={stop(){}};ran=1</script>` }));
  const { page } = visitor;
  await accept(visitor);
  await page.waitForFunction('window.ran');
  await page.evaluate(() => void window.Sluis!.withdraw());
  await page.waitForFunction('!window.ran');
  await visitor.leave();
});

// Protects: nothing runs after a withdrawal: a script that is still on its way then would
// do all that it was to do, such as counting the page, before it hears of it.
test('a script that comes after the withdrawal does not run', async () => {
  const visitor = await openAsking(browser, website, '/slow', html(`${sluis.url}/site.js`, { body: '<div class="chat">chat</div>' }));
  const { page, context } = visitor;
  let come!: () => void;
  const wanted = new Promise<void>((resolve) => (come = resolve));
  await context.route('**/load.js', async (route) => { await wanted; await route.fulfill({ contentType: 'text/javascript', body: "document.cookie = 'late=1'" }).catch(() => {}); });
  const tried = page.waitForRequest('**/load.js');
  await accept(visitor);
  await tried;
  const anew = page.waitForEvent('domcontentloaded');
  await withdraw(visitor).catch(() => {});
  await anew;
  come();
  await settled(visitor);
  assert.equal(await page.evaluate(() => document.cookie.includes('late')), false);
  await visitor.leave();
});

// Protects: what a visitor loads once lets in what follows from it; what a choice let in
// ends with that choice, on a page that goes on too.
test('after a withdrawal that needs no new page, tags of a service that fills an element are held', async () => {
  const visitor = await openAsking(browser, website, '/chat', html(`${sluis.url}/site.js`, { body: '<div class="chat">chat</div><script>chat={stop(){stopped=1}}</script>' }));
  const { page } = visitor;
  await accept(visitor);
  await until('it loads', () => asked(visitor, 'load.js'));
  await add(page, 'granted');
  await until('that loads too', () => asked(visitor, 'granted.js'));
  await withdraw(visitor);
  await add(page, 'withdrawn');
  await settled(visitor);
  assert.deepEqual([await page.evaluate('window.stopped'), asked(visitor, 'withdrawn.js')], [1, 0]);
  await leave(visitor);
});

// Protects: the same where the visitor had loaded it once before that choice: who
// decides has decided about what follows, too.
test('what was loaded once, then granted, then withdrawn lets nothing more in', async () => {
  const visitor = await openAsking(browser, website, '/once', html(`${sluis.url}/site.js`, { body: '<div class="chat">chat</div><script>chat={stop(){stopped=1}}</script>' }));
  const { page } = visitor;
  await page.getByRole('button', { name: 'Eén keer laden' }).click();
  await until('it loads', () => asked(visitor, 'load.js'));
  await add(page, 'once');
  await until('that loads too', () => asked(visitor, 'once.js'));
  await accept(visitor);
  await withdraw(visitor);
  await add(page, 'withdrawn');
  await settled(visitor);
  assert.deepEqual([await page.evaluate('window.stopped'), asked(visitor, 'withdrawn.js')], [1, 0]);
  await leave(visitor);
});

// Protects: what is necessary hears of no choice, for none changes it; with nothing to
// hold back the gate does not know it, and every decision failed on its calls.
test('a choice beside a necessary service that could be told of one', async () => {
  const visitor = await openAsking(browser, website, '/basket', html(`${sluis.url}/shop.js`, { body: '<iframe data-src="https://www.youtube.com/embed/abc" data-consent="social-media" title="Film"></iframe>' }));
  await accept(visitor);
  await until('it loads', () => asked(visitor, 'youtube'));
  await leave(visitor);
});
