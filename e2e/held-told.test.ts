import { after, before, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { banner } from './harness/banner.ts';
import { startBrowser, visit } from './harness/browser.ts';
import { startSluis, type Sluis } from './harness/sluis.ts';
import { page as html, siteFile, startWebsite, type Website } from './harness/website.ts';

const services = `youtube: {}
  sender:
    define:
      name: Sender
      category: analytics
      provider: Sender B.V.
      purpose: {nl: Telt hoeveel mensen de website bezoeken., en: Counts how many people visit the website.}
      recipients: [Sender B.V.]
      privacy: https://sender.example/privacy
      retention: P30D
      transfer: null
      hosts: [{type: script, host: cdn.sender.example}]
      cookies: []
      signals: {deny: [{do: call, name: sender.stop}]}`;
let sluis: Sluis, browser: Browser, website: Website;
before(async () => {
  website = await startWebsite();
  [sluis, browser] = await Promise.all([startSluis({ site: siteFile(website.url, { services }) }), startBrowser()]);
});
after(async () => { await browser?.close(); await sluis?.stop(); await website?.close(); });

// Protects: nothing runs on: whom the gate did not load, it cannot tell to stop.
test('a marked script of a service that could be told, but was not loaded by us, ends with the page', async () => {
  website.pages['/signals'] = html(`${sluis.url}/site.js`, { body: `<script type="text/plain" data-service="sender">sender={stop(){}};ran=1</script>` });
  const visitor = await visit(browser);
  const { page } = visitor;
  await page.goto(website.url + '/signals');
  await banner(page).accept.click();
  await page.waitForFunction('window.ran');
  await page.evaluate(() => void window.Sluis!.withdraw());
  await page.waitForFunction('!window.ran');
  await visitor.leave();
});
