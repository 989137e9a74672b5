import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { banner } from './harness/banner.ts';
import { startBrowser, visit } from './harness/browser.ts';
import { catalogue } from './harness/catalogue.ts';
import { labels } from './harness/labels.ts';
import { until } from './harness/ports.ts';
import { startSluis, type Sluis } from './harness/sluis.ts';
import { page as html, siteFile, startWebsite, type Website } from './harness/website.ts';

const nl = labels('nl');
const youtube = catalogue().find(({ id }) => id === 'youtube')!;
const video = '<iframe data-consent="social-media" data-service="youtube" data-src="https://www.youtube.com/embed/abc" width="560" height="315" title="Film"></iframe>';
const post = '<blockquote class="twitter-tweet"><a href="https://x.com/a/status/1">Bericht</a></blockquote>';
const once = nl['embed.once']!;
const always = (name: string): string => nl['embed.always']!.replace('{service}', name);

let sluis: Sluis, browser: Browser, website: Website;
before(async () => {
  website = await startWebsite();
  [sluis, browser] = await Promise.all([startSluis({ site: siteFile(website.url, { services: 'youtube: {}\n  x-embed: {}' }) }), startBrowser()]);
});
after(async () => { await browser?.close(); await sluis?.stop(); await website?.close(); });

const refused = async (path: string, body: string) => {
  website.pages[path] = html(`${sluis.url}/site.js`, { body });
  const visitor = await visit(browser);
  await visitor.page.goto(website.url + path);
  await banner(visitor.page).refuse.click();
  return visitor;
};

// Protects: whoever decides about one embed reads there what it is for, who
// receives data and where that is explained, as in the preferences.
test('a placeholder says what, who and where to read more', async () => {
  const { page, leave } = await refused('/told', video);
  const frame = page.frameLocator('iframe');
  await frame.getByRole('button', { name: once }).waitFor();
  const said = await frame.locator('body').innerText();
  for (const words of ['YouTube', youtube.purpose.nl, youtube.recipients.join(', ').replace('{US}', 'Verenigde Staten')]) assert.ok(said.includes(words), `${words} in ${said}`);
  assert.equal(await frame.getByRole('link').getAttribute('href'), youtube.privacy);
  await leave();
});

// Protects: all of it can be read where the frame is small and its code forbids it to scroll.
test('a placeholder in a frame that does not scroll', async () => {
  const { page, leave } = await refused('/small', video.replace('<iframe', '<iframe scrolling="no"').replace('560', '300').replace('315', '166'));
  const last = page.frameLocator('iframe').locator('p').last();
  await last.waitFor();
  const seen = () => last.evaluate((p) => { const { x, y, width, height } = p.getBoundingClientRect(); return p.contains(p.ownerDocument.elementFromPoint(x + width / 2, y + height / 2)); });
  assert.equal(await seen(), false, 'it is too small for all of it');
  const { x, y } = (await page.locator('iframe').boundingBox())!;
  await page.mouse.move(x + 50, y + 30);
  await page.mouse.wheel(0, 300);
  await until('the end is in sight', seen);
  await leave();
});

// Protects: whoever asks for an embed by keyboard goes on inside it, whichever
// of the two ways they take.
for (const name of [once, always('YouTube')])
  test(`the focus goes along into the frame: ${name}`, async () => {
    const { page, leave } = await refused('/focus', video);
    const button = page.frameLocator('iframe').getByRole('button', { name });
    await button.waitFor();
    await button.press('Enter');
    await until('the frame has the focus', () => page.evaluate(() => document.activeElement?.localName === 'iframe' && document.activeElement.hasAttribute('src')));
    await leave();
  });

for (const name of [once, always('X (Twitter)')])
  test(`the focus stays with a post: ${name}`, async () => {
    const { page, leave } = await refused('/post', post);
    await page.getByRole('button', { name }).press('Enter');
    await until('the post has the focus', () => page.evaluate(() => document.activeElement?.className === 'twitter-tweet'));
    await leave();
  });

// Protects: X is told not to track in every post, also in one that comes when
// its script has long been there.
test('posts that come later are marked as the first', async () => {
  const { page, thirdParty, leave } = await refused('/later', post);
  await page.getByRole('button', { name: always('X (Twitter)') }).click();
  await until('X is loaded', () => thirdParty.some(({ url }) => url.includes('widgets.js')));
  await page.evaluate((html) => document.body.insertAdjacentHTML('beforeend', html), post);
  await until('both are marked', async () => (await page.locator('.twitter-tweet[data-dnt="true"]').count()) === 2);
  await leave();
});

// Protects: a page that watches attributes, and changes itself for them, does
// not run in circles with us.
test('what is marked already is left alone', async () => {
  const { page, leave } = await refused('/watched', `${post}<script>
    let seen = 0;
    new MutationObserver(() => { if (++seen < 500) document.body.append(document.createElement('i')); window.seen = seen; }).observe(document, { attributes: true, subtree: true });
    document.body.append(document.createElement('i'));</script>`);
  await page.locator('.twitter-tweet[data-dnt="true"]').waitFor();
  await page.evaluate(() => document.body.append(document.createElement('i')));
  assert.ok((await page.evaluate(() => (window as any).seen)) < 100);
  await leave();
});

// Protects: what can have the focus by itself, such as the button of a form,
// stays among the stops of the Tab key when a service fills it.
test('a button that a service fills can still be reached', async () => {
  const { page, leave } = await refused('/button', '<button class="twitter-tweet">Verstuur</button>');
  await page.getByRole('button', { name: always('X (Twitter)') }).press('Enter');
  await until('the button has the focus', () => page.evaluate(() => document.activeElement?.className === 'twitter-tweet'));
  assert.equal(await page.locator('.twitter-tweet').getAttribute('tabindex'), null);
  await leave();
});

// Protects: one act is one record, however often an impatient visitor presses
// while the film is on its way.
test('always allowed, pressed twice on a slow film', async () => {
  const { page, leave } = await refused('/twice', video);
  let go!: () => void;
  const slow = new Promise<void>((resolve) => (go = resolve));
  await page.route(/youtube-nocookie/, async (route) => { await slow; await route.fulfill({ contentType: 'text/html', body: 'film' }); });
  const before = (await sluis.read('site', '/records?action=embed')).items.length;
  await page.frameLocator('iframe').getByRole('button', { name: always('YouTube') }).dblclick();
  go();
  await page.frameLocator('iframe').getByText('film').waitFor();
  await page.reload();
  await until('it is recorded', async () => (await sluis.read('site', '/records?action=embed')).items.length > before);
  assert.equal((await sluis.read('site', '/records?action=embed')).items.length, before + 1);
  await leave();
});
