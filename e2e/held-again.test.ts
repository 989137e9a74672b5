import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { leave } from './harness/asking.ts';
import { banner } from './harness/banner.ts';
import { startBrowser, visit, type Visitor } from './harness/browser.ts';
import { until } from './harness/ports.ts';
import { startSluis, type Sluis } from './harness/sluis.ts';
import { page as html, siteFile, startWebsite, type Website } from './harness/website.ts';

// Withdrawals on a page that goes on: what was let go is taken back, and nothing else.
let sluis: Sluis, browser: Browser, website: Website;
before(async () => {
  website = await startWebsite({ '/own': '<p>own</p>' });
  const services = 'youtube: {}\n  vimeo: {}';
  [sluis, browser] = await Promise.all([startSluis({
    site: siteFile(website.url, { services }), off: siteFile(website.url, { services, more: 'caught: off\n' }),
  }), startBrowser()]);
});
after(async () => { await browser?.close(); await sluis?.stop(); await website?.close(); });

/** Opens a page and grants everything. */
const granted = async (path: string, body: string, site = 'site'): Promise<Visitor> => {
  website.pages[path] = html(`${sluis.url}/${site}.js`, { body });
  const visitor = await visit(browser);
  await visitor.page.goto(website.url + path);
  await banner(visitor.page).accept.click();
  await banner(visitor.page).reopen.waitFor();
  return visitor;
};
const give = (page: Page, address: string): Promise<void> => page.evaluate((address) => { (document.getElementById('box') as HTMLIFrameElement).src = address; }, address);
const plays = (page: Page): Promise<void> => page.frameLocator('#box').getByRole('button', { name: 'play' }).waitFor();
const own = (page: Page): Promise<void> => page.frameLocator('#box').getByText('own').waitFor();
const addresses = (page: Page): Promise<(string | null)[]> => page.locator('iframe').evaluateAll((all) => all.map((one) => one.getAttribute('src')));
const film = 'https://www.youtube.com/embed/abc';

// Protects: a slider's copies end with what they were copied from, also of a host that nobody knows.
for (const site of ['site', 'off'])
  test(`a copy of a frame that is marked by its category alone is taken back: ${site}`, async () => {
    const visitor = await granted(`/copy-${site}`, '<div id="slider"><iframe data-consent="social-media" data-src="https://films.example/embed/%22abc%22?a=\'" title="Film"></iframe></div>', site);
    const { page } = visitor;
    await until('it loads', async () => (await addresses(page))[0]);
    await page.evaluate(() => { const slider = document.getElementById('slider')!; slider.append(slider.firstElementChild!.cloneNode(true)); (window as any).same = true; });
    await page.evaluate(() => window.Sluis!.withdraw());
    assert.deepEqual([await page.evaluate(() => (window as any).same), await addresses(page)], [true, [null, null]]);
    await page.evaluate(() => window.Sluis!.open());
    await banner(page).preferences.getByRole('button', { name: 'Alles accepteren' }).click();
    await until('both load', async () => (await addresses(page)).every(Boolean));
    await leave(visitor);
  });

// Protects: a withdrawal ends what was let go, not what the page shows there by now.
test('a frame that shows a page of the website’s own by now is left alone', async () => {
  const visitor = await granted('/mine', '<iframe id="box" title="Film"></iframe>');
  const { page } = visitor;
  await give(page, film);
  await plays(page);
  await give(page, '/own');
  await own(page);
  await page.evaluate(() => window.Sluis!.withdraw());
  assert.match(await page.evaluate(() => document.getElementById('box')!.outerHTML), /^<iframe id="box" title="Film" src="\/own"><\/iframe>$/);
  await leave(visitor);
});
test('the same, where the film had been held before it was granted', async () => {
  const visitor = await granted('/held', `<iframe id="box" title="Film"></iframe><script>box.src='${film}'</script>`);
  const { page } = visitor;
  await plays(page);
  await give(page, '/own');
  await own(page);
  await page.evaluate(() => window.Sluis!.withdraw());
  assert.deepEqual(await addresses(page), ['/own']);
  await leave(visitor);
});
test('one frame for two films, of which only the first one’s service is withdrawn: the second plays on', async () => {
  const visitor = await granted('/two', '<iframe id="box" title="Film"></iframe>');
  const { page } = visitor;
  await give(page, film);
  await plays(page);
  await give(page, 'https://player.vimeo.com/video/1');
  await until('the second one is asked for', () => visitor.thirdParty.some(({ url }) => url.includes('vimeo')));
  await banner(page).reopen.click();
  await banner(page).preferences.locator('summary').evaluateAll((all) => all.forEach((one) => (one as HTMLElement).click()));
  await page.getByRole('switch', { name: 'YouTube' }).uncheck({ force: true });
  await banner(page).save.click();
  assert.deepEqual(await page.evaluate(() => [window.Sluis!.allows('service:youtube'), window.Sluis!.allows('service:vimeo')]), [false, true]);
  assert.deepEqual(await addresses(page), ['https://player.vimeo.com/video/1']);
  await leave(visitor);
});
test('what the page puts in the place of a film that was taken back stays after a later grant', async () => {
  const visitor = await granted('/back', '<iframe id="box" title="Film"></iframe>');
  const { page } = visitor;
  await give(page, film);
  await plays(page);
  await page.evaluate(() => window.Sluis!.withdraw());
  await page.frameLocator('#box').getByText('Inhoud van YouTube').waitFor();
  await give(page, '/own');
  await own(page);
  await page.evaluate(() => window.Sluis!.open());
  await banner(page).preferences.getByRole('button', { name: 'Alles accepteren' }).click();
  await until('it is granted', () => page.evaluate(() => window.Sluis!.allows('service:youtube')));
  assert.deepEqual(await addresses(page), ['/own']);
  await leave(visitor);
});
// Protects: what a page keeps in its data is as the page left it.
test('a withdrawal does not put back what the page has changed in a frame’s data', async () => {
  const visitor = await granted('/data', `<iframe id="box" data-state="waiting" src="${film}" title="Film"></iframe>`);
  const { page } = visitor;
  await plays(page);
  await page.evaluate(() => { document.getElementById('box')!.dataset.state = 'played'; });
  await page.evaluate(() => window.Sluis!.withdraw());
  assert.deepEqual(await page.evaluate(() => [document.getElementById('box')!.dataset.state, document.getElementById('box')!.getAttribute('src')]), ['played', null]);
  await leave(visitor);
});
