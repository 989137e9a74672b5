import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { after, before, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { allows, banner, choiceCookie } from './harness/banner.ts';
import { startBrowser, visit } from './harness/browser.ts';
import { labels } from './harness/labels.ts';
import { until } from './harness/ports.ts';
import { startSluis, type Sluis } from './harness/sluis.ts';
import { page as html, siteFile, startWebsite, type Website } from './harness/website.ts';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const sizes = { phone: { width: 390, height: 844 }, desktop: { width: 1440, height: 900 } };
const theme = `<style>body{font-family:Georgia,serif;color:#3b2a1a;background:#fffaf2}h2{font-family:monospace;color:#7a3d10}button{background:#7a3d10;color:#fff;border:0;font:inherit}a{color:#7a3d10}</style>`;
let sluis: Sluis, browser: Browser, website: Website;
before(async () => {
  website = await startWebsite();
  const sites = { shop: siteFile(website.url), irish: siteFile(website.url).replace('[nl, en]', '[ga, mt]') };
  [sluis, browser] = await Promise.all([startSluis(sites), startBrowser()]);
  const place = `<div data-sluis-declaration><a href="${sluis.url}/shop/cookies">Cookies</a></div>`;
  const embed = `${place}<script src="${sluis.url}/shop/cookies.js" async></script>`;
  for (const lang of ['nl', 'en']) website.pages[`/${lang}`] = html(`${sluis.url}/shop.js`, { lang, head: theme, body: embed });
  website.pages['/alone'] = html('data:text/javascript,', { head: theme, body: embed });
  website.pages['/strict'] = {
    html: html(`${sluis.url}/shop.js`, { lang: 'en', body: embed }),
    headers: { 'content-security-policy': `default-src 'none'; script-src ${sluis.url}; connect-src ${sluis.url}; require-trusted-types-for 'script'; trusted-types sluis sluis-declaration` },
  };
});
after(async () => { await browser?.close(); await sluis?.stop(); await website?.close(); });

const violations = async (page: Page): Promise<string[]> => {
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() => (window as any).axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] }));
  return violations.map((violation: any) => `${violation.id}: ${violation.nodes.map((node: any) => node.html).join(' | ')}`);
};
const overflow = (page: Page): Promise<number> => page.evaluate(() => document.documentElement.scrollWidth - innerWidth);

// Promise: the declaration's page is complete in one answer, in the reader's
// language, light or dark, on any screen, accessible, without a cookie or a
// request to anybody.
for (const [device, viewport] of Object.entries(sizes))
  for (const colorScheme of ['light', 'dark'] as const)
    for (const lang of ['nl', 'en'])
      test(`page, ${device}, ${colorScheme}, ${lang}`, async () => {
        const texts = labels(lang);
        const visitor = await visit(browser, { viewport, colorScheme, locale: lang });
        const { page, thirdParty, ours } = visitor;
        await page.goto(`${sluis.url}/shop/cookies`);
        await page.waitForLoadState('networkidle');
        assert.equal(await page.getAttribute('html', 'lang'), lang);
        await page.getByRole('heading', { level: 1, name: texts['declaration.title']!.replace('{controller}', 'Custom Website') }).waitFor();
        for (const heading of ['what', 'choice', 'withdraw', 'browser', 'rights', 'complaint', 'record', 'controller', 'changes'])
          assert.ok(await page.getByRole('heading', { level: 2, name: texts[`declaration.${heading}.title`]!, exact: true }).isVisible(), heading);
        // Also where its rows are set one below the other, a table is a table.
        const table = page.getByRole('table', { name: 'Google Analytics' });
        assert.equal(await table.getByRole('row').count(), 3);
        assert.ok(await table.getByRole('rowheader', { name: '_ga', exact: true }).isVisible());
        assert.equal(await table.getByRole('columnheader').count(), 5);
        assert.deepEqual(await violations(page), []);
        assert.ok((await overflow(page)) <= 0, 'no sideways scrolling');
        assert.deepEqual(thirdParty, []);
        assert.deepEqual(ours.filter((request) => !request.endsWith('/favicon.ico')), ['GET /shop/cookies']);
        assert.deepEqual(await page.context().cookies(), []);
        assert.deepEqual(visitor.errors, []);
        await visitor.leave();
      });

// Protects: on a narrow screen a fact that fits a line is on one, and paper carries no
// button, which it cannot press.
test('narrow and on paper', async () => {
  const visitor = await visit(browser, { viewport: { width: 320, height: 568 } });
  const { page } = visitor;
  for (const address of [`${sluis.url}/shop/cookies`, `${website.url}/nl`]) {
    await page.goto(address);
    const declaration = page.locator('.sluis-declaration');
    await declaration.waitFor();
    const broken = await declaration.locator('td').evaluateAll((cells: HTMLElement[]) =>
      cells.filter((cell) => {
        const row = cell.parentElement!;
        const before = cell.offsetHeight;
        cell.style.whiteSpace = 'nowrap';
        const fits = cell.scrollWidth <= row.clientWidth && cell.offsetHeight < before;
        cell.style.whiteSpace = '';
        return fits;
      }).map((cell) => `${cell.dataset['label']}: ${cell.textContent}`));
    assert.deepEqual(broken, [], address);
    const open = declaration.getByText(labels('nl')['declaration.choice.open']!);
    await open.waitFor();
    await page.emulateMedia({ media: 'print' });
    assert.equal(await open.isVisible(), false, address);
    await page.emulateMedia({ media: null });
  }
  assert.deepEqual(visitor.errors, []);
  await visitor.leave();
});

// Promise: the page needs no JavaScript, and other languages are one click away.
test('page without JavaScript', async () => {
  const visitor = await visit(browser, { javaScriptEnabled: false });
  const { page } = visitor;
  await page.goto(`${sluis.url}/shop/cookies`);
  assert.equal(await page.locator('noscript p').innerText(), labels('nl')['declaration.noscript']!);
  await page.getByRole('link', { name: 'English' }).click();
  assert.equal(await page.getAttribute('html', 'lang'), 'en');
  assert.equal(await page.getByRole('link', { name: labels('en')['declaration.choice.open']! }).getAttribute('href'), `${website.url}/?sluis-open`);
  await visitor.leave();
});

// Promise: the button of the declaration's own page withdraws as easily as was granted
// (GDPR art. 7(3)): the preferences are open on the website, once, with the focus in
// them, and the address is as if nobody had asked, so that no reload asks again.
for (const chosen of [true, false])
  test(`the button of the page opens the preferences, ${chosen ? 'after a consent' : 'without a choice'}`, async () => {
    website.pages['/'] = html(`${sluis.url}/shop.js`, { lang: 'nl' });
    const visitor = await visit(browser, { locale: 'nl' });
    const { page } = visitor;
    const ui = banner(page);
    if (chosen) {
      await page.goto(website.url);
      await ui.accept.click();
      await ui.reopen.waitFor();
    }
    await page.goto(`${sluis.url}/shop/cookies`);
    await page.getByRole('link', { name: labels('nl')['declaration.choice.open']! }).click();
    await ui.preferences.waitFor();
    assert.equal(page.url(), `${website.url}/`);
    assert.equal(await ui.preferences.count(), 1);
    assert.ok(await ui.preferences.evaluate((dialog) => dialog.contains((dialog.getRootNode() as ShadowRoot).activeElement)), 'the focus is in it');
    assert.equal(await page.getByRole('region', { name: 'Sluis: what this page holds' }).count(), 0, 'no panel for a visitor');
    assert.equal(await ui.category('analytics').isChecked(), chosen);
    await ui.preferences.getByRole('button', { name: labels('nl')['refuse']!, exact: true }).click();
    await until('refused', async () => !!(await choiceCookie(page)) && (await allows(page, 'analytics'))[0] === false);
    await page.reload();
    await ui.reopen.waitFor();
    assert.deepEqual(await allows(page, 'necessary', 'analytics', 'social-media'), [true, false, false]);
    assert.equal(await ui.preferences.count(), 0, 'it does not open again');
    assert.deepEqual(visitor.errors, []);
    await visitor.leave();
  });

// Promise: the embed is part of the page: its language, its fonts and headings;
// it shows the visitor's own choice, and its button opens the preferences.
for (const [device, viewport] of Object.entries(sizes))
  for (const lang of ['nl', 'en'])
    test(`embed, ${device}, ${lang}`, async () => {
      const texts = labels(lang);
      // A browser in the other language: the page's own counts.
      const visitor = await visit(browser, { viewport, locale: lang === 'nl' ? 'en' : 'nl', reducedMotion: 'reduce' });
      const { page, thirdParty } = visitor;
      const ui = banner(page, texts);
      await page.goto(`${website.url}/${lang}`);
      await ui.region.waitFor();
      const declaration = page.locator(`.sluis-declaration[lang=${lang}]`);
      await declaration.waitFor();
      assert.equal(await page.locator('.sluis-declaration').count(), 1);
      await declaration.getByText(texts['declaration.choice.none']!).waitFor();
      const heading = declaration.getByRole('heading', { level: 2, name: texts['declaration.what.title']! });
      assert.deepEqual(await heading.evaluate((element) => [getComputedStyle(element).fontFamily, getComputedStyle(element).color]), ['monospace', 'rgb(122, 61, 16)']);
      assert.match(await declaration.locator('p').first().evaluate((element) => getComputedStyle(element).fontFamily), /Georgia/);
      assert.deepEqual(await violations(page), []);
      assert.ok((await overflow(page)) <= 0, 'no sideways scrolling');

      const open = declaration.getByRole('button', { name: texts['declaration.choice.open']! });
      await open.click();
      await ui.preferences.waitFor();
      await ui.category('analytics').check({ force: true });
      await ui.save.click();
      await declaration.getByRole('checkbox', { name: texts['analytics.name']!, checked: true }).waitFor();
      assert.equal(await declaration.getByRole('checkbox', { name: texts['social-media.name']! }).isChecked(), false);
      const number = await declaration.locator('.sluis-choice code').textContent();
      assert.match(number!, /^[0-9a-f-]{36}$/);
      assert.ok((await page.context().cookies()).some((cookie) => cookie.value.endsWith(number!)), 'it is the number that the visitor holds');
      await page.reload();
      await declaration.getByText(number!).waitFor();
      assert.deepEqual(await violations(page), []);
      assert.deepEqual([...new Set(thirdParty.map((request) => request.host))], ['www.googletagmanager.com'], 'only what was just allowed');
      assert.deepEqual(visitor.errors, []);
      await visitor.leave();
    });

// WCAG 2.4.3: the focus comes back to the button that opened the preferences, and stays
// on it while another tab decides.
test('the button of the embed keeps the focus', async () => {
  const visitor = await visit(browser, { locale: 'nl' });
  const { page } = visitor;
  const ui = banner(page);
  const focused = async () => (await page.evaluate(() => document.activeElement!.textContent)) === labels('nl')['declaration.choice.open'];
  await page.goto(`${website.url}/nl`);
  const declaration = page.locator('.sluis-declaration[lang=nl]');
  const open = declaration.getByRole('button', { name: labels('nl')['declaration.choice.open']! });
  await open.press('Enter');
  await ui.save.press('Enter');
  await ui.preferences.waitFor({ state: 'detached' });
  await until('the focus is back', focused);
  const other = await visitor.context.newPage();
  await other.goto(`${website.url}/nl`);
  await banner(other).reopen.click();
  await banner(other).preferences.getByRole('button', { name: labels('nl')['accept']!, exact: true }).click();
  await declaration.getByRole('checkbox', { name: labels('nl')['analytics.name']!, checked: true }).waitFor();
  assert.ok(await focused());
  assert.deepEqual(visitor.errors, []);
  await visitor.leave();
});

// Protects: an element of our name is no gate, while an async one is still on its way.
test('embed below a heading of that name, with an async tag', async () => {
  const declaration = `<div data-sluis-declaration></div><script src="${sluis.url}/shop/cookies.js"></script>`;
  website.pages['/heading'] = html('data:text/javascript,', { body: `<h2 id="Sluis">Sluis</h2>${declaration}<script async src="${sluis.url}/shop.js"></script>` });
  const visitor = await visit(browser);
  let come!: () => void;
  const wanted = new Promise<void>((resolve) => (come = resolve));
  await visitor.context.route('**/shop.js', async (route) => { await wanted; await route.continue(); });
  await visitor.page.goto(`${website.url}/heading`, { waitUntil: 'domcontentloaded' });
  await visitor.page.locator('.sluis-declaration').waitFor();
  come();
  await visitor.page.locator('.sluis-declaration').getByRole('button', { name: labels('nl')['declaration.choice.open']! }).waitFor();
  assert.deepEqual(visitor.errors, []);
  await visitor.leave();
});

// Promise: without the gate the embed is the declaration alone: no button that
// does nothing, nothing third-party, no storage.
test('embed without the gate', async () => {
  const visitor = await visit(browser);
  const { page, thirdParty } = visitor;
  await page.goto(`${website.url}/alone`);
  await page.locator('.sluis-declaration').waitFor();
  await page.waitForLoadState('networkidle');
  assert.equal(await page.locator('.sluis-declaration button').count(), 0);
  assert.deepEqual(thirdParty, []);
  assert.deepEqual(await page.context().cookies(), []);
  assert.deepEqual(await violations(page), []);
  assert.deepEqual(visitor.errors, []);
  await visitor.leave();
});

// Promise: a strict policy with Trusted Types lets the embed do all it does.
test('embed under a strict policy', async () => {
  const visitor = await visit(browser, { locale: 'nl' });
  const { page } = visitor;
  const refused: string[] = [];
  page.on('console', (message) => { if (/Content Security Policy|Trusted/.test(message.text())) refused.push(message.text()); });
  await page.goto(`${website.url}/strict`);
  await page.locator('.sluis-declaration[lang=en]').waitFor();
  assert.equal(await page.locator('.sluis-service').first().evaluate((element) => getComputedStyle(element).borderTopStyle), 'solid');
  assert.deepEqual(refused, []);
  assert.deepEqual(visitor.errors, []);
  await visitor.leave();
});

// Promise: visitors read every word in their language, also in those that this
// browser does not speak.
for (const [lang, words] of Object.entries({ ga: ['6 mhí', '13 mí', 'Stáit Aontaithe Mheiriceá'], mt: ['6 xhur', '13-il xahar', 'l-Istati Uniti'] }))
  test(`Irish and Maltese without the browser's help: ${lang}`, async () => {
    const visitor = await visit(browser, { locale: lang });
    const { page } = visitor;
    website.pages[`/${lang}`] = html(`${sluis.url}/irish.js`, { lang });
    await page.goto(`${sluis.url}/irish/cookies?lang=${lang}`);
    const declared = (await page.locator('main').innerText()).replace(/\u00a0/g, ' ');
    await page.goto(`${website.url}/${lang}`);
    const ui = banner(page, labels(lang));
    await ui.choose.click();
    await ui.preferences.waitFor();
    const asked = (await ui.preferences.evaluate((element) => element.textContent!)).replace(/\u00a0/g, ' ');
    for (const word of words) {
      assert.ok(declared.includes(word), `the declaration says ${word}`);
      assert.ok(asked.includes(word), `the banner says ${word}: ${asked}`);
    }
    assert.doesNotMatch(asked + declared, /\d months?\b/);
    await visitor.leave();
  });
