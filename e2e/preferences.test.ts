import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Browser, BrowserContextOptions, Locator } from 'playwright-core';
import { allows, banner, choiceCookie } from './harness/banner.ts';
import { startBrowser, visit } from './harness/browser.ts';
import { en, nl } from './harness/labels.ts';
import { until } from './harness/ports.ts';
import { startSluis, type Sluis } from './harness/sluis.ts';
import { page as html, siteFile, startWebsite, type Website } from './harness/website.ts';

// Of each category a service, of social media three: two that load by themselves and one in the page.
const services = `stripe: {}
  zendesk: {key: 7a0c6a3e-5a0b-4b6e-9d35-0f1f4ad1b9a1}
  google-analytics-4: {measurement_id: G-TEST12345}
  youtube: {}
  facebook-plugins: {}
  x-embed: {}`;
const body = `<iframe data-service="youtube" data-src="https://www.youtube.com/embed/abc" title="Film"></iframe>
<div class="fb-page" data-href="https://www.facebook.com/x"></div><blockquote class="twitter-tweet">x</blockquote>`;
const hosts = { youtube: 'www.youtube-nocookie.com', facebook: 'connect.facebook.net', x: 'platform.twitter.com', google: 'www.googletagmanager.com' };
let sluis: Sluis, browser: Browser, website: Website;
before(async () => {
  website = await startWebsite();
  const site = siteFile(website.url, { services });
  const statements = site.replace(/privacy: (.*)/, 'privacy: {nl: $1, en: $1/en}');
  [sluis, browser] = await Promise.all([startSluis({ site, statements }), startBrowser()]);
  website.pages['/'] = html(`${sluis.url}/site.js`, { body });
  website.pages['/en'] = html(`${sluis.url}/statements.js`, { lang: 'en' });
});
after(async () => { await browser?.close(); await sluis?.stop(); await website?.close(); });

/** A visitor on the page, and their last act as the log has it. */
const enter = async (options?: BrowserContextOptions) => {
  const visitor = await visit(browser, options);
  const { page, thirdParty } = visitor;
  const ui = banner(page);
  await page.goto(website.url);
  await ui.region.waitFor();
  return {
    ...visitor, ui,
    /** The switch of a service, which its category's list may still hide. */
    async service(name: string): Promise<Locator> {
      await ui.preferences.evaluate((dialog) => dialog.querySelectorAll('details').forEach((details) => (details.open = true)));
      return ui.preferences.getByRole('switch', { name, exact: true });
    },
    async recorded() {
      const { facts: { id } } = await until('the act is recorded', () => page.evaluate(() => window.Sluis!.receipt()) as Promise<any>);
      return (await sluis.read('site', '/records')).items.find(({ facts }: any) => facts.id === id).facts;
    },
    /** Hosts of services that were asked for, each once. */
    asked: () => [...new Set(thirdParty.map(({ host }) => host))].sort(),
    async leave() {
      assert.deepEqual(visitor.errors, []);
      await visitor.leave();
    },
  };
};

// Promise (GDPR 13(1)): each service leads to the statement of who answers for it, and what is
// the website's own to the website's, in the language of the visitor.
test('the privacy statement of what is the website’s own is the website’s', async () => {
  const { page, thirdParty, errors, leave } = await visit(browser);
  await page.goto(website.url + '/en');
  const ui = banner(page, en);
  await ui.choose.click();
  const links = await ui.preferences.evaluate((dialog) => [...dialog.querySelectorAll('ul ul a')].map((a) => [a.textContent, a.getAttribute('href')] as const));
  assert.deepEqual(links[0], ['Privacy statement', 'https://www.customwebsite.example/privacy/en']);
  assert.deepEqual(links.filter(([, href]) => href!.includes('customwebsite')).length, 1);
  assert.ok(links.some(([text]) => text === 'Privacy statement of YouTube'), `${links}`);
  assert.deepEqual([thirdParty, errors], [[], []]);
  await leave();
});

// Promise: whoever misses a button by a hair keeps what they switched on: beside the
// buttons a click neither decides nor closes.
test('a click between the buttons does nothing', async () => {
  const { page, ui, leave } = await enter();
  await ui.choose.click();
  await ui.category('analytics').check({ force: true });
  const { x, width, y, height } = (await ui.preferences.getByRole('button', { name: nl['accept']!, exact: true }).boundingBox())!;
  await page.mouse.click(x + width + 3, y + height / 2);
  await ui.save.click();
  assert.match((await choiceCookie(page))!, /^1\.1\.5\./, 'what was switched on is saved');
  await leave();
});

// Promise: one question at a time. Beside the preferences stands no dimmed second
// pair of buttons; it comes back, with the focus, when they are closed undecided.
test('the question is not seen beside the preferences', async () => {
  const { page, ui, leave } = await enter();
  const seen = () => ui.region.evaluate((layer) => getComputedStyle(layer).opacity);
  assert.equal(await seen(), '1');
  await ui.choose.click();
  await ui.preferences.waitFor();
  assert.equal(await seen(), '0');
  await page.keyboard.press('Escape');
  await until('it is back, with the focus where it was', async () => {
    assert.equal(await seen(), '1');
    assert.ok(await ui.choose.evaluate((button) => button.matches(':focus')));
    return true;
  });
  await leave();
});

// Promise (Planet49, AP 2): whoever opens the preferences finds every optional
// category and every service in it off; only what is necessary is on, and fixed.
test('nothing is on in advance', async () => {
  const { ui, service, leave } = await enter();
  await ui.choose.click();
  await service('YouTube');
  const seen = await ui.preferences.getByRole('switch').evaluateAll((all) =>
    (all as HTMLInputElement[]).map(({ checked, disabled, labels }) => [labels![0]!.textContent, checked, disabled]));
  assert.deepEqual(seen, [
    [nl['necessary.name'], true, true], ['Sluis', true, true], ['Stripe', true, true],
    [nl['functional.name'], false, false], ['Zendesk', false, false],
    [nl['analytics.name'], false, false], ['Google Analytics', false, false],
    [nl['social-media.name'], false, false], ['YouTube', false, false], ['Facebook', false, false], ['X (Twitter)', false, false],
  ]);
  await leave();
});

// Promise (GDPR 6(1)(a)): a service that is switched on against its category is
// allowed alone, in the cookie, in the record and in the page, and stays so.
test('one service of a refused category', async () => {
  const { page, ui, service, recorded, asked, thirdParty, leave } = await enter();
  await ui.choose.click();
  await (await service('YouTube')).check({ force: true });
  assert.equal(await ui.category('social-media').isChecked(), false, 'a service does not move its category');
  await ui.save.click();
  await until('the film is let go', () => thirdParty.length);
  assert.match((await choiceCookie(page))!, /^1\.1\.1\.\d{5}\.\+youtube\.[\da-f-]{36}$/);
  const { action, layer, choices, services } = await recorded();
  assert.deepEqual([action, layer, services, choices['social-media']], ['save', 'preferences', { youtube: 'granted' }, 'denied']);
  assert.deepEqual(await allows(page, 'service:youtube', 'service:facebook-plugins', 'social-media'), [true, false, false]);
  assert.deepEqual(asked(), [hosts.youtube]);
  thirdParty.length = 0;
  await page.reload();
  await until('the film comes again', () => thirdParty.length);
  await page.waitForLoadState('networkidle');
  assert.deepEqual(asked(), [hosts.youtube]);
  await ui.reopen.click();
  assert.deepEqual(await Promise.all(['YouTube', 'Facebook', 'X (Twitter)'].map(async (name) => (await service(name)).isChecked())), [true, false, false], 'the switches show the choice');
  await leave();
});

// Promise (GDPR 6(1)(a)): a service that is switched off against its category
// stays held, and its neighbours of that category load.
test('all of a category but one service', async () => {
  const { page, ui, service, recorded, asked, leave } = await enter();
  await ui.choose.click();
  await ui.category('social-media').check({ force: true });
  await (await service('YouTube')).uncheck({ force: true });
  assert.equal(await ui.category('social-media').isChecked(), true);
  await ui.save.click();
  await until('its neighbours load', () => asked().length === 2);
  assert.match((await choiceCookie(page))!, /^1\.1\.9\.\d{5}\.!youtube\.[\da-f-]{36}$/);
  const { choices, services } = await recorded();
  assert.deepEqual([services, choices['social-media']], [{ youtube: 'denied' }, 'granted']);
  await page.waitForLoadState('networkidle');
  assert.deepEqual(asked(), [hosts.facebook, hosts.x]);
  await page.frameLocator('iframe').getByRole('button', { name: nl['embed.once']! }).waitFor();
  await leave();
});

// Promise: services of several categories are each decided by themselves, and
// what agrees with its category is not singled out.
test('services of two categories at once', async () => {
  const { page, ui, service, recorded, asked, leave } = await enter();
  await ui.choose.click();
  await ui.category('functional').check({ force: true });
  await ui.category('analytics').check({ force: true });
  for (const name of ['Google Analytics', 'Zendesk']) await (await service(name)).uncheck({ force: true });
  await (await service('Zendesk')).check({ force: true });
  await (await service('X (Twitter)')).check({ force: true });
  await ui.save.click();
  await until('both load', () => asked().length === 2);
  assert.match((await choiceCookie(page))!, /^1\.1\.7\.\d{5}\.!google-analytics-4\+x-embed\.[\da-f-]{36}$/);
  assert.deepEqual((await recorded()).services, { 'google-analytics-4': 'denied', 'x-embed': 'granted' });
  await page.waitForLoadState('networkidle');
  assert.deepEqual(asked(), [hosts.x, 'static.zdassets.com']);
  await leave();
});

// Promise: the switch of a category moves those of its services and no others,
// also one that stood the other way, so that nothing is saved that was not seen.
test('a category moves its services', async () => {
  const { page, ui, service, recorded, leave } = await enter();
  await ui.choose.click();
  const states = async () => Object.fromEntries(await Promise.all(['Zendesk', 'Google Analytics', 'YouTube', 'Facebook', 'X (Twitter)'].map(async (name) => [name, await (await service(name)).isChecked()])));
  const others = { Zendesk: false, 'Google Analytics': false };
  await (await service('Facebook')).check({ force: true });
  await ui.category('social-media').check({ force: true });
  assert.deepEqual(await states(), { ...others, YouTube: true, Facebook: true, 'X (Twitter)': true });
  await (await service('YouTube')).uncheck({ force: true });
  await ui.category('social-media').uncheck({ force: true });
  assert.deepEqual(await states(), { ...others, YouTube: false, Facebook: false, 'X (Twitter)': false });
  await ui.save.click();
  await until('it is kept', async () => (await choiceCookie(page))?.match(/^1\.1\.1\.\d{5}\.\.$/));
  assert.equal((await recorded()).services, undefined);
  await leave();
});

// Promise (GDPR 7(3), law check L6): from the control that is on every page it
// takes as many clicks to withdraw as to accept, and that is what is recorded.
test('to withdraw takes no more clicks than to accept', async () => {
  const { context, page, ui, recorded, thirdParty, leave } = await enter();
  let clicks = 0;
  await context.exposeBinding('__clicked', () => void clicks++);
  await context.addInitScript('addEventListener("click", (event) => event.isTrusted && __clicked(), true)');
  await page.reload();
  /** How many clicks the button takes, once the control is there. */
  const fromTheControl = async (name: string): Promise<number> => {
    await ui.reopen.waitFor();
    clicks = 0;
    await ui.reopen.click();
    await ui.preferences.getByRole('button', { name, exact: true }).click();
    return until('the clicks are counted', () => clicks >= 2 && clicks);
  };
  await ui.refuse.click();
  assert.equal((await recorded()).action, 'refuse_all');
  const toAccept = await fromTheControl(nl['accept']!);
  assert.equal((await recorded()).action, 'accept_all');
  await until('it is let go', () => thirdParty.some(({ host }) => host === hosts.google));
  const reloaded = page.waitForEvent('load');
  const toWithdraw = await fromTheControl(nl['refuse']!);
  await reloaded;
  assert.ok(toWithdraw <= toAccept, `${toWithdraw} clicks, ${toAccept} to accept`);
  const { facts } = await until('it is recorded', async () => (await sluis.read('site', '/records?action=withdraw')).items[0]);
  assert.deepEqual([facts.layer, facts.choices], ['preferences', { necessary: 'granted', functional: 'denied', analytics: 'denied', 'social-media': 'denied' }]);
  assert.match((await choiceCookie(page))!, /^1\.1\.1\.\d{5}\.\.$/);
  thirdParty.length = 0;
  await page.reload();
  await page.waitForLoadState('networkidle');
  assert.deepEqual(thirdParty, []);
  await leave();
});

// WCAG 2.4.11 and reading at all: the buttons below the visitor's number stay where
// they are, while those of the whole stay in sight. Once all of them did: these lay
// see-through over the date and number in a low window, and behind the others in a high one.
for (const [name, viewport] of Object.entries({ phone: { width: 390, height: 844 }, 'phone on its side': { width: 667, height: 375 }, desktop: { width: 1280, height: 800 }, 'desktop at 400 %': { width: 320, height: 256 } }))
  test(`the visitor's number and its buttons are seen: ${name}`, async () => {
    const { page, ui, leave } = await enter({ viewport, reducedMotion: 'reduce' });
    await ui.accept.click();
    await ui.reopen.click();
    await ui.preferences.getByRole('button', { name: nl['copy']!, exact: true }).waitFor();
    const overlaps = await ui.preferences.evaluate((dialog) => {
      const [facts, buttons] = [...dialog.querySelector('.proof')!.children] as [Element, Element];
      const found: number[] = [];
      for (let y = 0; y < dialog.scrollHeight; y += 10) {
        dialog.scrollTop = y;
        if (facts.getBoundingClientRect().bottom > buttons.getBoundingClientRect().top + 1) found.push(y);
      }
      return found;
    });
    assert.deepEqual(overlaps, []);
    for (const key of ['Tab', 'Shift+Tab'])
      for (const button of [nl['copy']!, nl['receipt']!]) {
        const wanted = ui.preferences.getByRole('button', { name: button, exact: true });
        for (let i = 0; i < 40 && !(await wanted.evaluate((element) => element.matches(':focus'))); i++) await page.keyboard.press(key);
        const seen = await wanted.evaluate((element) => {
          const { left, right, top, bottom } = element.getBoundingClientRect();
          return (element.getRootNode() as ShadowRoot).elementFromPoint((left + right) / 2, (top + bottom) / 2) === element;
        });
        assert.ok(seen, `${button} lies behind something after ${key}`);
      }
    await leave();
  });

// WCAG 2.4.11: whatever has the focus in the preferences is seen, forwards and
// backwards. Switches once lay behind a title of two lines on a desktop at 400 %.
for (const [name, viewport] of Object.entries({ phone: { width: 390, height: 844 }, 'phone on its side': { width: 667, height: 375 }, 'low phone': { width: 320, height: 400 }, 'desktop at 400 %': { width: 320, height: 256 } }))
  test(`the preferences hide nothing that has the focus: ${name}`, async () => {
    const { page, ui, leave } = await enter({ viewport, reducedMotion: 'reduce' });
    await ui.accept.click();
    await ui.reopen.click();
    // Letters as wide as of a long title, which takes two lines at 320 px.
    await page.evaluate(() => document.querySelector<HTMLElement>(':root > div')!.style.setProperty('font-family', 'monospace, monospace', 'important'));
    await ui.preferences.evaluate((dialog) => { for (const one of dialog.querySelectorAll('details')) one.open = true; });
    const stops = await ui.preferences.locator('button, summary, a, input:enabled').count();
    for (const key of ['Tab', 'Shift+Tab'])
      for (let i = 0; i < stops; i++) {
        await page.keyboard.press(key);
        await page.evaluate(() => new Promise((painted) => requestAnimationFrame(() => requestAnimationFrame(painted))));
        const behind = await ui.preferences.evaluate((dialog) => {
          const root = dialog.getRootNode() as ShadowRoot;
          const focused = root.activeElement;
          const seen = [...focused?.getClientRects() ?? []].some(({ left, right, top, bottom }) => root.elementFromPoint((left + right) / 2, (top + bottom) / 2) === focused);
          return focused && !seen ? focused.textContent || focused.closest('label')?.textContent : '';
        });
        assert.equal(behind, '', `after ${key}`);
      }
    await leave();
  });
