import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Browser, Locator, Page } from 'playwright-core';
import { banner } from './harness/banner.ts';
import { chromiumHere, startBrowser, visit } from './harness/browser.ts';
import { en, nl } from './harness/labels.ts';
import { until } from './harness/ports.ts';
import { startSluis, type Sluis } from './harness/sluis.ts';
import { page as html, siteFile, startWebsite, type Website } from './harness/website.ts';

const sites = {
  box: '',
  end: 'corner: end\ntheme: {font: system, radius: 0}\n',
  bar: 'layout: bar\n',
  centred: 'layout: centred\n',
  logo: '',
  'wordmark-box': '',
  'wordmark-bar': '',
  'wordmark-centred': '',
};
let sluis: Sluis, browser: Browser, website: Website;
before(async () => {
  website = await startWebsite();
  sites.logo = `theme: {logo: "${website.url}/logo.svg"}\n`;
  for (const layout of ['box', 'bar', 'centred'] as const) sites[`wordmark-${layout}`] = `layout: ${layout}\ntheme: {logo: "${website.url}/wordmark.svg"}\n`;
  website.pages['/wordmark.svg'] = (_, response) => void response.writeHead(200, { 'content-type': 'image/svg+xml' }).end('<svg xmlns="http://www.w3.org/2000/svg" width="1200" height="100"><rect width="1200" height="100"/></svg>');
  website.pages['/logo.svg'] = (_, response) => void response.writeHead(200, { 'content-type': 'image/svg+xml' }).end('<svg xmlns="http://www.w3.org/2000/svg" width="90" height="30"><rect width="90" height="30"/></svg>');
  [sluis, browser] = await Promise.all([
    startSluis(Object.fromEntries(Object.entries(sites).map(([id, more]) => [id, siteFile(website.url, { more })]))), startBrowser(),
  ]);
  for (const site in sites) website.pages[`/${site}`] = html(`${sluis.url}/${site}.js`);
});
after(async () => { await browser?.close(); await sluis?.stop(); await website?.close(); });

const open = async (path: string, options: Parameters<typeof visit>[1] = {}, texts = nl) => {
  const visitor = await visit(browser, options);
  await visitor.page.goto(website.url + path);
  const ui = banner(visitor.page, texts);
  await ui.region.waitFor();
  return { ...visitor, ui };
};
/** A style as the browser computed it. */
const style = (element: Locator, name: string, pseudo = ''): Promise<string> =>
  element.evaluate((element, [name, pseudo]) => getComputedStyle(element, pseudo).getPropertyValue(name!), [name, pseudo]);
/** Buttons whose words stick out or are cut off. */
const cut = (within: Locator): Promise<string[]> =>
  within.evaluate((within) => [...within.querySelectorAll('button')].filter((button) => button.scrollWidth > button.clientWidth || button.scrollHeight > button.clientHeight).map((button) => button.textContent!));
/** Whether a pointer in the middle of it reaches it, where it is. */
const hit = (element: Locator): Promise<boolean> =>
  element.evaluate((element) => {
    const { left, top, width, height } = element.getBoundingClientRect();
    return (element.getRootNode() as Document | ShadowRoot).elementFromPoint(left + width / 2, top + height / 2) === element;
  });
const sideways = (page: Page): Promise<number> => page.evaluate(() => document.documentElement.scrollWidth - innerWidth);

// Protects: a phone on its side shows all three buttons whole, without scrolling.
for (const layout of ['box', 'bar', 'centred'])
  test(`a phone on its side, ${layout}`, async () => {
    const { page, ui, leave } = await open(`/${layout}`, { viewport: { width: 844, height: 360 } });
    for (const button of [ui.accept, ui.refuse, ui.choose]) {
      assert.ok(await hit(button), `${await button.textContent()} can be hit`);
      const [inner, outer] = await Promise.all([button.boundingBox(), ui.region.boundingBox()]);
      assert.ok(inner!.y + inner!.height <= outer!.y + outer!.height, `${await button.textContent()} is whole`);
    }
    assert.deepEqual(await cut(ui.region), []);
    assert.equal(await sideways(page), 0);
    await leave();
  });

// Protects: the same in the windows of today's phones, where the page's letters are wide.
for (const layout of ['box', 'bar', 'centred'])
  test(`a phone on its side, wide letters, ${layout}`, async () => {
    website.pages[`/wide-${layout}`] = html(`${sluis.url}/${layout}.js`, { head: '<style>body { font-family: "Liberation Mono" }</style>' });
    for (const viewport of [{ width: 844, height: 390 }, { width: 915, height: 412 }]) {
      const { ui, leave } = await open(`/wide-${layout}`, { viewport });
      await until('the page\'s font', async () => /Mono/.test(await style(ui.region, 'font-family')));
      for (const button of [ui.accept, ui.refuse, ui.choose]) {
        const [inner, outer] = await Promise.all([button.boundingBox(), ui.region.boundingBox()]);
        assert.ok(inner!.y + inner!.height <= outer!.y + outer!.height, `${await button.textContent()} is whole in ${viewport.height} px`);
      }
      await leave();
    }
  });

// Protects: paper carries the page alone; of a placeholder, its words without the buttons.
test('nothing of it is printed', async () => {
  website.pages['/print'] = html(`${sluis.url}/box.js`, { body: '<iframe data-consent="social-media" data-src="https://www.youtube.com/embed/abc" title="Film"></iframe>' });
  const { page, ui, leave } = await open('/print');
  const once = page.frameLocator('iframe').getByRole('button', { name: nl['embed.once']! });
  await once.waitFor();
  await page.emulateMedia({ media: 'print' });
  assert.equal(await ui.region.isVisible(), false);
  assert.equal(await once.isVisible(), false);
  await page.emulateMedia({ media: 'screen' });
  await ui.choose.click();
  await page.emulateMedia({ media: 'print' });
  assert.equal(await ui.preferences.isVisible(), false);
  await leave();
});

// Protects: the same where paper is as wide as a window, for which a layout has rules of its own.
test('nothing of the bar is printed on a wide sheet', async () => {
  const { page, ui, leave } = await open('/bar', { viewport: { width: 1280, height: 800 } });
  await page.emulateMedia({ media: 'print' });
  assert.equal(await ui.region.isVisible(), false);
  await leave();
});

// Protects: the control that reopens is not printed, and is there again after.
test('the control is not printed', async () => {
  const { page, ui, leave } = await open('/box', { forcedColors: 'active' });
  await ui.refuse.click();
  await ui.reopen.waitFor();
  assert.equal(await style(ui.reopen, 'border-top-width'), '1px', 'with the colours of the machine it has an edge');
  await page.evaluate(() => {
    const paper = matchMedia('print');
    paper.addEventListener('change', () => { if (paper.matches) (window as any).printed = document.querySelector<HTMLElement>('html > [data-sluis-open]')?.checkVisibility() ?? false; });
  });
  await page.pdf();
  assert.equal(await page.evaluate(() => (window as any).printed), false);
  await ui.reopen.waitFor();
  await leave();
});

// Protects: with the colours of the machine buttons keep an edge, and on and off differ by more than colour.
test('forced colours', async () => {
  const { ui, leave } = await open('/box', { forcedColors: 'active' });
  for (const button of [ui.accept, ui.refuse, ui.choose]) assert.equal(await style(button, 'border-top-width'), '1px');
  await ui.choose.click();
  const [on, off] = [ui.category('necessary'), ui.category('analytics')];
  assert.notEqual(await style(on, 'margin-inline-start', '::before'), await style(off, 'margin-inline-start', '::before'), 'the knob stands elsewhere');
  for (const control of [on, off]) assert.notEqual(await style(control, 'border-top-color', '::before'), await style(control, 'background-color'), 'the knob is seen');
  await leave();
});

// Protects: nothing moves by itself, for anybody; what asks is there at once.
test('nothing is animated', async () => {
  const { ui, leave } = await open('/box');
  const moving = (layer: Locator) => layer.evaluate((layer) => (layer.getRootNode() as ShadowRoot).getAnimations().length);
  assert.equal(await moving(ui.region), 0);
  await ui.choose.click();
  await ui.category('analytics').check({ force: true });
  assert.equal(await moving(ui.preferences), 0);
  await leave();
});

// Protects: texts keep their own direction in a page that is written the other way, and the corner is the one of the site file.
test('a page from right to left', async () => {
  website.pages['/rtl'] = html(`${sluis.url}/box.js`, { lang: 'en' }).replace('<html ', '<html dir="rtl" ');
  const { page, ui, leave } = await open('/rtl', {}, en);
  assert.equal(await style(ui.region, 'direction'), 'ltr');
  assert.ok((await ui.region.boundingBox())!.x < 50);
  assert.ok((await sideways(page)) <= 0);
  await leave();
});

// Protects: the words of the first layer end clear of its lower edge, also where
// they take more lines than the buttons beside them.
test('words keep clear of the lower edge', async () => {
  for (const layout of ['box', 'bar', 'centred']) {
    const { ui, leave } = await open(`/${layout}`, { viewport: { width: 1440, height: 900 } });
    const room = await ui.region.evaluate((layer) => {
      layer.querySelectorAll('p')[1]!.textContent += ' en nog een regel'.repeat(12);
      return layer.getBoundingClientRect().bottom - Math.max(...[...layer.querySelectorAll('p,a')].map((element) => element.getBoundingClientRect().bottom));
    });
    assert.ok(room >= 12, `${layout}: ${room} px`);
    await leave();
  }
});

// Protects: corner, radius and font of the site file are what is seen.
test('corner, radius and font', async () => {
  website.pages['/font'] = html(`${sluis.url}/box.js`, { head: '<link rel="stylesheet" href="/late.css">' });
  // A style sheet on its way when the banner is there: the font is that of the page as it is painted.
  website.pages['/late.css'] = (_, response) => void setTimeout(() => response.writeHead(200, { 'content-type': 'text/css' }).end('body { font-family: Georgia, serif }'), 500);
  const own = await open('/font');
  await until('the page\'s font', async () => (await style(own.ui.region, 'font-family')) === 'Georgia, serif');
  assert.equal(await style(own.ui.accept, 'font-family'), 'Georgia, serif');
  assert.ok((await own.ui.region.boundingBox())!.x < 50);
  await own.leave();
  const end = await open('/end', { viewport: { width: 1440, height: 900 } });
  await until('the font of its own', async () => (await style(end.ui.region, 'font-family')).startsWith('system-ui'));
  assert.equal(await style(end.ui.accept, 'border-top-left-radius'), '0px');
  const { x, width } = (await end.ui.region.boundingBox())!;
  assert.ok(x + width > 1390 && width < 700);
  await end.leave();
});

// Protects: a logo comes from the website itself, and only with the question; a
// visitor who is not asked requests nothing, also where the banner draws a placeholder.
test('logo', async () => {
  website.pages['/held'] = html(`${sluis.url}/logo.js`, { body: '<iframe data-consent="social-media" data-src="https://www.youtube.com/embed/abc" title="Film"></iframe>' });
  const { page, ui, ours, thirdParty, leave } = await open('/held');
  const logo = ui.region.locator('img');
  await until('the logo is there', () => logo.evaluate((image: HTMLImageElement) => image.complete && image.naturalWidth > 0));
  assert.deepEqual(await logo.evaluate(({ width, height }: HTMLImageElement) => [width, height]), [96, 32]);
  await ui.refuse.click();
  ours.length = 0;
  await page.reload();
  await page.frameLocator('iframe').getByRole('button', { name: nl['embed.once']! }).waitFor();
  assert.deepEqual(ours.filter((request) => request.includes('logo.svg')), []);
  assert.equal(thirdParty.length, 0);
  await leave();
});

// Protects WCAG 1.4.10: a logo that is one long word is made smaller where it does not
// fit, and never pushes the question sideways.
for (const layout of ['box', 'bar', 'centred'])
  test(`a wide logo, ${layout}`, async () => {
    const { ui, leave } = await open(`/wordmark-${layout}`, { viewport: { width: 320, height: 568 } });
    const logo = ui.region.locator('img');
    await until('the logo is there', () => logo.evaluate((image: HTMLImageElement) => image.complete && image.naturalWidth > 0));
    const [inner, outer] = await Promise.all([logo.boundingBox(), ui.region.boundingBox()]);
    assert.ok(inner!.x >= outer!.x && inner!.x + inner!.width <= outer!.x + outer!.width, `${inner!.width} px in ${outer!.width}`);
    assert.equal(await logo.evaluate((image) => getComputedStyle(image).objectFit), 'contain');
    assert.ok(await ui.region.evaluate((region) => region.scrollWidth <= region.clientWidth), 'nothing to scroll sideways');
    await leave();
  });

// Protects WCAG 1.4.10 and 1.4.4: narrow, low and enlarged, everything is reached, nothing is cut
// and the question leaves the page in sight.
for (const layout of ['box', 'bar', 'centred'])
  for (const [name, viewport] of Object.entries({ '320 px wide': { width: 320, height: 568 }, '256 px high': { width: 640, height: 256 }, 'at 200 %': { width: 720, height: 450 } }))
    test(`${layout}, ${name}`, async () => {
      const { page, ui, leave } = await open(`/${layout}`, { viewport });
      await page.waitForFunction(() => document.documentElement.style.paddingBottom);
      assert.ok((await ui.region.boundingBox())!.height <= viewport.height * 0.61, 'the page stays in sight');
      assert.deepEqual(await cut(ui.region), []);
      for (const button of [ui.accept, ui.refuse, ui.choose]) {
        await button.scrollIntoViewIfNeeded();
        assert.ok(await hit(button), 'reached');
      }
      assert.ok((await sideways(page)) <= 0);
      await ui.choose.click();
      await ui.preferences.evaluate((dialog) => dialog.querySelectorAll('details').forEach((details) => (details.open = true)));
      assert.deepEqual(await cut(ui.preferences), []);
      assert.ok(await ui.preferences.evaluate((dialog) => dialog.scrollWidth <= dialog.clientWidth), 'no sideways scrolling inside');
      for (const id of ['analytics', 'social-media']) {
        await ui.category(id).focus();
        assert.ok(await hit(ui.category(id)), 'what has the focus is not behind the rows that stay');
      }
      await leave();
    });

// Protects WCAG 1.4.12: wider letters, words and lines cut nothing off.
test('spaced texts', async () => {
  const { ui, leave } = await open('/box', { viewport: { width: 390, height: 844 } });
  for (const layer of [ui.region, ui.preferences]) {
    if (layer === ui.preferences) await ui.choose.click();
    await layer.evaluate((layer) => {
      for (const element of layer.querySelectorAll<HTMLElement>('*')) element.style.cssText = 'line-height:1.5;letter-spacing:.12em;word-spacing:.16em';
    });
    assert.deepEqual(await cut(layer), []);
    assert.ok(await layer.evaluate((layer) => layer.scrollWidth <= layer.clientWidth));
  }
  await leave();
});

// Protects WCAG 1.4.4: with letters twice as large nothing is cut off, and what is
// said about a service has the width to be read.
test('texts twice as large', async () => {
  const { ui, leave } = await open('/box', { viewport: { width: 390, height: 844 } });
  for (const layer of [ui.region, ui.preferences]) {
    if (layer === ui.preferences) await ui.choose.click();
    await layer.evaluate((layer) => {
      layer.style.fontSize = '2em';
      for (const details of layer.querySelectorAll('details')) details.open = true;
    });
    assert.deepEqual(await cut(layer), []);
    assert.ok(await layer.evaluate((layer) => layer.scrollWidth <= layer.clientWidth));
  }
  assert.deepEqual(await ui.preferences.evaluate((dialog) => [...dialog.querySelectorAll('dd')].filter((fact) => fact.clientWidth < dialog.clientWidth / 2).map((fact) => fact.textContent)), []);
  await leave();
});

// Protects: a message is seen and heard also while the preferences are open, when
// all else is inert, and covers none of their words or buttons.
for (const [name, viewport] of Object.entries({ '320 px wide': { width: 320, height: 568 }, phone: { width: 390, height: 844 }, desktop: { width: 1280, height: 800 } }))
  test(`the message in open preferences, ${name}`, async () => {
    const { page, ui, leave } = await open('/box', { viewport });
    await ui.accept.click();
    await ui.reopen.click();
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await ui.preferences.getByRole('button', { name: nl['copy']! }).click();
    const message = ui.preferences.getByRole('status').filter({ hasText: nl['copied']! });
    await message.waitFor();
    assert.ok(await hit(message));
    for (const other of [ui.preferences.getByRole('heading', { name: nl['preferences']! }), ...(await ui.preferences.getByRole('button').all())]) assert.ok(await hit(other), `${await other.textContent()}`);
    await page.keyboard.press('Escape');
    await ui.preferences.waitFor({ state: 'hidden' });
    // And stays. A dialog tells that it closed a task after it did.
    await page.getByRole('status').filter({ hasText: nl['copied']! }).waitFor();
    await leave();
  });

// Protects: the longest message keeps clear of both edges of a phone, and is no wider than its words.
test('the message on a phone', async () => {
  const { page, ui, leave } = await open('/box', { viewport: { width: 390, height: 844 } });
  await ui.refuse.click();
  const message = page.getByRole('status').filter({ hasText: nl['saved']! });
  await message.waitFor();
  assert.ok((await message.boundingBox())!.width < 300);
  const { x, width } = await message.evaluate((output, text) => {
    output.textContent = text;
    return output.getBoundingClientRect();
  }, nl['gpc']!);
  assert.ok(x >= 8 && x + width <= 382, `from ${x} to ${x + width}`);
  await leave();
});

// Protects: preferences that are opened right after a choice are read from their first
// line: its confirmation does not stand over them.
test('the confirmation goes when the preferences open', async () => {
  const { page, ui, leave } = await open('/box');
  await ui.refuse.click();
  const message = page.getByRole('status').filter({ hasText: nl['saved']! });
  await message.waitFor();
  await ui.reopen.click();
  await ui.preferences.waitFor();
  assert.equal(await message.count(), 0);
  await leave();
});

// Protects: in an embed of any size both ways out of the placeholder can be reached, and words of every language fit.
test('placeholders of small embeds', async () => {
  const sizes = [[560, 315], [300, 150], [200, 113]];
  website.pages['/embeds'] = html(`${sluis.url}/box.js`, {
    body: sizes.map(([width, height]) => `<iframe data-consent="social-media" data-src="https://www.youtube.com/embed/abc" title="Film ${width}" width="${width}" height="${height}"></iframe>`).join(''),
  });
  const { page, ui, leave } = await open('/embeds', { viewport: { width: 1440, height: 1200 } });
  await ui.refuse.click();
  for (const [width] of sizes) {
    const frame = page.frameLocator(`iframe[title="Film ${width}"]`);
    for (const name of [nl['embed.once']!, nl['embed.always']!.replace('{service}', 'YouTube')]) {
      const button = frame.getByRole('button', { name });
      await button.waitFor();
      assert.ok(await hit(button), `${name} in ${width} px`);
      const { y, height } = await button.evaluate((element) => element.getBoundingClientRect());
      assert.ok(y >= 0 && y + height <= (await frame.locator('html').evaluate(() => innerHeight)), `${name} in ${width} px`);
      assert.ok(height >= 24);
    }
    assert.deepEqual(await cut(frame.locator('body')), []);
    assert.ok(await frame.locator('html').evaluate((root) => root.scrollWidth <= root.clientWidth), 'no sideways scrolling');
  }
  await leave();
});

// Protects: what the buttons of a narrow placeholder say is read word by word: they stand
// below each other before a word is broken.
test('the buttons of narrow embeds break no word', async () => {
  const sizes = [[120, 300], [160, 213], [180, 101], [199, 300]];
  website.pages['/narrow'] = html(`${sluis.url}/box.js`, {
    body: sizes.map(([width, height]) => `<iframe data-consent="social-media" data-src="https://www.youtube.com/embed/abc" title="Narrow ${width}" width="${width}" height="${height}"></iframe>`).join(''),
  });
  const { page, ui, leave } = await open('/narrow', { viewport: { width: 1440, height: 1200 } });
  await ui.refuse.click();
  for (const frame of await page.locator('iframe').all()) {
    const inside = frame.contentFrame();
    await inside.getByRole('button').first().waitFor();
    const broken = await inside.locator('body').evaluate((body) => [...body.querySelectorAll('button')].flatMap(({ firstChild: words }) =>
      [...words!.textContent!.matchAll(/\S+/g)].filter(({ index, 0: word }) => {
        const range = document.createRange();
        range.setStart(words!, index);
        range.setEnd(words!, index + word.length);
        return range.getClientRects().length > 1;
      }).map(([word]) => word)));
    assert.deepEqual(broken, [], (await frame.getAttribute('title'))!);
    assert.deepEqual(await cut(inside.locator('body')), []);
    assert.ok(await inside.locator('html').evaluate((root) => root.scrollWidth <= root.clientWidth), 'no sideways scrolling');
  }
  await leave();
});

// Protects: in a low frame what the placeholder says goes behind the buttons and
// nowhere else: its link is seen when it has the focus (WCAG 2.4.11), and no words
// stand beside the buttons.
test('the buttons of low embeds hide no focus and leave no words beside them', async () => {
  const sizes = [[200, 113], [300, 150], [300, 226], [480, 90], [640, 152]];
  website.pages['/low'] = html(`${sluis.url}/box.js`, {
    body: sizes.map(([width, height]) => `<iframe data-consent="social-media" data-src="https://www.youtube.com/embed/abc" title="Low ${width} × ${height}" width="${width}" height="${height}"></iframe>`).join(''),
  });
  const { page, ui, leave } = await open('/low', { viewport: { width: 1440, height: 1200 }, reducedMotion: 'reduce' });
  await ui.refuse.click();
  for (const frame of await page.locator('iframe').all()) {
    const inside = frame.contentFrame();
    const title = await frame.getAttribute('title');
    const link = inside.getByRole('link');
    await link.waitFor();
    // By keyboard: from the frame itself the first stop is the link, the last but one back is too.
    for (const keys of [['Tab'], ['Tab', 'Tab', 'Shift+Tab', 'Shift+Tab']]) {
      await frame.focus();
      for (const key of keys) await page.keyboard.press(key);
      await page.evaluate(() => new Promise((painted) => requestAnimationFrame(() => requestAnimationFrame(painted))));
      assert.ok(await link.evaluate((link) => link.matches(':focus')), title!);
      assert.ok(await link.evaluate((link) => [...link.getClientRects()].some(({ left, right, top, bottom }) => document.elementFromPoint((left + right) / 2, (top + bottom) / 2) === link)), `${title}: the link is seen after ${keys}`);
    }
    const beside = await inside.locator('body').evaluate((body) => {
      const row = body.querySelector('.acts')!.getBoundingClientRect();
      return [...body.querySelectorAll('p')].filter((words) => words.getBoundingClientRect().left < row.left || words.getBoundingClientRect().right > row.right).map((words) => words.textContent);
    });
    assert.deepEqual(beside, [], title!);
    const once = inside.getByRole('button').first();
    assert.ok((await once.boundingBox())!.width < 300, `${title}: as wide as its words need`);
  }
  await leave();
});

// Protects WCAG 1.4.4: whoever has set letters twice as large in the browser reads the
// question and the preferences: rows that stay leave their words at least half of either.
test('letters twice as large in the browser', async () => {
  const large = await startBrowser({ args: [...chromiumHere.args, '--blink-settings=defaultFontSize=32'] });
  try {
    for (const viewport of [{ width: 320, height: 568 }, { width: 390, height: 844 }, { width: 412, height: 915 }]) {
      const { page, leave } = await visit(large, { viewport });
      await page.goto(`${website.url}/box`);
      const ui = banner(page);
      await ui.region.waitFor();
      assert.equal(await style(ui.region, 'font-size'), '32px');
      for (const layer of [ui.region, ui.preferences]) {
        if (layer === ui.preferences) await ui.choose.click();
        const [left, all] = await layer.evaluate((layer) => {
          const rows = [...layer.querySelectorAll<HTMLElement>('.head, .acts')].filter((row) => getComputedStyle(row).position === 'sticky');
          return [layer.clientHeight - rows.reduce((sum, row) => sum + row.offsetHeight, 0), layer.clientHeight] as const;
        });
        assert.ok(left >= all / 2, `${left} px of ${all} in ${viewport.width} by ${viewport.height}`);
        assert.ok(await layer.evaluate((layer) => layer.scrollWidth <= layer.clientWidth), 'no sideways scrolling');
      }
      await leave();
    }
  } finally {
    await large.close();
  }
});

// Protects: where the title of the preferences scrolls away because of such letters, their
// message is in sight all the same, whatever they are scrolled to.
test('the message with letters twice as large in the browser', async () => {
  const large = await startBrowser({ args: [...chromiumHere.args, '--blink-settings=defaultFontSize=32'] });
  try {
    const { page, context, leave } = await visit(large, { viewport: { width: 320, height: 568 } });
    await context.grantPermissions(['clipboard-read', 'clipboard-write']);
    await page.goto(`${website.url}/box`);
    const ui = banner(page);
    await ui.accept.click();
    await ui.reopen.click();
    await ui.preferences.getByRole('button', { name: nl['copy']! }).click();
    const message = ui.preferences.getByRole('status').filter({ hasText: nl['copied']! });
    await message.waitFor();
    assert.ok(await hit(message));
    await leave();
  } finally {
    await large.close();
  }
});

// Protects WCAG 2.4.7: in a low window the ring around what has the focus is whole,
// also around the last thing that the question scrolls to.
for (const layout of ['box', 'bar', 'centred'])
  test(`the ring in a low window, ${layout}`, async () => {
    for (const viewport of [{ width: 667, height: 375 }, { width: 844, height: 360 }]) {
      const { page, ui, leave } = await open(`/${layout}`, { viewport, reducedMotion: 'reduce' });
      for (const stop of [ui.accept, ui.refuse, ui.choose, ui.region.getByRole('link')]) {
        await page.keyboard.press('Tab');
        assert.ok(await stop.evaluate((element) => element.matches(':focus-visible')));
        const [inner, outer] = await Promise.all([stop.boundingBox(), ui.region.boundingBox()]);
        const room = outer!.y + outer!.height - 1 - inner!.y - inner!.height;
        assert.ok(room >= 5, `${room} px below “${await stop.textContent()}”, ${viewport.width} px wide`);
      }
      await leave();
    }
  });
