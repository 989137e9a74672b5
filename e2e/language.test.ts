import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { banner } from './harness/banner.ts';
import { startBrowser, visit } from './harness/browser.ts';
import { labels } from './harness/labels.ts';
import { until } from './harness/ports.ts';
import { startSluis, type Sluis } from './harness/sluis.ts';
import { page as html, siteFile, startWebsite, type Website } from './harness/website.ts';

let sluis: Sluis, browser: Browser, website: Website;
before(async () => {
  website = await startWebsite();
  // English first, so that the site's first language is none that the cases below find by another way.
  const sites = { site: siteFile(website.url).replace('[nl, en]', '[en, nl, fr]'), french: siteFile(website.url).replace('[nl, en]', '[fr]') };
  [sluis, browser] = await Promise.all([startSluis(sites), startBrowser()]);
});
after(async () => { await browser?.close(); await sluis?.stop(); await website?.close(); });

// Promise: the banner speaks the page's language, since that is what the visitor
// reads there; where the page does not say or the site lacks it, the first of the
// browser's languages that the site has; else the site's first. The record and its
// notice are of that language.
for (const [name, { site = 'site', lang, browsers, speaks }] of Object.entries<{ site?: string; lang: string; browsers: string[]; speaks: string }>({
  'the page says Dutch, the browser English': { lang: ' lang="nl"', browsers: ['en-GB', 'en'], speaks: 'nl' },
  'the page says Flemish': { lang: ' lang="nl-BE"', browsers: ['fr-BE', 'fr'], speaks: 'nl' },
  'the page says Dutch in capitals': { lang: ' lang="NL"', browsers: ['fr'], speaks: 'nl' },
  'the page does not say, the browser does': { lang: '', browsers: ['nl-NL'], speaks: 'nl' },
  'the page says nothing in its attribute': { lang: ' lang=""', browsers: ['fr-FR'], speaks: 'fr' },
  'the page does not say, the browser’s second is there': { lang: '', browsers: ['de-DE', 'de', 'fr-CH', 'nl'], speaks: 'fr' },
  'the page is in a language that the site lacks': { lang: ' lang="de"', browsers: ['nl'], speaks: 'nl' },
  'a language whose name begins like another’s': { lang: ' lang="frr"', browsers: ['enm', 'nl'], speaks: 'nl' },
  'neither is there': { lang: '', browsers: ['de-DE', 'de'], speaks: 'en' },
  'the page and the browser are of languages that the site lacks': { lang: ' lang="da"', browsers: ['sv-SE'], speaks: 'en' },
  'a site of one language': { site: 'french', lang: ' lang="nl"', browsers: ['en'], speaks: 'fr' },
}))
  test(`${name}: ${speaks}`, async () => {
    website.pages['/page'] = html(`${sluis.url}/${site}.js`).replace(' lang="nl"', lang);
    const visitor = await visit(browser, { locale: browsers[0]! });
    const { page } = visitor;
    await page.addInitScript(`Object.defineProperty(Navigator.prototype, 'languages', { get: () => ${JSON.stringify(browsers)} })`);
    await page.goto(`${website.url}/page`);
    const ui = banner(page, labels(speaks));
    await ui.region.waitFor();
    assert.equal(await ui.region.evaluate((layer) => (layer.getRootNode() as ShadowRoot).host.getAttribute('lang')), speaks, 'and says so to screen readers');
    await ui.refuse.click();
    await ui.reopen.waitFor();
    const { facts } = (await until('it is recorded', () => page.evaluate(() => window.Sluis!.receipt())))!;
    assert.equal(facts['language'], speaks);
    const notice = (await sluis.read(site, '/notices')).items.find(({ hash, id }: any) => [hash, id].includes(facts['notice']));
    assert.equal(notice.language, speaks);
    assert.deepEqual(visitor.errors, []);
    await visitor.leave();
  });
