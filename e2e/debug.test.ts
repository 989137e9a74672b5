import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { banner } from './harness/banner.ts';
import { startBrowser, visit } from './harness/browser.ts';
import { until } from './harness/ports.ts';
import { startSluis, type Sluis } from './harness/sluis.ts';
import { page as html, siteFile, startWebsite, type Website } from './harness/website.ts';

let sluis: Sluis, browser: Browser, website: Website;
before(async () => {
  website = await startWebsite();
  [sluis, browser] = await Promise.all([startSluis({ site: siteFile(website.url), off: siteFile(website.url, { more: 'caught: off\n' }) }), startBrowser()]);
});
after(async () => { await browser?.close(); await sluis?.stop(); await website?.close(); });

const panel = (page: Page) => page.getByRole('region', { name: 'Sluis: what this page holds' });
const rows = (page: Page): Promise<string[]> => panel(page).getByRole('row').evaluateAll((all) => all.slice(1).map((row) => [...row.children].map((cell) => cell.textContent).join(' | ')));

const body = `<script type="text/plain" data-consent="analytics" src="https://stats.example/a.js?visitor=7"></script>
<script type="text/plain" data-consent="marketing">never=1</script>
<iframe data-consent="social-media" data-src="https://maps.example/here"></iframe>
<iframe src="https://www.youtube.com/embed/abc" title="Film"></iframe>
<script src="https://www.googletagmanager.com/gtag/js?id=AW-1"></script>`;

// Promise: a developer sees what a page holds, by which rule, and why, and sees
// it change with the choice; nobody else meets the panel.
test('the panel lists what is held and let go, by which rule, and why', async () => {
  website.pages['/debug'] = html(`${sluis.url}/site.js`, { body });
  const visitor = await visit(browser, { viewport: { width: 1280, height: 900 } });
  const { page } = visitor;
  await page.goto(`${website.url}/debug`);
  await banner(page).region.waitFor();
  assert.equal(await panel(page).count(), 0);
  await page.goto(`${website.url}/debug?a=1&sluis-debug`);
  await panel(page).waitFor();
  const none = 'no choice has been made yet';
  assert.deepEqual(await rows(page), [
    `held | www.googletagmanager.com/gtag/js?… | managed | Google Analytics (analytics) | ${none}`,
    `held | <script> stats.example/a.js?… | marked data-consent="analytics" | analytics | ${none}`,
    'held | <script> inline | marked data-consent="marketing" | marketing | there is no category “marketing”',
    `held | <iframe> maps.example/here | marked data-consent="social-media" | social-media | ${none}`,
    `held | <iframe> www.youtube.com/embed/abc | caught | YouTube (social-media) | ${none}`,
    'held | <script> www.googletagmanager.com/gtag/js?… | caught | a service that the site file does not list | visitors were not told of it, so no choice allows it',
  ]);
  if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/debug-held.png` });
  await banner(page).choose.click();
  await banner(page).category('analytics').check({ force: true });
  await banner(page).save.click();
  const allowed = 'the visitor allowed analytics', refused = 'the visitor did not allow social-media';
  const after = [
    `loaded | www.googletagmanager.com/gtag/js?… | managed | Google Analytics (analytics) | ${allowed}`,
    'held | <script> inline | marked data-consent="marketing" | marketing | there is no category “marketing”',
    `held | <iframe> maps.example/here | marked data-consent="social-media" | social-media | ${refused}`,
    `held | <iframe> www.youtube.com/embed/abc | caught | YouTube (social-media) | ${refused}`,
    'held | <script> www.googletagmanager.com/gtag/js?… | caught | a service that the site file does not list | visitors were not told of it, so no choice allows it',
    `let go | <script> stats.example/a.js?… | marked data-consent="analytics" | analytics | ${allowed}`,
  ];
  await until('it follows the choice', async () => JSON.stringify(await rows(page)) === JSON.stringify(after));
  // A returning visitor, for whom nothing else would bring the banner.
  website.pages['/plain'] = html(`${sluis.url}/site.js`, { body: '<p>niets</p>' });
  await page.goto(`${website.url}/plain?sluis-debug`);
  await until('it shows what the choice let go', async () => (await panel(page).count()) === 1 && (await rows(page))[0]?.startsWith('loaded | www.googletagmanager.com'));
  assert.doesNotMatch((await panel(page).textContent())!, /[\da-f]{8}-[\da-f]{4}-/, 'the consent number stays with the visitor');
  if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/debug-returning.png` });
  await panel(page).getByRole('button', { name: 'Close' }).click();
  assert.equal(await panel(page).count(), 0);
  assert.deepEqual(visitor.errors, []);
  await visitor.leave();
});

// Promise: ?sluis-open opens the preferences and ?sluis-debug the panel, each by itself or
// both at once; of the address only the first goes. No other word of an address does either.
test('the address asks for the panel, the preferences, or both', async () => {
  website.pages['/asked'] = website.pages['/about-sluis-open'] = html(`${sluis.url}/site.js`);
  const visitor = await visit(browser);
  const { page } = visitor;
  const ui = banner(page);
  for (const [asked, left, panels, dialogs] of [
    ['/asked?a=1&sluis-open&b=%20#c', '/asked?a=1&b=%20#c', 0, 1],
    ['/asked?sluis-open=#/d?sluis-opened', '/asked#/d?sluis-opened', 0, 1],
    ['/asked?sluis-open&sluis-debug', '/asked?sluis-debug', 1, 1],
    ['/asked?sluis-debug&sluis-opened', '/asked?sluis-debug&sluis-opened', 1, 0],
    ['/about-sluis-open?sluis-other#sluis-debug', '/about-sluis-open?sluis-other#sluis-debug', 0, 0],
  ] as const) {
    const fetched = page.waitForResponse(/\.debug\.js$/);
    await page.goto('about:blank');
    await page.goto(website.url + asked);
    await (await fetched).finished();
    await ui.region.waitFor();
    await until(asked, async () => (await panel(page).count()) === panels && (await ui.preferences.count()) === dialogs && page.url() === website.url + left);
  }
  // A town of that name stands in the paths of many pages, which pay for nothing.
  website.pages['/sluis-oostburg'] = html(`${sluis.url}/site.js`);
  visitor.ours.length = 0;
  await page.goto(`${website.url}/sluis-oostburg#sluis-open`);
  await ui.region.waitFor();
  await page.waitForLoadState('networkidle');
  assert.deepEqual(visitor.ours.filter((asked) => asked.includes('.debug.js')), []);
  assert.deepEqual(visitor.errors, []);
  await visitor.leave();
});

// Promise: the panel does not call loaded what could not be had.
test('the panel says that a request failed', async () => {
  website.pages['/failed'] = html(`${sluis.url}/site.js`);
  const visitor = await visit(browser);
  const { page } = visitor;
  await page.route('https://www.googletagmanager.com/**', (route) => route.abort('blockedbyclient'));
  await page.goto(`${website.url}/failed?sluis-debug`);
  await panel(page).waitFor();
  await banner(page).accept.click();
  const row = 'failed | www.googletagmanager.com/gtag/js?… | managed | Google Analytics (analytics) | its request was blocked, or nothing is there';
  await until('it says so', async () => (await rows(page))[0] === row);
  assert.deepEqual(visitor.errors, []);
  await visitor.leave();
});

// Promise: nor held what its mark alone did not hold.
test('the panel says that a marked tag is live', async () => {
  website.pages['/live'] = html(`${sluis.url}/off.js`, { body: `<script data-consent="analytics">ran=1</script>
<iframe data-consent="social-media" src="https://maps.example/here" title="Map"></iframe><svg><use data-service="mine" href="/icons.svg#a"/></svg>
<a data-service="mine" href="/about">A link, which loads nothing</a>` });
  const visitor = await visit(browser);
  const { page } = visitor;
  await page.goto(`${website.url}/live?sluis-debug`);
  await panel(page).waitFor();
  assert.deepEqual((await rows(page)).slice(1), [
    'not held | <script> inline | marked data-consent="analytics" | analytics | it ran: write type="text/plain"',
    'not held | <iframe> maps.example/here | marked data-consent="social-media" | social-media | it loaded: write data-src instead of src',
    'not held | <use> /icons.svg?… | marked data-service="mine" | nobody | it loaded: write data-href instead of href',
  ]);
  const colours = await page.getByRole('row').filter({ hasText: 'it ran' }).locator('td').evaluateAll((cells) => cells.map((cell) => getComputedStyle(cell).color));
  assert.equal(new Set(colours).size, 1, 'its state is not in the colour of what is well');
  assert.deepEqual(visitor.errors, []);
  await visitor.leave();
});

// Promise: the panel needs no more permission than the banner does.
test('the panel works under a strict policy', async () => {
  website.pages['/strict'] = {
    html: html(`${sluis.url}/site.js`, { body, attributes: ' nonce="abc"' }),
    headers: { 'content-security-policy': `default-src 'self'; script-src 'nonce-abc' 'strict-dynamic'; connect-src ${sluis.url}; require-trusted-types-for 'script'; trusted-types sluis` },
  };
  const visitor = await visit(browser);
  await visitor.page.goto(`${website.url}/strict?sluis-debug`);
  await panel(visitor.page).waitFor();
  assert.deepEqual(visitor.errors, []);
  await visitor.leave();
});

// Promise: choices on an address that the site file does not list (www or bare,
// another port) take effect and are not recorded; whoever builds the page is told.
test('the panel says when the page’s own address is not listed', async () => {
  website.pages['/foreign'] = html(`${sluis.url}/site.js`);
  const elsewhere = website.url.replace('localhost', '127.0.0.1');
  const visitor = await visit(browser);
  const { page } = visitor;
  await visitor.context.route((url) => url.hostname === '127.0.0.1', (route) => route.continue());
  await page.goto(`${elsewhere}/foreign?sluis-debug`);
  await panel(page).getByText(`This page is of ${elsewhere}, which is not among the origins`).waitFor();
  await page.goto(`${website.url}/foreign?sluis-debug`);
  await panel(page).waitFor();
  assert.equal(await panel(page).getByText('not among the origins').count(), 0);
  await visitor.leave();
});

// Protects: on a phone the panel's title and its button stand beside each other, the
// question below it can be read, and its table is one for screen readers too.
for (const viewport of [{ width: 390, height: 844 }, { width: 320, height: 568 }])
  test(`the panel on a phone, ${viewport.width} px`, async () => {
    website.pages['/phone'] = html(`${sluis.url}/site.js`, { body });
    const visitor = await visit(browser, { viewport });
    const { page } = visitor;
    await page.goto(`${website.url}/phone?sluis-debug`);
    await panel(page).waitFor();
    const [words, close, all, question] = await Promise.all([
      panel(page).getByRole('heading').evaluate((heading) => {
        const range = document.createRange();
        range.selectNodeContents(heading);
        return Math.max(...[...range.getClientRects()].map(({ right }) => right));
      }),
      panel(page).getByRole('button', { name: 'Close' }).boundingBox(), panel(page).boundingBox(), banner(page).region.boundingBox(),
    ]);
    assert.ok(words <= close!.x, `the title ends at ${words}, the button begins at ${close!.x}`);
    assert.ok(all!.y + all!.height <= question!.y, `the panel ends at ${all!.y + all!.height}, the question begins at ${question!.y}`);
    const { nodes } = await (await page.context().newCDPSession(page)).send('Accessibility.getFullAXTree');
    const count = (role: string) => nodes.filter((node) => !node.ignored && node.role?.value === role).length;
    assert.deepEqual([count('columnheader'), count('row') > 5, count('cell') > 25], [5, true, true]);
    await visitor.leave();
  });

// Protects: paper carries the page alone.
test('the panel is not printed', async () => {
  website.pages['/paper'] = html(`${sluis.url}/site.js`);
  const visitor = await visit(browser);
  const { page } = visitor;
  await page.goto(`${website.url}/paper?sluis-debug`);
  await panel(page).waitFor();
  await page.emulateMedia({ media: 'print' });
  assert.equal(await page.locator('section', { hasText: 'Proven are managed' }).isVisible(), false);
  await visitor.leave();
});

// Protects WCAG 2.4.11: whoever builds the page is told of what the control that reopens
// the preferences covers at its end, in a footer that scrolls or one that stays.
for (const [name, style, says] of [
  ['a footer', 'padding: 24px 16px', true],
  ['a footer with room', 'padding: 24px 16px 80px', false],
  ['a bar that stays', 'position: fixed; inset: auto 0 0; padding: 24px', true],
] as const)
  test(`the panel tells what the control covers: ${name}`, async () => {
    website.pages['/foot'] = html(`${sluis.url}/site.js`, { head: '<style>body { margin: 0; font-size: 14px }</style>', body: '<p>Tekst.</p>'.repeat(60) }).replace('</body>', `<footer style="${style}"><a href="#a">Privacy</a> <a href="#b">Over ons en onze winkels</a></footer></body>`);
    const visitor = await visit(browser, { viewport: { width: 390, height: 844 } });
    const { page } = visitor;
    await page.goto(`${website.url}/foot?sluis-debug`);
    await banner(page).refuse.click();
    await banner(page).reopen.waitFor();
    await until('the choice is listed', async () => !(await panel(page).getByText('Choice: none').count()));
    const told = panel(page).getByText('lies over “Privacy”.');
    if (says) await told.waitFor();
    await page.evaluate(() => scrollTo(0, document.documentElement.scrollHeight));
    const covered = await page.getByRole('link', { name: 'Privacy' }).evaluate((link) => {
      const { left, top, width, height } = link.getBoundingClientRect();
      return !!document.elementFromPoint(left + width / 2, top + height / 2)?.matches('[data-sluis-open]');
    });
    assert.equal(covered, says, 'it is as the panel says');
    assert.equal(await told.count(), says ? 1 : 0);
    await visitor.leave();
  });

// Protects: a page that puts a list of its own in the place of Google's takes the denied
// defaults out of it, and its tag would believe that all is granted. No script can see that
// in time; whoever builds the page is told, and only where it is so.
test('the panel says when the page has thrown away what Google was told', async () => {
  const fault = 'has put a list of its own in the place of dataLayer';
  const visitor = await visit(browser);
  const { page } = visitor;
  for (const [path, script, told] of [['/replaced', "window.dataLayer = [{ event: 'page' }, null]", 1], ['/kept', "window.dataLayer = window.dataLayer || []; dataLayer.push({ event: 'page' }, null)", 0]] as const) {
    website.pages[path] = html(`${sluis.url}/site.js`, { head: `<script>${script}</script>` });
    await page.goto(`${website.url}${path}?sluis-debug`);
    await panel(page).waitFor();
    assert.equal(await panel(page).getByText(fault).count(), told, path);
  }
  assert.deepEqual(visitor.errors, []);
  await visitor.leave();
});
