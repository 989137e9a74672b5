import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { banner } from './harness/banner.ts';
import { startBrowser } from './harness/browser.ts';
import { until } from './harness/ports.ts';
import { startSluis, type Sluis } from './harness/sluis.ts';
import { accepts, asks, open as openPage, released } from './harness/trial.ts';
import { siteFile, startWebsite, type Website } from './harness/website.ts';

let sluis: Sluis, browser: Browser, website: Website;
before(async () => {
  website = await startWebsite();
  [sluis, browser] = await Promise.all([startSluis({ site: siteFile(website.url) }), startBrowser()]);
});
after(async () => { await browser?.close(); await sluis?.stop(); await website?.close(); });

const day = 86_400_000;

// Protects: promise 2. A refusal rests for six months, is not prolonged by
// visits, and is then asked about again; so is a grant, and what it allowed
// stops by itself. The page's clock is moved, the cookie is the visitor's own.
for (const act of ['refuse', 'accept'] as const)
  test(`${act}, come back every month, and after six`, async () => {
    const visitor = await openPage(browser, website, `${sluis.url}/site.js`, '/page', {});
    const { page, thirdParty } = visitor;
    const ui = banner(page);
    const now = Date.now();
    await page.clock.install({ time: now });
    await page.reload();
    await asks(visitor);
    if (act === 'accept') await accepts(visitor);
    else await ui.refuse.click();
    for (const days of [1, 93, 179, 182]) {
      await page.clock.setSystemTime(now + days * day);
      thirdParty.length = 0;
      await page.reload();
      await ui.reopen.waitFor();
      if (act === 'accept') await until('what is allowed loads', () => released(visitor));
      else assert.deepEqual(thirdParty, [], `day ${days}`);
      assert.equal(await ui.region.isVisible(), false, `day ${days}`);
    }
    await page.clock.setSystemTime(now + 185 * day);
    thirdParty.length = 0;
    await page.reload();
    await asks(visitor);
    assert.deepEqual(visitor.errors, []);
    await visitor.leave();
  });

// Protects: what the preferences say of the day of a choice is the day that its cookie
// has, and not the evening before, wherever the visitor is.
for (const timezoneId of ['America/Anchorage', 'America/Curacao', 'Pacific/Auckland'])
  test(`the day of a choice, ${timezoneId}`, async () => {
    const visitor = await openPage(browser, website, `${sluis.url}/site.js`, '/page', { options: { timezoneId } });
    const ui = banner(visitor.page);
    await ui.refuse.click();
    await ui.reopen.click();
    const chosen = +(await visitor.page.evaluate(() => window.Sluis!.choice))!.split('.')[3]!;
    const date = new Date(chosen * day).toLocaleDateString('nl', { dateStyle: 'long', timeZone: 'UTC' });
    await ui.preferences.getByText(date, { exact: true }).waitFor();
    await visitor.leave();
  });
