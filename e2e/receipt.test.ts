import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { banner, choiceCookie } from './harness/banner.ts';
import { startBrowser } from './harness/browser.ts';
import { nl } from './harness/labels.ts';
import { until } from './harness/ports.ts';
import { startSluis, type Sluis } from './harness/sluis.ts';
import { open as openPage, type Parts } from './harness/trial.ts';
import { siteFile, startWebsite, type Website } from './harness/website.ts';

let sluis: Sluis, browser: Browser, website: Website;
before(async () => {
  website = await startWebsite();
  [sluis, browser] = await Promise.all([startSluis({ site: siteFile(website.url, { services: 'youtube: {}' }) }), startBrowser()]);
  writeFileSync(join(sluis.data, 'key'), await (await fetch(`${sluis.url}/v1/sites/site/log/key`)).text());
});
after(async () => { await browser?.close(); await sluis?.stop(); await website?.close(); });

// A page with nothing on it: what runs there would have to end with a new page.
const plain = '<!doctype html><html lang="nl"><head><meta charset="utf-8"><title>Website</title><link rel="icon" href="data:,">TAG</head><body><h1>Website</h1></body></html>';
const open = (parts: Parts = { html: plain }) => openPage(browser, website, `${sluis.url}/site.js`, '/page', parts);
/** The newest record of the log, once it is of that act. */
const newest = (action: string): Promise<any> =>
  until(`the log holds ${action}`, async () => (await sluis.read('site', '/records')).items.map(({ facts }: any) => facts).filter((facts: any, i: number) => !i && facts.action === action)[0]);

/** Presses “Download receipt” in the preferences, and gives the file as the visitor has it then. */
const download = async (page: Page): Promise<string> => {
  const ui = banner(page);
  await ui.reopen.click();
  const [file] = await Promise.all([page.waitForEvent('download'), ui.preferences.getByRole('button', { name: nl['receipt']! }).click()]);
  assert.equal(file.suggestedFilename(), 'sluis-site.json');
  const path = join(sluis.data, 'receipt.json');
  await file.saveAs(path);
  await page.keyboard.press('Escape');
  await ui.preferences.waitFor({ state: 'hidden' });
  return path;
};
const verify = (path: string) => sluis.command('verify', 'receipt', path, '--key', join(sluis.data, 'key'));
/** The file proves the newest record of the log, and nothing else. */
const proves = async (path: string, action: string): Promise<void> => {
  const facts = await newest(action);
  const receipt = JSON.parse(readFileSync(path, 'utf8'));
  assert.deepEqual(receipt.facts, facts);
  const { status, stdout, stderr } = await verify(path);
  assert.equal(status, 0, stdout + stderr);
  writeFileSync(path, readFileSync(path, 'utf8').replace(facts.action, 'embed'));
  assert.equal((await verify(path)).status, 1, 'a forged act is found');
};

const policies: Record<string, Parts> = {
  'a page without a policy': { html: plain },
  // Nothing but our script by its nonce and our service: the file is no request of the page.
  'the strictest policy': {
    headers: { 'content-security-policy': `default-src 'none'; script-src 'nonce-cmVjZWlwdA' 'strict-dynamic'; connect-src SLUIS; base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'; trusted-types sluis` },
    html: plain.replace('TAG', '<script src="SLUIS/site.js" nonce="cmVjZWlwdA"></script>'),
  },
};

// Promise (GDPR 7(1), EDPB consent 104): what a visitor downloads is the receipt
// of their newest decision, and anyone can check it with the site's public key
// alone: on the page of the decision and on a later one, under any policy.
for (const [name, parts] of Object.entries(policies))
  test(`the receipt that is downloaded, ${name}`, async () => {
    const visitor = await open(JSON.parse(JSON.stringify(parts).replaceAll('SLUIS', sluis.url)));
    const { page } = visitor;
    const ui = banner(page);
    await ui.accept.click();
    await proves(await download(page), 'accept_all');
    await ui.reopen.click();
    await ui.category('social-media').uncheck({ force: true });
    await ui.save.click();
    await proves(await download(page), 'save');
    await page.reload();
    await proves(await download(page), 'save');
    await ui.reopen.click();
    await ui.preferences.getByRole('button', { name: nl['refuse']! }).click();
    await proves(await download(page), 'withdraw');
    assert.deepEqual(visitor.errors, []);
    await visitor.leave();
  });

// Promise: a refusal of an earlier page has left no number with which its receipt
// could be found again, and whoever asks is told so instead of given something else.
test('no receipt where there is none', async () => {
  const visitor = await open();
  const { page } = visitor;
  const ui = banner(page);
  await ui.refuse.click();
  await proves(await download(page), 'refuse_all');
  await page.reload();
  const downloads: unknown[] = [];
  page.on('download', (file) => downloads.push(file));
  await ui.reopen.click();
  await ui.preferences.getByRole('button', { name: nl['receipt']! }).click();
  await ui.preferences.getByRole('status').filter({ hasText: nl['receipt.none']! }).waitFor();
  assert.equal(await ui.preferences.getByRole('button', { name: nl['copy']! }).count(), 0, 'nor a number to copy');
  assert.deepEqual([downloads, visitor.errors], [[], []]);
  await visitor.leave();
});

// Promise (GDPR 15): the number by which a visitor's choices are found is shown
// to them, and "Copy" puts just that on the clipboard.
test('the consent number is copied', async () => {
  const visitor = await open();
  const { context, page } = visitor;
  const ui = banner(page);
  await context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin: website.url });
  await ui.accept.click();
  await ui.reopen.click();
  await ui.preferences.getByRole('button', { name: nl['copy']! }).click();
  const number = (await choiceCookie(page))!.split('.').at(-1)!;
  await until('it is on the clipboard', async () => (await page.evaluate(() => navigator.clipboard.readText())) === number);
  assert.ok(await ui.preferences.getByText(number, { exact: true }).isVisible());
  const { history } = await (await fetch(`${sluis.url}/v1/sites/site/consents/${number}`)).json();
  assert.deepEqual(history.map(({ facts }: any) => facts.action), ['accept_all'], 'the service knows it');
  assert.deepEqual(visitor.errors, []);
  await visitor.leave();
});

// Protects: a receipt is of the choice in force or there is none: not of the one
// before it while a decision is on its way, nor of this tab's own when another
// tab has decided since.
test('no receipt of a choice that is no more', async () => {
  const visitor = await open();
  const { page, context } = visitor;
  const facts = (of: Page): Promise<any> => of.evaluate(async () => ((await window.Sluis!.receipt()) as any)?.facts);
  const without = async (of: Page, category: string) => {
    await banner(of).reopen.click();
    await banner(of).category(category).uncheck({ force: true });
    await banner(of).save.click();
  };
  await banner(page).accept.click();
  assert.equal((await facts(page)).action, 'accept_all');
  await context.route('**/records', (route) => route.fulfill({ status: 503 }));
  await without(page, 'social-media');
  assert.equal(await facts(page), undefined, 'undelivered');
  await page.reload();
  await banner(page).reopen.waitFor();
  assert.equal(await facts(page), undefined, 'undelivered, on the next page');
  await context.unroute('**/records');
  await page.evaluate(() => window.dispatchEvent(new Event('online')));
  await until('it is delivered', async () => (await facts(page))?.choices['social-media'] === 'denied');
  const other = await context.newPage();
  await other.goto(page.url());
  await without(other, 'analytics');
  const newest = await facts(other);
  assert.equal(newest.choices.analytics, 'denied');
  await page.bringToFront();
  await page.waitForFunction((choice) => window.Sluis!.choice === choice, await other.evaluate(() => window.Sluis!.choice));
  assert.deepEqual(await facts(page), newest);
  await visitor.leave();
});

// Protects: what arrives at the second attempt is proven on the page that made it.
test('the receipt of a record that arrived late', async () => {
  const visitor = await open();
  const { page } = visitor;
  await page.route('**/records', (route) => route.fulfill({ status: 503 }));
  const refused = page.waitForResponse('**/records');
  await banner(page).accept.click();
  await refused;
  await page.unroute('**/records');
  await page.evaluate(() => window.dispatchEvent(new Event('online')));
  await until('it is delivered', () => page.evaluate(() => !localStorage['sluis']));
  assert.equal(await page.evaluate(async () => ((await window.Sluis!.receipt()) as any)?.facts.action), 'accept_all');
  await visitor.leave();
});

// Protects: what the service refused for good is proven by nothing, least of all by
// the choice before it.
test('no receipt of the choice before, where the record of this one was refused', async () => {
  const visitor = await open();
  const { page } = visitor;
  const receipt = (): Promise<any> => page.evaluate(async () => await window.Sluis!.receipt());
  await banner(page).accept.click();
  assert.equal((await receipt()).facts.action, 'accept_all');
  await page.route('**/records', (route) => route.fulfill({ status: 422, headers: { 'access-control-allow-origin': '*' } }));
  await banner(page).reopen.click();
  await banner(page).category('social-media').uncheck({ force: true });
  const refused = page.waitForResponse('**/records');
  await banner(page).save.click();
  await refused;
  assert.equal(await receipt(), null);
  await visitor.leave();
});

// Protects: what becomes of the record of one choice says nothing of the next one's proof.
test('a choice that was delivered is proven, though the record of the one before it came back late and waits', async () => {
  const visitor = await open();
  const { page } = visitor;
  const cors = { 'access-control-allow-origin': '*' };
  const sent = page.waitForRequest('**/records');
  // Sent, broken off when its visitor chooses anew, and sent again before what was chosen then.
  let times = 0;
  await page.route('**/records', async (route) => {
    if (route.request().postDataJSON().action !== 'accept_all') return route.continue();
    if (times++) await route.fulfill({ status: 503, headers: cors });
  });
  await banner(page).accept.click();
  await sent;
  const stored = page.waitForResponse((answer) => answer.url().endsWith('/records') && answer.status() === 201);
  await page.evaluate(() => window.Sluis!.withdraw());
  await stored;
  assert.equal(times, 2);
  assert.equal(await page.evaluate(async () => ((await window.Sluis!.receipt()) as any)?.facts.action), 'withdraw');
  await visitor.leave();
});

// Protects: the same, the other way round: what another record waits for proves nothing
// about one that was refused for good.
test('no receipt of the choice before, where its record waited while this one’s was refused', async () => {
  const visitor = await open();
  const { page } = visitor;
  const receipt = (): Promise<any> => page.evaluate(async () => await window.Sluis!.receipt());
  const cors = { 'access-control-allow-origin': '*' };
  // What waits is sent again before what is decided next.
  await page.route('**/records', (route) => route.fulfill({ status: route.request().postDataJSON().action === 'save' ? 422 : 503, headers: cors, json: {} }));
  const busy = page.waitForResponse('**/records');
  await banner(page).accept.click();
  await busy;
  await banner(page).reopen.click();
  await banner(page).category('social-media').uncheck({ force: true });
  const refused = page.waitForResponse((answer) => answer.status() === 422);
  await banner(page).save.click();
  await refused;
  await receipt();
  await page.unroute('**/records');
  const stored = page.waitForResponse((answer) => answer.url().endsWith('/records') && answer.status() === 201);
  await page.evaluate(() => dispatchEvent(new Event('online')));
  await stored;
  await until('nothing waits', () => page.evaluate(() => !localStorage.sluis));
  assert.equal(await receipt(), null);
  await visitor.leave();
});
