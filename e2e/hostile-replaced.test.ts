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

// A frame, for a script that came as text never runs, in any page.
const open = () => openPage(browser, website, `${sluis.url}/site.js`, '/page', { body: '<iframe data-consent="analytics" data-src="https://held.example/frame"></iframe>' });

/** What applications, and libraries when they recover, do to a page that already stands. */
const replacements: Record<string, () => void> = {
  'another body': () => { const body = document.createElement('body'); body.innerHTML = document.body.innerHTML; document.documentElement.replaceChild(body, document.body); },
  'another content of the body': () => { document.body.innerHTML = '<main>other</main>' + document.body.innerHTML; },
  'another content of the root': () => { document.documentElement.innerHTML = `<head></head><body>${document.body.innerHTML}</body>`; },
  'another root': () => { const root = document.createElement('html'); root.innerHTML = `<head></head><body>${document.body.innerHTML}</body>`; document.documentElement.replaceWith(root); },
  'written anew': () => { const body = document.body.innerHTML; document.open(); document.write(`<!doctype html><html><head></head><body>${body}</body></html>`); document.close(); },
};

for (const [name, replace] of Object.entries(replacements)) {
  // Protects: the question survives, or comes back, and still counts.
  test(`replaced while it asks: ${name}`, async () => {
    const visitor = await open();
    await asks(visitor);
    await visitor.page.evaluate(replace);
    await asks(visitor);
    await banner(visitor.page).choose.click();
    await banner(visitor.page).preferences.getByRole('button', { name: 'Sluiten' }).click();
    await accepts(visitor);
    await visitor.leave();
  });
  // Writing takes every listener of the document away, ours and the page's own:
  // the control comes back with the next page.
  if (name == 'written anew') continue;
  // Protects: changing one's mind stays possible, whether the banner is there or
  // not yet, and what comes in is held or let go as chosen.
  test(`replaced after the choice: ${name}`, async () => {
    const visitor = await open();
    const { page, thirdParty } = visitor;
    const ui = banner(page);
    await asks(visitor);
    await page.evaluate(() => { (window as any).ready = 0; document.addEventListener('sluis:ready', () => (window as any).ready++); });
    await accepts(visitor);
    for (const when of ['on the page of the choice', 'on the next']) {
      thirdParty.length = 0;
      await page.evaluate(replace);
      await page.evaluate(() => { document.body.insertAdjacentHTML('beforeend', '<iframe data-consent="analytics" data-src="https://held.example/later"></iframe>'); });
      await until('what is allowed loads', () => released(visitor));
      await until(`there is one control ${when}`, async () => (await ui.reopen.count()) === 1);
      if (when === 'on the page of the choice') assert.equal(await page.evaluate(() => (window as any).ready), 1, 'ready is said once');
      await ui.reopen.click();
      await ui.preferences.waitFor();
      assert.equal(await ui.region.isVisible(), false);
      await page.reload();
    }
    assert.deepEqual(visitor.errors, []);
    await visitor.leave();
  });
}

// Protects: a page, or an extension in it, that takes the banner away again and
// again has it its way: it neither hangs nor fails, and nothing is released.
test('a page that keeps removing us', async () => {
  const visitor = await open();
  const { page, thirdParty } = visitor;
  await asks(visitor);
  await page.evaluate(() => {
    (window as any).removals = 0;
    new MutationObserver(() => {
      for (const child of [...document.documentElement.children]) if (!/^(head|body)$/.test(child.localName)) { child.remove(); (window as any).removals++; }
    }).observe(document.documentElement, { childList: true });
    document.documentElement.append(document.createElement('i'));
  });
  await page.waitForLoadState('networkidle');
  const removals: number = await page.evaluate(() => (window as any).removals);
  assert.ok(removals < 20, `${removals} removals`);
  await page.evaluate(() => { document.body.append('more'); });
  assert.deepEqual(thirdParty, []);
  assert.deepEqual(visitor.errors, []);
  await visitor.leave();
});

// Protects: what listens for the page's own dialogs follows the question to where it went.
test('a modal dialog, after another root', async () => {
  const visitor = await open();
  const { page } = visitor;
  await asks(visitor);
  await page.evaluate(replacements['another root']!);
  await asks(visitor);
  await page.evaluate(() => { document.body.insertAdjacentHTML('beforeend', '<dialog id="news">news</dialog>'); document.querySelector('dialog')!.showModal(); });
  await page.evaluate(() => new Promise<void>((closed) => { const news = document.querySelector('dialog')!; news.onclose = () => closed(); news.close(); }));
  await asks(visitor);
  await accepts(visitor);
  await visitor.leave();
});

// Protects: a choice can be changed wherever an application has led to, were its root a new one each time.
test('a dozen other roots', async () => {
  const visitor = await open();
  const { page } = visitor;
  const ui = banner(page);
  await asks(visitor);
  await ui.refuse.click();
  await ui.reopen.waitFor();
  for (let route = 0; route < 12; route++) {
    await page.evaluate(replacements['another root']!);
    await ui.reopen.click();
    await ui.preferences.waitFor();
    await page.keyboard.press('Escape');
    await ui.preferences.waitFor({ state: 'hidden' });
  }
  assert.deepEqual(visitor.errors, []);
  await visitor.leave();
});
