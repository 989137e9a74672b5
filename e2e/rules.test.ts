import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { allows, banner } from './harness/banner.ts';
import { startWholeBrowser, visit } from './harness/browser.ts';
import { until } from './harness/ports.ts';
import { startSluis, type Sluis } from './harness/sluis.ts';
import { accepts, asks, open as openPage, released, type Parts } from './harness/trial.ts';
import { page as html, siteFile, startWebsite, type Website } from './harness/website.ts';

let sluis: Sluis, browser: Browser, website: Website;
before(async () => {
  website = await startWebsite();
  // The driver switches off what keeps a page in memory for the way back.
  [sluis, browser] = await Promise.all([startSluis({ site: siteFile(website.url) }), startWholeBrowser({ ignoreDefaultArgs: ['--disable-back-forward-cache'] })]);
  website.pages['/next'] = `<!doctype html><html lang="nl"><head><title>Next</title><script src="${sluis.url}/site.js"></script></head><body>next</body></html>`;
});
after(async () => { await browser?.close(); await sluis?.stop(); await website?.close(); });

const open = (parts: Parts = {}) => openPage(browser, website, `${sluis.url}/site.js`, '/page', parts);

/** Goes on to the next page, does something there, and comes back to the page as it lay in memory. */
const thereAndBack = async (page: Page, act: () => Promise<void>): Promise<void> => {
  await page.evaluate(() => { addEventListener('pageshow', (event) => { (window as any).restored = event.persisted; }); });
  await page.goto(`${website.url}/next`);
  await act();
  await page.evaluate(() => { setTimeout(() => history.back()); });
  await until('the page is back', async () => page.url().endsWith('/page'));
};
const restored = (page: Page): Promise<unknown> => page.evaluate(() => (window as any).restored);

// Protects: a page that comes back from memory asks no more when the answer was given meanwhile.
test('back to a page that asked, after the choice', async () => {
  const visitor = await open();
  const { page, thirdParty } = visitor;
  await asks(visitor);
  await thereAndBack(page, async () => {
    await banner(page).accept.click();
    await banner(page).region.waitFor({ state: 'hidden' });
    thirdParty.length = 0;
  });
  assert.equal(await restored(page), true, 'it was kept in memory: nothing of ours forbids it');
  await until('what was held is let go', () => released(visitor));
  await banner(page).region.waitFor({ state: 'hidden' });
  assert.deepEqual(visitor.errors, []);
  await visitor.leave();
});

// Protects: a page that comes back from memory does not go on with what was withdrawn meanwhile.
test('back to a page that ran, after the withdrawal', async () => {
  const visitor = await open();
  const { page, thirdParty } = visitor;
  await asks(visitor);
  await accepts(visitor);
  await thereAndBack(page, async () => {
    const reloaded = page.waitForEvent('load');
    await page.evaluate(() => (window as any).Sluis.withdraw());
    await reloaded;
    await page.waitForLoadState('networkidle');
    thirdParty.length = 0;
  });
  await until('it has been loaded anew, without a grant', async () => (await restored(page)) === undefined && !(await allows(page, 'analytics'))[0]);
  await banner(page).reopen.waitFor();
  assert.deepEqual(thirdParty, []);
  assert.deepEqual(visitor.errors, []);
  await visitor.leave();
});

// Protects: nothing of ours hangs on to a page that goes.
test('no handlers that keep a page from being kept in memory', async () => {
  const visitor = await open();
  const { page } = visitor;
  await asks(visitor);
  await accepts(visitor);
  const session = await visitor.context.newCDPSession(page);
  const types: string[] = [];
  for (const expression of ['window', 'document']) {
    const { result } = await session.send('Runtime.evaluate', { expression });
    types.push(...(await session.send('DOMDebugger.getEventListeners', { objectId: result.objectId! })).listeners.map(({ type }) => type));
  }
  assert.ok(types.includes('visibilitychange') && types.includes('click'), `${types}`);
  assert.deepEqual(types.filter((type) => /unload/.test(type)), []);
  await visitor.leave();
});

// Protects: a choice in one tab holds in the others at once, also where both are seen.
test('another tab chooses, then withdraws', async () => {
  const visitor = await open();
  const { page, thirdParty, context } = visitor;
  await asks(visitor);
  const other = await context.newPage();
  await other.goto(`${website.url}/next`);
  await banner(other).accept.click();
  await until('what was held in the first is let go', () => released(visitor));
  await banner(page).region.waitFor({ state: 'hidden' });
  await page.evaluate(() => { (window as any).before = true; });
  await other.evaluate(() => (window as any).Sluis.withdraw());
  await until('the first has been loaded anew, without a grant', async () => !(await page.evaluate(() => (window as any).before)) && !(await allows(page, 'analytics'))[0]);
  await page.waitForLoadState('networkidle');
  thirdParty.length = 0;
  await Promise.all([page.reload(), other.reload()]);
  await Promise.all([page.waitForLoadState('networkidle'), other.waitForLoadState('networkidle')]);
  assert.deepEqual(thirdParty, []);
  assert.equal((await sluis.read('site', '/records?action=withdraw')).items.filter((record: any) => record.facts.layer === 'page').length, 2, 'recorded where it was done, and nowhere else');
  assert.deepEqual(visitor.errors, []);
  await visitor.leave();
});

// Protects: the same where there is no storage for the news to pass through: at
// the latest when the tab is looked at.
test('another tab chooses, without storage', async () => {
  const visitor = await open({ init: () => { Object.defineProperty(window, 'localStorage', { get() { throw new DOMException('denied', 'SecurityError'); } }); } });
  const { page, context } = visitor;
  await asks(visitor);
  const other = await context.newPage();
  await other.goto(`${website.url}/next`);
  await banner(other).accept.click();
  await banner(other).region.waitFor({ state: 'hidden' });
  await page.evaluate(() => { document.dispatchEvent(new Event('visibilitychange', { bubbles: true })); });
  await until('what was held is let go', () => released(visitor));
  await banner(page).region.waitFor({ state: 'hidden' });
  assert.deepEqual(visitor.errors, []);
  await visitor.leave();
});

// Protects: an outage grants nothing: a refusal elsewhere holds in a tab that
// cannot have the banner, which would have stopped what ran there.
test('another tab withdraws, and the banner cannot be had', async () => {
  const visitor = await open();
  const { page, context, thirdParty } = visitor;
  await asks(visitor);
  await accepts(visitor);
  await page.route(/\/v\//, (route) => route.abort());
  await page.reload();
  await until('it runs again', () => allows(page, 'analytics').then(([allowed]) => allowed!));
  const other = await context.newPage();
  await other.goto(`${website.url}/next`);
  await other.evaluate(() => (window as any).Sluis.withdraw());
  await until('it holds here', async () => !(await allows(page, 'analytics'))[0]);
  thirdParty.length = 0;
  await page.evaluate(() => {
    document.body.insertAdjacentHTML('beforeend', '<script type="text/plain" data-consent="analytics" src="https://held.example/b.js"></script><p data-after></p>');
    return new Promise(requestAnimationFrame);
  });
  assert.deepEqual(thirdParty, []);
  assert.deepEqual(visitor.errors, []);
  await visitor.leave();
});

// Protects: a page that is open goes on as it began when the browser, or its owner,
// removes the choice alone: what is half filled in stays.
test('the choice is gone, and other cookies are not', async () => {
  const visitor = await open({ body: '<input aria-label="Naam">' });
  const { page, context } = visitor;
  await asks(visitor);
  await accepts(visitor);
  await page.getByLabel('Naam').fill('Jansen');
  await page.evaluate(() => { document.cookie = 'theme=dark;path=/'; document.cookie = 'sluis=;max-age=0;path=/'; });
  await page.evaluate(() => { addEventListener('storage', () => setTimeout(() => ((window as any).told = true))); });
  website.pages['/other'] = '<!doctype html><title>Other</title>';
  const other = await context.newPage();
  await other.goto(`${website.url}/other`);
  await other.evaluate(() => { localStorage.beat = 1; });
  await until('the page heard of it', () => page.evaluate(() => (window as any).told));
  assert.equal(await page.getByLabel('Naam').inputValue(), 'Jansen');
  assert.deepEqual(await allows(page, 'analytics'), [true]);
  assert.deepEqual(visitor.errors, []);
  await visitor.leave();
});

// Protects: a withdrawal ends what runs, and does nothing else in the visitor's
// name: a form that was sent is not sent again.
test('a withdrawal on the page that answers a form', async () => {
  const sent: string[] = [];
  website.pages['/order'] = (request, response) => {
    sent.push(request.method!);
    response.writeHead(200, { 'content-type': 'text/html' }).end(html(`${sluis.url}/site.js`, { body: '<form method="post"><input name="cake" value="1"><button>Bestellen</button></form>' }));
  };
  const visitor = await visit(browser);
  const { page } = visitor;
  await page.goto(`${website.url}/order`);
  await banner(page).accept.click();
  await page.getByRole('button', { name: 'Bestellen' }).click();
  await until('it was sent', () => sent.includes('POST') && allows(page, 'analytics').then(([allowed]) => allowed!));
  await page.evaluate(() => { (window as any).before = true; void (window as any).Sluis.withdraw(); });
  await until('the page is a new one', () => page.evaluate(() => !(window as any).before));
  assert.deepEqual(sent, ['GET', 'POST', 'GET']);
  await visitor.leave();
});
