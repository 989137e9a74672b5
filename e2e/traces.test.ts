import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { banner } from './harness/banner.ts';
import { startBrowser, visit } from './harness/browser.ts';
import { kept } from './harness/kept.ts';
import { until } from './harness/ports.ts';
import { startSluis, type Sluis } from './harness/sluis.ts';
import { makeCertificate, startFront, type Certificate, type Front } from './harness/tls.ts';
import { page as html, siteFile, startWebsite, type Website } from './harness/website.ts';

// One with cookies, one with cookies and storage, one that is necessary, and two
// that a visitor can object to with a cookie or a key of theirs.
const services = 'google-analytics-4: {measurement_id: G-TEST12345}\n  hotjar: {site_id: "1234567"}\n  stripe: {}\n  hubspot: {portal_id: "12345678"}\n  plausible: {domain: example.nl}';
const path = '/winkel/brood/page';
let sluis: Sluis, browser: Browser, website: Website, certificate: Certificate, front: Front, secure: string;
before(async () => {
  website = await startWebsite();
  certificate = makeCertificate();
  front = await startFront(website.url, certificate);
  // Every name under localhost is this machine; cookies of shop.localhost are for all hosts below it.
  secure = `https://www.shop.localhost:${new URL(front.url).port}`;
  [sluis, browser] = await Promise.all([startSluis({ site: siteFile(website.url, { services, more: 'advertising: true\n' }).replace(`[${website.url}]`, `["${website.url}", "${secure}"]`) }), startBrowser()]);
  website.pages[path] = html(`${sluis.url}/site.js`);
});
after(async () => { await browser?.close(); await sluis?.stop(); await front?.close(); await website?.close(); certificate?.remove(); });

/** A visitor on a page of that website, whose own hosts are no third parties. */
const enter = async (origin: string) => {
  const visitor = await visit(browser, { ignoreHTTPSErrors: true });
  await visitor.context.route((url) => url.hostname.endsWith('.localhost'), (route) => route.continue());
  await visitor.page.goto(origin + path);
  await banner(visitor.page).region.waitFor();
  return visitor;
};
const plant = (page: Page, cookies: string[], stored: [kind: 'localStorage' | 'sessionStorage', name: string][]): Promise<void> =>
  page.evaluate(([cookies, stored]) => {
    for (const cookie of cookies) document.cookie = `${cookie};max-age=9999`;
    for (const [kind, name] of stored) window[kind].setItem(name, '1');
  }, [cookies, stored] as const);

// Promise (Tw 11.7a): what services left before Sluis was there goes with the
// first refusal, whatever host and folder it was left on; what is necessary, the
// website's own and what merely has a name like it stays, and so does what a
// visitor told a service himself: not to follow him.
for (const [name, origin, folders] of [
  ['a page over http', () => website.url, ['/', '/winkel', '/winkel/brood', '/winkel/brood/page']],
  ['a host below another, over TLS', () => secure, ['/', '/winkel/', '/winkel/brood', '/winkel/brood/page']],
] as const)
  test(`a first refusal removes what was there before: ${name}`, async () => {
    const visitor = await enter(origin());
    const { page, context } = visitor;
    const domains = origin() === secure ? ['', ';domain=www.shop.localhost', ';domain=shop.localhost'] : [''];
    const left = domains.flatMap((domain) => folders.flatMap((folder) => ['_ga', '_ga_TEST12345', '_gid', '_hjSession_1234567', 'hubspotutk'].map((name) => `${name}=1;path=${folder}${domain}`)));
    const own = ['__stripe_mid=1;path=/', '__hs_do_not_track=yes;path=/', `own=1;path=/${domains.at(-1)}`, 'my_ga=1;path=/', '_gallery=1;path=/winkel'];
    // A tag that other websites frame is told to set its cookies partitioned: jars of their own.
    const overTLS = ['_ga_SECURE=1;path=/;domain=shop.localhost;secure', '_ga_JAR=1;path=/;domain=shop.localhost;secure;partitioned', '_ga_TEST12345=1;path=/;secure;partitioned'];
    if (origin() === secure) left.push(...overTLS);
    await plant(page, [...left, ...own],
      [['localStorage', '_hjUserAttributes'], ['localStorage', 'plausible_ignore'], ['localStorage', 'basket'], ['sessionStorage', '_hjViewport'], ['sessionStorage', 'step']]);
    const planted = left.length + own.length;
    await until('the browser has taken them all', async () => (await context.cookies()).length === planted);
    await banner(page).refuse.click();
    const stays = ['__hs_do_not_track', '__stripe_mid', '_gallery', 'basket', 'my_ga', 'own', 'plausible_ignore', 'step'];
    await until('only what is not theirs is left', async () => `${(await kept(page)).filter((name) => name !== '__Host-sluis')}` === `${stays}`).catch(() => {});
    assert.deepEqual((await kept(page)).filter((name) => name !== '__Host-sluis'), stays);
    const receipt = await until('the refusal is recorded', () => page.evaluate(() => window.Sluis!.receipt()));
    assert.equal(receipt!.facts['action'], 'refuse_all');
    assert.deepEqual([visitor.thirdParty, visitor.errors], [[], []]);
    await visitor.leave();
  });

// Promise: before the choice nothing is removed either: Sluis changes nothing on a
// device that the visitor did not decide about; and a choice removes what it
// denies, and only that.
test('a choice removes what it denies alone', async () => {
  const visitor = await enter(website.url);
  const { page } = visitor;
  const ui = banner(page);
  await plant(page, ['_hjSession_1234567=1;path=/', '_fbp=1;path=/'], [['localStorage', '_hjUserAttributes']]);
  await page.reload();
  await ui.region.waitFor();
  await page.waitForLoadState('networkidle');
  const all = ['_fbp', '_hjSession_1234567', '_hjUserAttributes'];
  assert.deepEqual(await kept(page), all);
  await ui.choose.click();
  await ui.category('functional').check({ force: true });
  await ui.save.click();
  await until('what Hotjar left is gone', async () => (await kept(page)).length === 1);
  // Meta's pixel is no service of this site: nobody was asked about it.
  assert.deepEqual(await kept(page), ['_fbp']);
  assert.deepEqual(visitor.errors, []);
  await visitor.leave();
});
