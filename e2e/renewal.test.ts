import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { allows, banner, choiceCookie } from './harness/banner.ts';
import { startBrowser, visit, type Visitor } from './harness/browser.ts';
import { nl } from './harness/labels.ts';
import { until } from './harness/ports.ts';
import { startSluis, type Sluis } from './harness/sluis.ts';
import { page as html, siteFile, startWebsite, type Website } from './harness/website.ts';

let sluis: Sluis, browser: Browser, website: Website;
before(async () => {
  website = await startWebsite();
  // Version 2 added Vimeo, version 3 X: whoever chose before is asked about those.
  const services = 'google-analytics-4: {measurement_id: G-TEST12345}\n  youtube: {}\n  vimeo: {since: 2}\n  x-embed: {since: 3}';
  const told = siteFile(website.url, { services, more: 'legalVersion: 3' });
  const untold = siteFile(website.url, { more: 'legalVersion: 3' });
  const one = siteFile(website.url, { services: 'youtube: {}\n  vimeo: {since: 2}', more: 'legalVersion: 2' });
  [sluis, browser] = await Promise.all([startSluis({ told, untold, one }), startBrowser()]);
  for (const id of ['told', 'untold']) website.pages[`/${id}`] = html(`${sluis.url}/${id}.js`, { body: '<script type="text/plain" data-consent="analytics" src="https://count.example/a.js"></script>' });
});
after(async () => { await browser?.close(); await sluis?.stop(); await website?.close(); });

const today = Math.floor(Date.now() / 86_400_000);
const number = '7a0c6a3e-5a0b-4b6e-9d35-0f1f4ad1b9a3';
const services = ['service:youtube', 'service:vimeo', 'service:x-embed'];

const returning = async (id: string, cookie: string): Promise<Visitor> => {
  const visitor = await visit(browser);
  await visitor.context.addCookies([{ name: 'sluis', value: cookie, url: website.url }]);
  await visitor.page.goto(`${website.url}/${id}`);
  await visitor.page.waitForLoadState('networkidle');
  return visitor;
};
const asks = (visitor: Visitor) => banner(visitor.page).region.isVisible();

// Promise: a new service is asked about, by name; what was granted before stays
// in force meanwhile, and the new one is held.
test('a service that was added is asked about, and nothing else', async () => {
  const visitor = await returning('told', `1.1.d.${today - 9}..${number}`);
  const { page } = visitor;
  await banner(page).region.getByText('Er is iets veranderd').waitFor();
  const note = await banner(page).region.getByText('Er is iets veranderd').textContent();
  assert.match(note!, /Vimeo is erbij gekomen onder .*X \(Twitter\) is erbij gekomen/);
  assert.ok(visitor.thirdParty.some(({ host }) => host === 'count.example'), 'what was granted runs');
  assert.deepEqual(await allows(page, 'analytics', ...services), [true, true, false, false]);

  assert.deepEqual([await banner(page).accept.count(), await banner(page).refuse.count()], [0, 0], 'no button says that it decides about all');
  await banner(page).refuseNew.click();
  assert.deepEqual(await allows(page, 'analytics', ...services), [true, true, false, false]);
  assert.equal(await choiceCookie(page), `1.3.d.${today - 9}.!vimeo!x-embed.${number}`, 'the date of the whole answer stays');
  const [record] = await until('it is recorded', async () => { const { items } = await sluis.read('told', '/records?action=renew'); return items.length && items; });
  assert.deepEqual(record.facts.services, { vimeo: 'denied', 'x-embed': 'denied' });
  await page.reload();
  await page.waitForLoadState('networkidle');
  assert.equal(await asks(visitor), false);
  assert.deepEqual(visitor.errors, []);
  await visitor.leave();
});

// Promise: to accept is to accept what was added; what was refused before stays refused.
test('accepting what was added grants only that', async () => {
  const visitor = await returning('told', `1.2.9.${today - 9}.!youtube.${number}`);
  const { page } = visitor;
  const note = await banner(page).region.getByText('Er is iets veranderd').textContent();
  assert.doesNotMatch(note!, /Vimeo/, 'that one they were asked about');
  await banner(page).acceptNew.click();
  assert.deepEqual(await allows(page, 'analytics', ...services), [false, false, true, true]);
  assert.equal(await choiceCookie(page), `1.3.9.${today - 9}.!youtube.${number}`);
  await visitor.leave();
});

// Promise: the control that reopens neither peeks out from under that question nor
// has the focus there, and is back with the answer.
test('the control steps back while it is asked', async () => {
  const visitor = await returning('told', `1.1.d.${today - 9}..${number}`);
  const { page } = visitor;
  await page.locator(':root > [data-sluis-open]').waitFor({ state: 'attached' });
  await banner(page).region.waitFor();
  await banner(page).reopen.waitFor({ state: 'hidden' });
  await banner(page).refuseNew.click();
  await banner(page).reopen.waitFor();
  await visitor.leave();
});

// Promise: whoever refused the category is left alone.
test('nobody is asked about a category that they refused', async () => {
  for (const cookie of [`1.1.1.${today - 9}..`, `1.1.5.${today - 9}..${number}`]) {
    const visitor = await returning('told', cookie);
    assert.equal(await asks(visitor), false, cookie);
    assert.deepEqual(await allows(visitor.page, ...services), [false, false, false], cookie);
    await visitor.leave();
  }
});

// Promise: the server reads such a choice as the browser does.
test('the server holds what was added, too', async () => {
  const answer = await fetch(`${sluis.url}/v1/sites/told/scripts?choice=1.1.d.${today - 9}..${number}`);
  const { allowed } = await answer.json() as { allowed: { id: string }[] };
  assert.deepEqual(allowed.map(({ id }) => id), ['sluis', 'google-analytics-4', 'youtube']);
});

// Promise: where the site file does not say what changed, the whole question is asked again.
test('a change that nobody described asks about everything', async () => {
  const visitor = await returning('untold', `1.1.f.${today - 9}..${number}`);
  assert.equal(await asks(visitor), true);
  assert.deepEqual(await allows(visitor.page, 'functional', 'analytics', 'social-media'), [false, false, false]);
  assert.deepEqual(visitor.thirdParty, []);
  await visitor.leave();
});

const frames = '<iframe data-service="youtube" data-src="https://www.youtube.com/embed/abc" width="560" height="315" title="Film"></iframe><iframe data-service="vimeo" data-src="https://player.vimeo.com/video/1" width="560" height="315" title="Nieuw"></iframe>';
const placeholder = (page: Page, title: string) => {
  const frame = page.getByTitle(title).contentFrame();
  return { once: frame.getByRole('button', { name: nl['embed.once']! }), always: frame.getByRole('button', { name: /altijd/i }), choose: frame.getByRole('button', { name: nl['choose']! }) };
};

// Promise: one embed decides nothing about what was added: while more is asked about
// than that service, its placeholder leads to where all can be decided.
test('a placeholder leaves the question about what was added open', async () => {
  website.pages['/frames'] = html(`${sluis.url}/told.js`, { body: frames });
  const visitor = await returning('frames', `1.1.d.${today - 9}.!youtube.${number}`);
  const { page } = visitor;
  await banner(page).region.waitFor();
  for (const title of ['Film', 'Nieuw']) {
    await placeholder(page, title).choose.waitFor();
    assert.equal(await placeholder(page, title).always.count(), 0, title);
  }
  await placeholder(page, 'Film').once.click();
  await until('it loads', () => visitor.thirdParty.some(({ url }) => url.includes('embed/abc')));
  assert.equal(await asks(visitor), true);
  assert.equal(await choiceCookie(page), `1.1.d.${today - 9}.!youtube.${number}`, 'nothing was decided');
  await banner(page).refuseNew.click();
  await placeholder(page, 'Nieuw').always.waitFor();
  assert.deepEqual(visitor.errors, []);
  await visitor.leave();
});

// Promise: where the embed's own service is all that was added, to allow it is the answer.
test('always allowing the one service that was added answers the question', async () => {
  website.pages['/frames-one'] = html(`${sluis.url}/one.js`, { body: frames });
  const visitor = await returning('frames-one', `1.1.9.${today - 9}.!youtube.${number}`);
  const { page } = visitor;
  await banner(page).region.waitFor();
  assert.equal(await placeholder(page, 'Film').always.count(), 0);
  await placeholder(page, 'Nieuw').always.click();
  await until('it loads', () => visitor.thirdParty.some(({ url }) => url.includes('vimeo')));
  await banner(page).region.waitFor({ state: 'hidden' });
  assert.equal(await choiceCookie(page), `1.2.9.${today - 9}.+vimeo!youtube.${number}`);
  await placeholder(page, 'Film').always.waitFor();
  await visitor.leave();
});

// Promise: of what was added to a category that the visitor refused, nothing is written down.
test('an embed that is always allowed under a refusal records that one service', async () => {
  website.pages['/frames-refused'] = html(`${sluis.url}/told.js`, { body: frames });
  const visitor = await returning('frames-refused', `1.1.5.${today - 9}..${number}`);
  const { page } = visitor;
  await placeholder(page, 'Film').always.click();
  await until('it loads', () => visitor.thirdParty.some(({ url }) => url.includes('embed/abc')));
  assert.deepEqual(await allows(page, ...services), [true, false, false]);
  const [record] = await until('it is recorded', async () => { const { items } = await sluis.read('told', '/records?action=embed'); return items.length && items; });
  assert.deepEqual(record.facts.services, { youtube: 'granted' });
  await visitor.leave();
});

// Promise: a page that loads anew at `sluis:choice` (docs/holding-back.md) does not go
// round in circles while it is asked about what was added, also where it listens before
// an async gate comes.
test('the choice that a page began under is no news, though something was added', async () => {
  const head = '<script>heard = []; for (const name of ["choice", "ready"]) document.addEventListener("sluis:" + name, () => heard.push(name))</script>';
  website.pages['/news'] = html('data:text/javascript,', { head: `${head}<script async src="${sluis.url}/told.js"></script>` });
  const visitor = await returning('news', `1.1.d.${today - 9}..${number}`);
  await banner(visitor.page).region.waitFor();
  assert.deepEqual(await visitor.page.evaluate('heard'), ['ready']);
  await banner(visitor.page).refuseNew.click();
  await until('the answer is news', async () => `${await visitor.page.evaluate('heard')}` === 'ready,choice');
  await visitor.leave();
});

// Promise: a choice is recorded, whatever the site has taken out of its file since
// the visitor singled it out.
test('a service that was removed costs no record', async () => {
  for (const [site, cookie] of [['untold', `1.3.1.${today - 9}.+gone.${number}`], ['told', `1.3.1.${today - 9}.+gone.${number}`], ['told', `1.1.9.${today - 9}.!gone!youtube.${number}`]] as const) {
    website.pages['/removed'] = html(`${sluis.url}/${site}.js`, { body: frames });
    const visitor = await returning('removed', cookie);
    const answer = visitor.page.waitForResponse((response) => response.request().method() === 'POST');
    if (cookie.includes('+')) await placeholder(visitor.page, 'Film').always.click();
    else await banner(visitor.page).refuseNew.click();
    assert.equal((await answer).status(), 201, site + cookie);
    await visitor.leave();
  }
});
