import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { banner } from './harness/banner.ts';
import { startBrowser, visit } from './harness/browser.ts';
import { nl } from './harness/labels.ts';
import { until } from './harness/ports.ts';
import { startSluis, type Sluis } from './harness/sluis.ts';
import { page as html, siteFile, startWebsite, type Website } from './harness/website.ts';

let sluis: Sluis, browser: Browser, website: Website;
before(async () => {
  website = await startWebsite();
  const services = 'matomo-cloud: {account: shop, site_id: "1"}\n  youtube: {}\n  vimeo: {}';
  [sluis, browser] = await Promise.all([startSluis({
    site: siteFile(website.url, { services }), off: siteFile(website.url, { services, more: 'caught: off\n' }),
  }), startBrowser()]);
});
after(async () => { await browser?.close(); await sluis?.stop(); await website?.close(); });

const open = async (path: string, site: string, content: Parameters<typeof html>[1]) => {
  website.pages[path] = html(`${sluis.url}/${site}.js`, content);
  const visitor = await visit(browser);
  await visitor.page.goto(website.url + path);
  await banner(visitor.page).region.waitFor();
  return visitor;
};
const ran = (page: Page): Promise<string[]> => page.evaluate(() => (window as any).order ?? []);

// Promise: a service's name alone holds an element and lets it go, by that
// service's own switch; one that the site does not list is never let go.
for (const site of ['site', 'off'])
  test(`data-service without data-consent, ${site === 'off' ? 'without' : 'with'} the net`, async () => {
    const script = (service: string, text: string) => `<script type="text/plain" data-service="${service}"${text.startsWith('/') ? ` src="${text}">` : `>order.push('${text}')`}</script>`;
    website.pages['/matomo.js'] = (_, response) => void response.writeHead(200, { 'content-type': 'text/javascript' }).end("order.push('external')");
    const visitor = await open(`/service-${site}`, site, {
      head: '<script>order=[]</script>',
      body: `${script('matomo-cloud', '/matomo.js')}${script('matomo-cloud', 'inline')}${script('hotjar', 'unlisted')}
<iframe data-service="youtube" data-src="https://www.youtube.com/embed/abc" title="Film"></iframe><iframe data-service="vimeo" data-src="https://player.vimeo.com/video/1" title="Andere"></iframe>`,
    });
    const { page, thirdParty } = visitor;
    const ui = banner(page);
    const asked = (host: string) => thirdParty.filter((request) => request.host === host).length;
    await page.frameLocator('[title=Film]').getByRole('button', { name: nl['embed.once']! }).waitFor();
    assert.deepEqual([await ran(page), thirdParty], [[], []]);
    await ui.choose.click();
    await ui.preferences.evaluate((dialog) => dialog.querySelectorAll('details').forEach((details) => (details.open = true)));
    await ui.preferences.getByRole('switch', { name: 'YouTube', exact: true }).check({ force: true });
    await ui.save.click();
    await until('the film is let go', () => asked('www.youtube-nocookie.com'));
    assert.deepEqual([await ran(page), thirdParty.length], [[], 1], 'and nothing else');
    await ui.reopen.click();
    await ui.preferences.getByRole('button', { name: nl['accept']! }).click();
    await until('the others are let go', async () => (await ran(page)).length === 2 && asked('player.vimeo.com'));
    assert.deepEqual(await ran(page), ['external', 'inline'], 'in order, and what nobody was asked about stays');
    assert.equal(asked('www.youtube-nocookie.com'), 1, 'once');
    assert.deepEqual(visitor.errors, []);
    await visitor.leave();
  });

// Promise: what has an order keeps it, after the choice and on a return; what says
// `async` or is a module runs once, whenever it is there.
test('defer, async and modules among the others', async () => {
  for (const name of ['slow', 'defer', 'async', 'module'])
    website.pages[`/${name}.js`] = (_, response) => void setTimeout(() => response.writeHead(200, { 'content-type': 'text/javascript' }).end(`order.push('${name}')`), name === 'slow' ? 300 : 0);
  const held = (attributes: string, text = '') => `<script type="text/plain" data-consent="analytics" ${attributes}>${text && `order.push('${text}')`}</script>\n`;
  const visitor = await open('/kinds', 'off', {
    head: '<script>order=[]</script>',
    body: held('src="/slow.js"') + held('', 'inline 1') + held('src="/defer.js" defer') + held('', 'inline 2') + held('src="/async.js" async')
      + held('data-type="module"', 'inline module') + held('data-type="module" src="/module.js"') + held('', 'inline 3'),
  });
  const { page } = visitor;
  const free = ['async', 'inline module', 'module'];
  const all = async () => {
    await until('all have run', async () => (await ran(page)).length === 8);
    const order = await ran(page);
    assert.deepEqual(order.filter((name) => free.includes(name)).sort(), free);
    return order.filter((name) => !free.includes(name));
  };
  assert.deepEqual(await ran(page), []);
  await banner(page).accept.click();
  assert.deepEqual(await all(), ['slow', 'inline 1', 'defer', 'inline 2', 'inline 3']);
  await page.reload();
  const order = await all();
  assert.deepEqual(order.filter((name) => name !== 'defer'), ['slow', 'inline 1', 'inline 2', 'inline 3']);
  // `defer` may wait while a page is being read; what stands before it has run.
  assert.ok(order.indexOf('defer') > order.indexOf('inline 1'), `${order}`);
  assert.deepEqual(visitor.errors, []);
  await visitor.leave();
});

/** Ten minutes of silence. */
const silence = (): Buffer => {
  const sound = Buffer.alloc(44 + 8000 * 600, 128);
  sound.write('RIFF');
  sound.writeUInt32LE(sound.length - 8, 4);
  sound.write('WAVEfmt ', 8);
  [16, 0x10001, 8000, 8000, 0x80001].forEach((value, i) => sound.writeUInt32LE(value, 16 + i * 4));
  sound.write('data', 36);
  sound.writeUInt32LE(sound.length - 44, 40);
  return sound;
};

// Promise: a withdrawal ends what a marked player was given, at once: nothing more of it
// is fetched, or played.
for (const site of ['site', 'off'])
  test(`a player is taken back, ${site === 'off' ? 'without' : 'with'} the net`, async () => {
    const sound = silence();
    const fetching = new Set<string>();
    for (const path of ['/own.wav', '/source.wav'])
      website.pages[path] = (_, response) => {
        fetching.add(path);
        response.on('close', () => fetching.delete(path));
        // It never ends by itself.
        response.writeHead(200, { 'content-type': 'audio/wav', 'content-length': sound.length }).write(sound.subarray(0, 99_999));
      };
    const visitor = await open(`/player-${site}`, site, {
      body: '<audio data-consent="analytics" data-src="/own.wav" autoplay></audio><audio autoplay><source data-consent="analytics" data-src="/source.wav"></audio>',
    });
    const { page } = visitor;
    await banner(page).accept.click();
    await until('both are fetched', () => fetching.size === 2);
    await page.evaluate(() => window.Sluis!.withdraw());
    await until('neither is any more', () => !fetching.size);
    assert.deepEqual(await page.evaluate(() => [...document.querySelectorAll('audio')].map(({ networkState, NETWORK_EMPTY, NETWORK_NO_SOURCE }) => networkState === NETWORK_EMPTY || networkState === NETWORK_NO_SOURCE)), [true, true]);
    assert.deepEqual(visitor.errors, []);
    await visitor.leave();
  });
