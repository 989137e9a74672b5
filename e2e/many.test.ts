import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { allows, banner, choiceCookie } from './harness/banner.ts';
import { startBrowser } from './harness/browser.ts';
import { startSluis, type Sluis } from './harness/sluis.ts';
import { open } from './harness/trial.ts';
import { siteFile, startWebsite, type Website } from './harness/website.ts';

/** As many services as a site may have, each with an id as long as it may be. */
const ids = Array.from({ length: 64 }, (_, i) => `our-own-service-with-a-rather-long-name-${i + 10}`.slice(-40));
const service = (i: number): object => ({ define: {
  name: `Service ${i}`, category: 'functional', provider: 'Service B.V.', purpose: { nl: 'Beantwoordt vragen op de pagina.', en: 'Answers questions on the page.' }, recipients: ['Service B.V.'],
  privacy: 'https://service.example/privacy', retention: 'P1Y', transfer: null, hosts: [{ type: 'script', host: `${i}.service.example` }], cookies: [], reload: true, load: { script: `https://${i}.service.example/a.js` },
} });

let sluis: Sluis, browser: Browser, website: Website;
before(async () => {
  website = await startWebsite();
  [sluis, browser] = await Promise.all([startSluis({ site: siteFile(website.url, { services: ids.map((id, i) => `${id}: ${JSON.stringify(service(i))}`).join('\n  ') }) }), startBrowser()]);
});
after(async () => { await browser?.close(); await sluis?.stop(); await website?.close(); });

// Protects: a choice that singles out every service of the largest site is kept, in the
// browser and in the log: a grant that nobody could prove would hold otherwise.
test('every service of many decided by itself', async () => {
  const visitor = await open(browser, website, `${sluis.url}/site.js`, '/page', {});
  const { page } = visitor;
  const ui = banner(page);
  await ui.choose.click();
  await ui.category('functional').check({ force: true });
  await ui.preferences.evaluate((dialog) => {
    for (const control of dialog.querySelectorAll<HTMLElement>('details [role=switch]:not(:disabled)')) control.click();
  });
  await ui.category('analytics').check({ force: true });
  const [answer] = await Promise.all([page.waitForResponse(/\/records$/), ui.save.click()]);
  assert.equal(answer.status(), 201);
  const singled = Object.fromEntries(ids.map((id) => [id, 'denied']));
  assert.deepEqual((await sluis.read('site', '/records')).items[0].facts.services, singled);
  assert.equal((await choiceCookie(page))!.match(/!/g)!.length, 64);
  await page.reload();
  assert.deepEqual(await allows(page, 'functional', 'analytics', `service:${ids[0]}`), [true, true, false]);
  assert.deepEqual(visitor.thirdParty.filter(({ host }) => /service/.test(host)), []);
  assert.deepEqual(visitor.errors, []);
  await visitor.leave();
});
