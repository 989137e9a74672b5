import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { banner, choiceCookie } from './harness/banner.ts';
import { startBrowser, type Visitor } from './harness/browser.ts';
import { until } from './harness/ports.ts';
import { startSluis, type Sluis } from './harness/sluis.ts';
import { open as openPage, type Parts } from './harness/trial.ts';
import { siteFile, startWebsite, type Website } from './harness/website.ts';

// Records that do not get through at once, on a page that stays open meanwhile.
let sluis: Sluis, browser: Browser, website: Website;
before(async () => {
  website = await startWebsite({ '/elsewhere': '<!doctype html><title>Elsewhere</title>' });
  [sluis, browser] = await Promise.all([startSluis({ site: siteFile(website.url, { services: 'youtube: {}' }) }), startBrowser()]);
});
after(async () => { await browser?.close(); await sluis?.stop(); await website?.close(); });

/** Accepts while the service cannot be reached. */
const acceptCutOff = async (slow = 0, parts: Parts = {}): Promise<Visitor & { number: string }> => {
  const visitor = await openPage(browser, website, `${sluis.url}/site.js`, '/page', parts);
  const { page } = visitor;
  await page.evaluate((slow) => {
    const iso = Date.prototype.toISOString;
    Date.prototype.toISOString = function () { return iso.call(new Date(+this - slow)); };
  }, slow);
  await page.route('**/records', (route) => route.abort());
  const failed = page.waitForEvent('requestfailed', (request) => request.url().endsWith('/records'));
  await banner(page).accept.click();
  await failed;
  await page.unroute('**/records');
  return { ...visitor, number: (await choiceCookie(page))!.split('.').at(-1)! };
};
const known = async (number: string): Promise<any> => (await fetch(`${sluis.url}/v1/sites/site/consents/${number}`)).json();

// Protects: a visitor's current choice is the newest act. What did not get through
// before it arrives before it, and not as the page goes, as if it were newer.
test('a grant that did not get through does not come after the withdrawal', async () => {
  // Nothing was let go here, so the page stays when its visitor withdraws.
  const visitor = await acceptCutOff(0, { html: '<!doctype html><html lang="nl"><title>Website</title>TAG' });
  await visitor.page.evaluate(() => void window.Sluis!.withdraw());
  await until('both are in the log', async () => (await known(visitor.number)).history?.length === 2);
  await visitor.page.goto(`${website.url}/elsewhere`);
  const { history, choices } = await known(visitor.number);
  assert.deepEqual(history.map(({ facts }: any) => facts.action), ['withdraw', 'accept_all']);
  assert.equal(choices.analytics, 'denied');
  assert.deepEqual(visitor.errors, []);
  await visitor.leave();
});

// Protects: what several decisions left undelivered comes in their order, however slow the first.
test('three decisions, of which two did not get through, come in their order', async () => {
  const visitor = await acceptCutOff(0, { html: '<!doctype html><html lang="nl"><title>Website</title>TAG' });
  const { page } = visitor;
  const failed = page.waitForEvent('requestfailed', (request) => /"withdraw"/.test(request.postData() ?? ''));
  await page.route('**/records', (route) => route.abort());
  await page.evaluate(() => void window.Sluis!.withdraw());
  await failed;
  await page.unroute('**/records');
  await page.route('**/records', async (route) => {
    if (route.request().postDataJSON().consentId === visitor.number && /accept_all/.test(route.request().postData()!))
      await new Promise((arrives) => setTimeout(arrives, 300)); // a network, not the test, that takes its time
    await route.continue();
  });
  const before = (await sluis.read('site', '/records')).items.length;
  await banner(page).reopen.click();
  await banner(page).accept.click();
  await until('all are in the log', async () => (await sluis.read('site', '/records')).items.length === before + 3);
  const { items } = await sluis.read('site', '/records');
  assert.deepEqual(items.slice(0, 3).map(({ facts }: any) => facts.action), ['accept_all', 'withdraw', 'accept_all']);
  assert.equal((await known(visitor.number)).choices.analytics, 'denied');
  assert.deepEqual(visitor.errors, []);
  await visitor.leave();
});

// The page goes with the withdrawal, and what it sends then comes in any order, be it
// at once or after a while.
for (const [name, ago] of [['just now', 0], ['some time ago', 2e4]] as const)
  test(`nor does one of ${name} that only gets through as the page goes`, async () => {
    const visitor = await acceptCutOff(ago);
    const anew = visitor.page.waitForEvent('load');
    await visitor.page.route('**/records', (route) => (/accept_all/.test(route.request().postData()!) ? route.abort() : route.continue()));
    await visitor.page.evaluate(() => void window.Sluis!.withdraw());
    await until('the withdrawal is in the log', async () => (await known(visitor.number)).history);
    await visitor.page.unroute('**/records');
    await anew;
    await visitor.page.reload();
    await until('both are in the log', async () => (await known(visitor.number)).history.length === 2);
    assert.equal((await known(visitor.number)).choices.analytics, 'denied');
    await visitor.leave();
  });

// Protects: what is sent again as the page goes says when it was decided, which may
// be hours ago; what was still on its way was decided just now, by the service's clock.
for (const [name, init] of Object.entries({ 'as the page goes': undefined, 'from a page without storage': () => Object.defineProperty(window, 'localStorage', { get() { throw new DOMException('denied', 'SecurityError'); } }) }))
  test(`what is sent again ${name} says when it was decided`, async () => {
    const visitor = await acceptCutOff(5 * 6e4, init ? { init } : {});
    await visitor.page.goto(`${website.url}/elsewhere`);
    const [{ facts }] = await until('it arrives', async () => (await known(visitor.number)).history);
    const late = Date.parse(facts.time) - Date.parse(facts.clientTime);
    assert.ok(late > 4 * 6e4 && late < 9 * 6e4, `${facts.time}, decided ${facts.clientTime}`);
    await visitor.leave();
  });

// Protects: of two decisions that wait behind one that hangs, only the newest counts as made
// as the page goes: the one before it says when it was decided, in whatever order they come.
test('a decision that was followed by another before it was sent is late', async () => {
  const visitor = await acceptCutOff(0, { html: '<!doctype html><html lang="nl"><title>Website</title>TAG' });
  const { page } = visitor;
  await page.route('**/records', () => {}); // it hangs
  for (const off of ['analytics', 'functional']) {
    const waiting = await page.evaluate(() => JSON.parse(localStorage.sluis).length);
    await banner(page).reopen.click();
    await banner(page).category(off).uncheck({ force: true });
    await banner(page).save.click();
    await page.waitForFunction((waiting) => JSON.parse(localStorage.sluis).length > waiting, waiting);
  }
  await page.unroute('**/records');
  await page.goto(`${website.url}/elsewhere`);
  const { history, choices } = await until('all are in the log', async () => { const all = await known(visitor.number); return all.history?.length === 3 && all; });
  const of = (functional: string) => history.find(({ facts }: any) => facts.action === 'save' && facts.choices.functional === functional).facts;
  assert.ok(of('granted').clientTime, 'the one before is late');
  assert.equal(of('denied').clientTime, undefined, 'the newest is not');
  assert.equal(choices.functional, 'denied');
  await visitor.leave();
});

// Protects: what a page that stands in for the service says of a record, with status 200, is no receipt.
test('a page in place of the service takes no record', async () => {
  const visitor = await openPage(browser, website, `${sluis.url}/site.js`, '/page', {});
  const { page } = visitor;
  await page.route('**/records', (route) => route.fulfill({ status: 200, contentType: 'text/html', headers: { 'access-control-allow-origin': website.url }, body: '<!doctype html><title>We are back soon</title>' }));
  await banner(page).accept.click();
  await page.evaluate(() => window.Sluis!.receipt());
  await page.unroute('**/records');
  const number = (await choiceCookie(page))!.split('.').at(-1)!;
  await page.reload();
  await until('it is in the log', async () => (await known(number)).history);
  assert.deepEqual(visitor.errors, []);
  await visitor.leave();
});
