import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { allows, banner, choiceCookie } from './harness/banner.ts';
import { startWholeBrowser, visit, type Visitor } from './harness/browser.ts';
import { en, nl } from './harness/labels.ts';
import { until } from './harness/ports.ts';
import { startSluis, type Sluis } from './harness/sluis.ts';
import { accepts, held as heldScript, open, released } from './harness/trial.ts';
import { page as html, siteFile, startWebsite, type Website } from './harness/website.ts';

let sluis: Sluis, browser: Browser, website: Website;
before(async () => {
  website = await startWebsite();
  [sluis, browser] = await Promise.all([startSluis({ site: siteFile(website.url), late: siteFile(website.url), form: siteFile(website.url), grown: siteFile(website.url), embed: siteFile(website.url), refused: siteFile(website.url), tongue: siteFile(website.url), signal: siteFile(website.url), kept: siteFile(website.url, { services: 'youtube: {}' }) }), startWholeBrowser({ ignoreDefaultArgs: ['--disable-back-forward-cache'] })]);
});
after(async () => { await browser?.close(); await sluis?.stop(); await website?.close(); });

/** Has everybody asked anew. */
const raise = async (site: string, services?: string): Promise<void> => {
  sluis.site(site, siteFile(website.url, { more: 'legalVersion: 2\n', ...(services && { services }) }));
  await until('the new version is served', async () => (await sluis.read(site, '')).legalVersion === 2);
};

/** Comes back once the record is delivered: the page has its gate, and asks for a banner when it needs one. */
const comeBack = async ({ page, ours }: Visitor, language = nl): Promise<void> => {
  await until('the browser holds no record any more', () => page.evaluate(() => window.Sluis!.receipt().then(() => !localStorage.sluis)));
  ours.length = 0;
  await page.reload();
  await banner(page, language).reopen.waitFor();
};

/** Withdraws, which must load a new page. */
const refuseAnew = async (page: Page): Promise<void> => {
  const anew = page.waitForEvent('load', { timeout: 10_000 });
  await banner(page).reopen.click();
  await banner(page).refuse.click();
  await anew;
};

// Protects: what is refused in one tab holds in every other, also where the question
// there was about a newer legal version than the one of the older tab.
test('a refusal about a newer legal version ends what an older tab runs', async () => {
  const visitor = await open(browser, website, `${sluis.url}/site.js`, '/page', {});
  const { page, context } = visitor;
  await accepts(visitor);
  await until('the grant is in the log', async () => (await sluis.read('site', '/records')).items.length === 1);
  await raise('site');
  website.pages['/next'] = html(`${sluis.url}/site.js?2`);
  const next = await context.newPage();
  await next.goto(`${website.url}/next`);
  await banner(next).refuse.click();
  await banner(next).reopen.waitFor();
  visitor.thirdParty.length = 0;
  await page.bringToFront();
  // Coming into view may have been enough already, and the page be on its way out.
  await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange'))).catch(() => {});
  await until('the older tab allows nothing', async () => (await allows(page, 'analytics'))[0] === false);
  assert.deepEqual(visitor.thirdParty, []);
  assert.deepEqual(visitor.errors, []);
  await visitor.leave();
});

// Protects: a gate that a browser had kept may get the banner of a newer version, for
// another is not served any more: what its visitor answers there holds all the same.
test('an answer to the question of a version that came while the page loaded', async () => {
  const visitor = await visit(browser);
  const { page, context } = visitor;
  let arrives = () => {};
  const held = new Promise<void>((go) => (arrives = go));
  await context.route('**/v/**', async (route) => { await held; await route.continue(); });
  // The page that the answer asks for is long in coming: this one hears what became of its record.
  let heard: Promise<unknown> | undefined;
  website.pages['/late'] = async (_, response) => {
    await heard;
    response.writeHead(200, { 'content-type': 'text/html' }).end(html(`${sluis.url}/late.js`, { body: heldScript }));
  };
  await page.goto(`${website.url}/late`, { waitUntil: 'commit' });
  await page.waitForFunction(() => window.Sluis);
  await raise('late');
  arrives();
  heard = new Promise<void>((answered) => context.on('requestfinished', (request) => { if (request.url().endsWith('/records')) answered(); }));
  await banner(page).accept.click();
  await until('what was held is let go', () => released(visitor));
  assert.match((await choiceCookie(page))!, /^1\.2\.f\./);
  await until('it is in the log', async () => (await sluis.read('late', '/records')).items.length === 1);
  assert.deepEqual(visitor.errors, []);
  await visitor.leave();
});

// Protects: who answers on a page whose gate the browser had kept is not asked the same
// again by the page that is loaded for it: the browser keeps the newer gate by then.
test('a gate that the browser keeps asks once', async () => {
  // Nothing is intercepted here, for that would keep the browser from keeping anything.
  const context = await browser.newContext();
  const page = await context.newPage();
  for (const lang of ['nl', 'en']) website.pages[`/kept/${lang}`] = html(`${sluis.url}/kept.js`, { lang });
  await page.goto(`${website.url}/kept/en`);
  await banner(page, en).region.waitFor();
  await raise('kept', 'youtube: {}');
  await page.goto(`${website.url}/kept/nl`, { waitUntil: 'networkidle' });
  const [gate] = await page.evaluate(() => performance.getEntriesByType('resource').map((entry) => (entry as PerformanceResourceTiming).transferSize));
  assert.equal(gate, 0, 'the gate was kept');
  const anew = page.waitForEvent('load');
  await banner(page).accept.click();
  await anew;
  await until('there is something to press', async () => (await banner(page).region.isVisible()) || (await banner(page).reopen.isVisible()));
  assert.equal(await banner(page).region.isVisible(), false);
  assert.match((await page.evaluate(() => window.Sluis!.choice))!, /^1\.2\.f\./);
  await context.close();
});

/** Whatever was to be loaded anew by now is on its way. */
const settled = (page: Page): Promise<unknown> => page.evaluate(() => new Promise((next) => requestAnimationFrame(() => setTimeout(next))).then(() => fetch(location.href)));

// Protects: a page in which nothing is granted is not loaded anew because of another tab:
// what its visitor has typed would be lost.
test('an older tab in which nothing is granted keeps its form', async () => {
  const visitor = await open(browser, website, `${sluis.url}/form.js`, '/form', { body: '<input aria-label="Naam">' });
  const { page, context } = visitor;
  await banner(page).refuse.click();
  await banner(page).reopen.waitFor();
  await page.getByLabel('Naam').fill('Jansen');
  await raise('form');
  website.pages['/next'] = html(`${sluis.url}/form.js?2`);
  const next = await context.newPage();
  await next.goto(`${website.url}/next`);
  await banner(next).accept.click();
  await banner(next).reopen.waitFor();
  await page.bringToFront();
  await page.evaluate(() => { document.dispatchEvent(new Event('visibilitychange')); return window.Sluis!.receipt(); });
  await settled(page);
  assert.equal(await page.getByLabel('Naam').inputValue(), 'Jansen');
  assert.deepEqual(visitor.errors, []);
  await visitor.leave();
});

// Protects: who takes a grant back in a tab that was opened before the site got a service
// which is told of such things ends what runs there: the banner is of today, and names a
// service that the tab's gate does not have.
test('a withdrawal in a tab from before a service was added', async () => {
  const visitor = await open(browser, website, `${sluis.url}/grown.js`, '/grown', {});
  const { page, ours } = visitor;
  await accepts(visitor);
  await comeBack(visitor);
  sluis.site('grown', siteFile(website.url, { services: 'google-analytics-4: {measurement_id: G-TEST12345}\n  youtube: {}\n  microsoft-clarity: {project_id: abcdefghij}' }));
  await until('the service is there', async () => (await sluis.read('grown', '')).services.some(({ id }: any) => id === 'microsoft-clarity'));
  assert.deepEqual(ours, ['GET /grown', 'GET /grown.js']);
  await refuseAnew(page);
  assert.deepEqual(await allows(page, 'analytics', 'social-media'), [false, false]);
  assert.deepEqual(visitor.errors, []);
  await visitor.leave();
});

// Protects: also where the service that runs there is told of such things only since then,
// and the tab's gate has no words for it.
test('a withdrawal in a tab from before a service was told of it', async () => {
  const chat = (more: string): string => siteFile(website.url, { services: `web-chat: {define: {name: Web Chat, category: functional, provider: Chat BV, purpose: {nl: Beantwoordt je vragen., en: Answers your questions.}, recipients: [Chat BV], privacy: "https://chat.example/privacy", retention: P1M, transfer: null, hosts: [{type: script, host: chat.example}], cookies: [], load: {script: "https://chat.example/chat.js"}${more}}}` });
  sluis.site('told', chat(''));
  await until('the site is served', async () => (await fetch(`${sluis.url}/told.js`)).ok);
  const visitor = await open(browser, website, `${sluis.url}/told.js`, '/told', {});
  const { page, ours } = visitor;
  await accepts(visitor);
  await comeBack(visitor);
  sluis.site('told', chat(', signals: {grant: [{do: call, name: chat, args: [on]}], deny: [{do: call, name: chat, args: [off]}]}'));
  await until('it is told of it', async () => (await (await fetch(`${sluis.url}/told.js`)).text()).includes('"chat"'));
  assert.deepEqual(ours, ['GET /told', 'GET /told.js']);
  await refuseAnew(page);
  assert.deepEqual(await allows(page, 'functional', 'analytics'), [false, false]);
  assert.deepEqual(visitor.errors, []);
  await visitor.leave();
});

// Protects: to allow one embed is no answer to a question that nobody was asked: in a page
// from before a new legal version, a placeholder that comes now leads to the preferences.
test('an embed in a page from before a new legal version answers nothing else', async () => {
  const visitor = await open(browser, website, `${sluis.url}/embed.js`, '/embed', {});
  const { page, ours } = visitor;
  await banner(page).choose.click();
  await banner(page).category('analytics').check({ force: true });
  await banner(page).save.click();
  await comeBack(visitor);
  assert.deepEqual(ours, ['GET /embed', 'GET /embed.js']);
  await raise('embed');
  await page.evaluate(() => document.body.insertAdjacentHTML('beforeend', '<iframe data-service="youtube" data-src="https://www.youtube.com/embed/x" width="400" height="300" title="Film"></iframe>'));
  const placeholder = page.frameLocator('iframe');
  await placeholder.getByRole('button', { name: nl['embed.once'] }).waitFor();
  assert.equal(await placeholder.getByRole('button', { name: nl['embed.always']!.replace('{service}', 'YouTube') }).count(), 0);
  await placeholder.getByRole('button', { name: nl['choose'] }).click();
  await banner(page).preferences.waitFor();
  assert.match((await choiceCookie(page))!, /^1\.1\.5\./);
  website.pages['/asked'] = html(`${sluis.url}/embed.js?2`);
  await page.goto(`${website.url}/asked`);
  await banner(page).region.waitFor();
  assert.deepEqual(visitor.errors, []);
  await visitor.leave();
});

// Protects: who grants something there gets it, also where nothing was granted before: only
// a new page can read a choice about the new version.
test('a grant in a page from before a new legal version, after a refusal', async () => {
  const visitor = await open(browser, website, `${sluis.url}/refused.js`, '/refused', {});
  const { page, ours } = visitor;
  await banner(page).refuse.click();
  await comeBack(visitor);
  await raise('refused');
  assert.deepEqual(ours, ['GET /refused', 'GET /refused.js']);
  const anew = page.waitForEvent('load', { timeout: 10_000 });
  await banner(page).reopen.click();
  await banner(page).category('analytics').check({ force: true });
  await banner(page).save.click();
  await anew;
  await until('what was granted is let go', () => released(visitor));
  assert.match((await choiceCookie(page))!, /^1\.2\.5\./);
  assert.deepEqual(visitor.errors, []);
  await visitor.leave();
});

// Protects: who takes a grant back can do so in a tab that was opened while the site still
// had its language.
test('a withdrawal in a tab whose language the site has no more', async () => {
  const visitor = await visit(browser);
  const { page } = visitor;
  website.pages['/tongue'] = html(`${sluis.url}/tongue.js`, { lang: 'en', body: heldScript });
  await page.goto(`${website.url}/tongue`);
  await banner(page, en).accept.click();
  await comeBack(visitor, en);
  sluis.site('tongue', siteFile(website.url).replace('[nl, en]', '[nl]'));
  await until('the language is gone', async () => (await sluis.read('tongue', '')).languages.length === 1);
  const anew = page.waitForEvent('load', { timeout: 10_000 });
  await banner(page, en).reopen.click();
  await banner(page).preferences.getByRole('button', { name: nl['refuse'], exact: true }).click({ timeout: 10_000 });
  await anew;
  assert.deepEqual(await allows(page, 'analytics', 'social-media'), [false, false]);
  await until('it is in the log', async () => (await sluis.read('tongue', '/records?action=withdraw')).items.length === 1);
  assert.deepEqual(visitor.errors, []);
  await visitor.leave();
});

// Protects: no page is loaded without end, also where a gate that the browser kept meets
// a newer banner, the browser's signal, and a page that lets nobody write cookies.
test('a choice that cannot be kept loads no page anew', async () => {
  const old = await (await fetch(`${sluis.url}/signal.js`)).text();
  const visitor = await open(browser, website, `${sluis.url}/signal.js`, '/signal', {});
  const { page, context } = visitor;
  await accepts(visitor);
  await until('the grant is in the log', async () => (await sluis.read('signal', '/records')).items.length === 1);
  await raise('signal');
  await context.route('**/signal.js', (route) => route.fulfill({ body: old, contentType: 'text/javascript' }));
  await context.addInitScript(() => {
    Object.defineProperty(navigator, 'globalPrivacyControl', { value: true });
    const { get } = Object.getOwnPropertyDescriptor(Document.prototype, 'cookie')!;
    Object.defineProperty(document, 'cookie', { get, set() {} });
  });
  let loaded = 0;
  page.on('request', (request) => { if (request.isNavigationRequest()) loaded++; });
  await page.reload();
  await until('the signal is in the log', async () => (await sluis.read('signal', '/records')).items.some(({ facts }: any) => facts.action === 'signal'));
  await settled(page);
  assert.equal(loaded, 1);
  assert.deepEqual(visitor.errors, []);
  await visitor.leave();
});
