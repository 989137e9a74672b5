import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { accept, leave, openAsking, settled } from './harness/asking.ts';
import { startBrowser } from './harness/browser.ts';
import { until } from './harness/ports.ts';
import { startSluis, type Sluis } from './harness/sluis.ts';
import { page as html, siteFile, startWebsite, type Website } from './harness/website.ts';

const services = `youtube: {}
  vimeo: {}
  facebook-plugins: {}
  instagram: {}
  google-maps: {}
  hubspot: {portal_id: '123456'}
  matomo: {host: stats.shop.example, site_id: '1', retention: P6M}`;
let sluis: Sluis, browser: Browser, website: Website;
before(async () => {
  website = await startWebsite();
  [sluis, browser] = await Promise.all([startSluis({ site: siteFile(website.url, { services, more: 'advertising: true\n' }) }), startBrowser()]);
});
after(async () => { await browser?.close(); await sluis?.stop(); await website?.close(); });
const open = (path: string, body: string) => openAsking(browser, website, path, html(`${sluis.url}/site.js`, { body }));
const ran = (page: Page): Promise<string[]> => page.evaluate(() => (window as any).__ran ?? []);

// What jQuery 3 does to the scripts of all that it moves (wrapInner, append, after …).
const moves = `<script>function moveTo(to,what){var all=[].slice.call(what.querySelectorAll('script'));
all.forEach(function(e){e.type=(e.getAttribute('type')!==null)+'/'+e.type});to.appendChild(what);
all.forEach(function(e){if((e.type||'').slice(0,5)==='true/')e.type=e.type.slice(5);else e.removeAttribute('type')})}</script>`;
const moved = (more = ''): string =>
  `${moves}<div id="a"><script src="https://connect.facebook.net/nl_NL/sdk.js"></script></div><section id="b"></section><section id="c"></section>
<script>moveTo(document.getElementById('b'),document.getElementById('a'));${more}</script>`;

// Protects: a caught script that jQuery moves waits for consent, and runs after it.
test('a caught script that jQuery has moved runs after consent', async () => {
  const visitor = await open('/moved', moved());
  assert.deepEqual(await ran(visitor.page), []);
  await accept(visitor);
  await until('it runs', async () => (await ran(visitor.page)).includes('facebook'));
  await leave(visitor);
});
test('a caught script that jQuery has moved does not run before consent, also when the page moves it again', async () => {
  const visitor = await open('/moved-again', moved(`setTimeout(function(){document.getElementById('c').appendChild(document.getElementById('a'));window.again=1},50)`));
  await visitor.page.waitForFunction(() => (window as any).again);
  await settled(visitor);
  assert.deepEqual(await ran(visitor.page), []);
  await leave(visitor);
});

// Protects: the addresses under which the embed codes of providers come, beyond the usual ones.
test('the rarer addresses of listed services are held', async () => {
  const frames = ['https://www.youtube.com/embed?listType=playlist&list=PL1', 'https://vimeo.com/showcase/123/embed', 'https://vimeo.com/event/123/embed',
    'https://maps.google.com/?q=Groningen&output=embed', 'https://maps.google.nl/maps?q=Groningen&output=embed', 'https://www.instagram.com/tv/abc/embed/', 'https://meetings-eu1.hubspot.com/x?embed=true'];
  const scripts = ['https://stats.shop.example/js/container_abc.js', 'https://js-na2.hs-scripts.com/1.js', 'https://js-ap1.hsforms.net/forms/embed/v2.js',
    'https://static.hsappstatic.net/MeetingsEmbed/ex/MeetingsEmbedCode.js', 'https://js.hscta.net/cta/current.js'];
  const visitor = await open('/addresses', `<script>${JSON.stringify(frames)}.forEach(function(src){document.body.append(Object.assign(document.createElement('iframe'),{src:src}))});
${JSON.stringify(scripts)}.forEach(function(src){document.head.append(Object.assign(document.createElement('script'),{src:src}))})</script>`);
  await settled(visitor);
  assert.deepEqual(visitor.thirdParty, []);
  await leave(visitor);
});
