import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { startBrowser } from './harness/browser.ts';
import { startSluis, type Sluis } from './harness/sluis.ts';
import { asks, open as openPage, works } from './harness/trial.ts';
import { siteFile, startWebsite, type Website } from './harness/website.ts';

let sluis: Sluis, browser: Browser, website: Website;
before(async () => {
  website = await startWebsite();
  [sluis, browser] = await Promise.all([startSluis({ site: siteFile(website.url), off: siteFile(website.url, { more: 'caught: off\n' }) }), startBrowser()]);
});
after(async () => { await browser?.close(); await sluis?.stop(); await website?.close(); });

// Protects: what cleans the texts of visitors lets data attributes pass, so marks
// make no script of them: not of an address that is one, however it is spelt, nor
// of a document in an attribute. Addresses go on working.
const spelt = ['javascript:void(top.smuggled=1)', ' JavaScript:void(top.smuggled=1)', 'java\n\tscript:void(top.smuggled=1)', '\u0001javascript:void(top.smuggled=1)'];
const smuggled = [
  ...spelt.map((address) => `<a class="smuggled" data-consent="necessary" data-href="${address}">link</a><iframe data-consent="necessary" data-src="${address}"></iframe>`),
  '<iframe data-consent="necessary" data-srcdoc="<script>top.smuggled=1</script>"></iframe>',
  '<a id="own" data-consent="necessary" data-href="#own">own</a><iframe id="frame" data-consent="necessary" data-src="/j/frame?at=10:30"></iframe>',
].join('');
for (const site of ['site', 'off'])
  test(`marks in the text of a visitor, net of ${site}`, async () => {
    website.pages['/j/frame'] = '<p>own frame</p>';
    const visitor = await openPage(browser, website, `${sluis.url}/${site}.js`, `/${site}`, { body: smuggled });
    const { page } = visitor;
    await asks(visitor);
    await page.frameLocator('#frame').getByText('own frame').waitFor();
    await page.evaluate(() => { for (const link of document.querySelectorAll<HTMLElement>('.smuggled,#own')) link.click(); });
    await page.waitForURL('**#own');
    assert.equal(await page.evaluate(() => (window as any).smuggled), undefined);
    await works(visitor);
  });
