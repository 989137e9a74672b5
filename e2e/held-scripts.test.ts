import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { asked, leave, openAsking } from './harness/asking.ts';
import { banner } from './harness/banner.ts';
import { startBrowser, type Visitor } from './harness/browser.ts';
import { until } from './harness/ports.ts';
import { startSluis, type Sluis } from './harness/sluis.ts';
import { page as html, siteFile, startWebsite, type Website } from './harness/website.ts';

// Scripts that are held and let go: made by scripts, with a text beside their address,
// looked after by a page framework.
let sluis: Sluis, browser: Browser, website: Website;
before(async () => {
  website = await startWebsite();
  const services = 'google-analytics-4: {measurement_id: G-TEST12345}\n  facebook-plugins: {}\n  linkedin-plugins: {}';
  [sluis, browser] = await Promise.all([startSluis({ site: siteFile(website.url, { services }) }), startBrowser()]);
});
after(async () => { await browser?.close(); await sluis?.stop(); await website?.close(); });

const open = (path: string, parts: Parameters<typeof html>[1]): Promise<Visitor> => openAsking(browser, website, path, html(`${sluis.url}/site.js`, parts));
const ran = (page: Page, part: string): Promise<number> => page.evaluate((part) => ((window as any).__ran ?? []).filter((one: string) => one.includes(part)).length, part);

// Protects: an address is held however the attribute is written.
test('setAttribute in capitals is held as well', async () => {
  const visitor = await open('/capitals', { body: `<script>var s=document.createElement('script');s.setAttribute('SRC','https://connect.facebook.net/a.js');document.body.append(s)</script>` });
  assert.equal(asked(visitor, 'facebook'), 0);
  await banner(visitor.page).accept.click();
  await until('it runs', () => ran(visitor.page, 'facebook'));
  await leave(visitor);
});

// Protects: the text of a script that has an address, which no browser runs, is
// not run while the address is kept from it; the script runs after a grant, as
// what the page said that it is.
for (const [name, made] of Object.entries({
  'before it is inserted': `s.async=true;s.innerHTML='lang: nl_NL';document.body.append(s)`,
  'as JSON, behind its type': `s.type='text/javascript';s.innerHTML='{"width":300}{';document.body.append(s)`,
  'and is a module': `s.setAttribute('type','module');s.text='import "nowhere"';document.body.append(s)`,
  'when it stands in the page': `document.body.append(s);s.type='text/javascript';s.append('{"width":300}{')`,
}))
  test(`a script that is given its text ${name}`, async () => {
    const visitor = await open('/text', { body: `<script>var s=document.createElement('script');s.src='https://platform.linkedin.com/in.js';${made}</script>` });
    const { page } = visitor;
    assert.deepEqual([asked(visitor, 'linkedin'), visitor.errors], [0, []]);
    await banner(page).accept.click();
    await until('it runs', () => ran(page, name.includes('module') ? 'module' : 'linkedin'));
    assert.equal(asked(visitor, 'in.js'), 1);
    await leave(visitor);
  });

// Protects: a mark whose type was forgotten holds as well, and lets go.
test('a script that is marked but live is held, and runs after consent', async () => {
  const visitor = await open('/live', { body: '<script data-consent="analytics" src="https://stats.example/a.js"></script>' });
  const { page } = visitor;
  assert.equal(await ran(page, 'stats.example'), 0);
  await banner(page).accept.click();
  await until('it runs', () => ran(page, 'stats.example'));
  await leave(visitor);
});

// Protects: a script that the page puts to another use is that other script.
test('a held script that is given an address of the website’s own runs as what it was', async () => {
  website.pages['/own.js'] = (_, response) => void response.writeHead(200, { 'content-type': 'text/javascript' }).end('self.own=import.meta.url');
  const visitor = await open('/other', { body: `<script>var s=document.createElement('script');s.type='module';s.src='https://connect.facebook.net/a.js';s.src='/own.js';document.body.append(s)</script>` });
  await visitor.page.waitForFunction('window.own');
  assert.equal(await visitor.page.evaluate('s.outerHTML'), '<script type="module" src="/own.js"></script>');
  await leave(visitor);
});

// Protects: what the page asks for side by side does not wait for one of them.
test('a script whose host never answers holds up no other', async () => {
  const visitor = await open('/side', { body: `<script>for(const src of ['https://connect.facebook.net/hang.js','https://www.google-analytics.com/b.js']){const s=document.createElement('script');s.src=src;document.body.append(s)}</script>` });
  await visitor.context.route('**/hang.js', () => {});
  await banner(visitor.page).accept.click();
  await until('the other runs', () => ran(visitor.page, 'b.js'), 8_000);
  await leave(visitor);
});

// Protects: page frameworks compare tags with what they would write, as react-helmet
// does here (updateTags), and run again what they do not find: a tag that was held is
// then just as the page made it.
test('a tag that was held is the same tag afterwards', async () => {
  const visitor = await open('/helmet', { head: '<script async="" src="https://connect.facebook.net/parsed.js"></script>', body: `<script>function update(){const s=document.createElement('script');s.setAttribute('async','true');s.setAttribute('src','https://connect.facebook.net/a.js');s.setAttribute('data-react-helmet','true');
const old=[...document.head.querySelectorAll('script[data-react-helmet]')];if(old.some(o=>o.isEqualNode(s)))return;old.forEach(o=>o.remove());document.head.append(s)}update();update()</script>` });
  const { page } = visitor;
  await banner(page).accept.click();
  await until('both run', async () => (await ran(page, 'facebook')) === 2);
  await page.evaluate('update()');
  assert.deepEqual(await page.evaluate(() => [...document.head.querySelectorAll('script[src*=facebook]')].map((one) => one.outerHTML)), [
    '<script async="" src="https://connect.facebook.net/parsed.js"></script>', '<script async="true" data-react-helmet="true" src="https://connect.facebook.net/a.js"></script>',
  ]);
  await leave(visitor);
});
