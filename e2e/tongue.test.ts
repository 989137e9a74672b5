import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { banner } from './harness/banner.ts';
import { startBrowser, visit } from './harness/browser.ts';
import { labels } from './harness/labels.ts';
import { startSluis, type Sluis } from './harness/sluis.ts';
import { page as html, siteFile, startWebsite, type Website } from './harness/website.ts';

let sluis: Sluis, browser: Browser, website: Website;
/** A preset of the operator's, which speaks English alone. */
const poll = {
  name: 'Poll', category: 'functional', provider: 'Poll B.V.', purpose: { en: 'Asks what you think of the shop.' }, recipients: ['Poll B.V.'],
  privacy: 'https://poll.example/privacy', retention: 'P1M', transfer: null, hosts: [{ type: 'script', host: 'cdn.poll.example' }], cookies: [],
  load: { script: 'https://cdn.poll.example/poll.js' }, reload: true, example: { request: 'https://cdn.poll.example/poll.js' }, confidence: 'high', sources: ['poll.example'],
};
before(async () => {
  website = await startWebsite();
  const site = siteFile(website.url, { services: 'youtube: {}\n  poll: {}' }).replace('languages: [nl, en]', 'languages: [de, nl]');
  [sluis, browser] = await Promise.all([startSluis({ site }, {}, { poll }), startBrowser()]);
  for (const lang of ['de', 'nl']) website.pages[`/${lang}`] = html(`${sluis.url}/site.js`, { lang });
});
after(async () => { await browser?.close(); await sluis?.stop(); await website?.close(); });

/** In which language each purpose is read aloud, and the description of its switch. */
const tongues = async (lang: string): Promise<Record<string, [string?, string?]>> => {
  const texts = labels(lang);
  const { page, leave } = await visit(browser);
  await page.goto(`${website.url}/${lang}`);
  await banner(page, texts).choose.click();
  await banner(page, texts).preferences.waitFor();
  const found = await banner(page, texts).preferences.locator('details li').evaluateAll((items) =>
    items.map((item) => [
      item.querySelector('label')!.textContent,
      ['p', 'input'].map((name) => (item.querySelector(name)!.closest<HTMLElement>('[lang]') ?? ((item.getRootNode() as ShadowRoot).host as HTMLElement)).lang),
    ]),
  );
  await leave();
  return Object.fromEntries(found);
};

// Promise: what a preset says in English only is read aloud as English, and
// nothing else is: our own words are in the visitor's language (WCAG 3.1.2).
test('English inside another language is marked', async () => {
  assert.deepEqual(await tongues('de'), { Sluis: ['de', 'de'], YouTube: ['de', 'de'], Poll: ['en', 'en'] });
  assert.deepEqual(await tongues('nl'), { Sluis: ['nl', 'nl'], YouTube: ['nl', 'nl'], Poll: ['en', 'en'] });
});
