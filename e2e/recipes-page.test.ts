import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { compileScript, parse } from 'vue/compiler-sfc';
import { banner } from './harness/banner.ts';
import { startBrowser, visit } from './harness/browser.ts';
import { bundle } from './harness/bundle.ts';
import { until } from './harness/ports.ts';
import { recipe } from './harness/recipe.ts';
import { startSluis, type Sluis } from './harness/sluis.ts';
import { dataLayer } from './harness/thirdparty.ts';
import { page as pageOf, siteFile, startWebsite, type Website } from './harness/website.ts';

const id = 'custom-website';
let sluis: Sluis, browser: Browser, website: Website;
before(async () => {
  website = await startWebsite();
  const services = 'google-analytics-4: {measurement_id: G-TEST12345}\n  youtube: {}\n  google-maps: {}';
  const container = recipe('google-tag-manager', 'yaml').replace(/^services:\n/, '').trim();
  [sluis, browser] = await Promise.all([
    startSluis({ [id]: siteFile(website.url, { services }), container: siteFile(website.url, { services: container }) }), startBrowser(),
  ]);
});
after(async () => { await browser?.close(); await sluis?.stop(); await website?.close(); });

/** Opens a page whose head and body are these, and waits for the question. */
const open = async (path: string, { head, body = '<main id="app"></main>', script = '', headers = {} }: { head: string; body?: string; script?: string; headers?: Record<string, string> }) => {
  website.pages[path] = { html: `<!doctype html><html lang="nl"><head><meta charset="utf-8"><title>Website</title>${head}</head><body>${body}</body></html>`, headers };
  website.pages[`${path}.js`] = (_, response) => void response.writeHead(200, { 'content-type': 'text/javascript' }).end(script);
  const visitor = await visit(browser);
  await visitor.context.addInitScript(() => {
    (window as any).violations = [];
    document.addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) => (window as any).violations.push(`${violatedDirective} ${blockedURI}`));
  });
  await visitor.page.goto(website.url + path);
  await banner(visitor.page).region.waitFor();
  return visitor;
};
const from = () => ({ '/_sluis/': `${sluis.url}/` });
const requested = (visitor: Awaited<ReturnType<typeof open>>, what: string): boolean => visitor.thirdParty.some(({ url }) => url.includes(what));

/** What the recipes for components show: a map that asks, and a film that is marked. */
const components = async (path: string, head: string, script: string, ...marked: string[]): Promise<void> => {
  const visitor = await open(path, { head, body: `<div id="app"></div><script src="${path}.js"></script>`, script });
  const { page, thirdParty } = visitor;
  const ask = page.getByRole('button', { name: 'Show the map' });
  await ask.waitFor();
  assert.deepEqual(thirdParty, []);
  await ask.click();
  await banner(page).preferences.waitFor();
  await page.keyboard.press('Escape');
  await banner(page).accept.click();
  await page.getByTitle('Where we are').waitFor();
  await ask.waitFor({ state: 'detached' });
  await until('what is marked is asked for', () => ['youtube-nocookie.com/embed/', ...marked].every((what) => requested(visitor, what)));
  await page.evaluate(() => (window as any).unmount());
  assert.equal(await page.locator('#app').innerHTML(), '');
  await page.evaluate(() => (window as any).Sluis.withdraw());
  await ask.waitFor();
  assert.deepEqual(visitor.errors, []);
  await visitor.leave();
};

// Promise: the hook of the recipe shows a component when its service is allowed
// and takes it back when it no longer is; a marked frame or script is left to Sluis.
test('the recipe for React', async () => {
  const script = await bundle(`import { createRoot } from 'react-dom/client'; import { Map } from './Map'; import { Film } from './Film'; import { Statistics } from './Statistics';
const root = createRoot(document.querySelector('#app')); const film = 'https://www.youtube.com/embed/abc'; root.render(<><Map /><Film address={film} /><Statistics /></>); window.unmount = () => { root.unmount(); };`,
    { useConsent: recipe('react', 'ts'), Map: recipe('react', 'tsx', 0), Film: recipe('react', 'tsx', 1), Statistics: recipe('react', 'tsx', 2) });
  await components('/react', recipe('react', 'html', 0, from()), script, 'stats.example/view.js');
});

// Promise: a component that shows one film and then another shows it after a grant, too.
test('the film of the recipe for React, and another one in its place', async () => {
  const script = await bundle(`import { createRoot } from 'react-dom/client'; import { Film } from './Film';
const root = createRoot(document.querySelector('#app')); window.show = (id) => root.render(<Film address={'https://www.youtube.com/embed/' + id} />); window.show('first');`, { Film: recipe('react', 'tsx', 1) });
  const visitor = await open('/react-film', { head: recipe('react', 'html', 0, from()), body: '<div id="app"></div><script src="/react-film.js"></script>', script });
  const { page, thirdParty } = visitor;
  await banner(page).accept.click();
  await until('the first film is asked for', () => requested(visitor, 'youtube-nocookie.com/embed/first'));
  await page.evaluate(() => (window as any).show('second'));
  await until('the second film is asked for', () => requested(visitor, 'youtube-nocookie.com/embed/second'));
  await page.evaluate(() => window.Sluis!.withdraw());
  await page.getByTitle('Our film').contentFrame().getByRole('button').first().waitFor();
  thirdParty.length = 0;
  await page.evaluate(() => (window as any).show('third'));
  await page.getByTitle('Our film').contentFrame().getByRole('button').first().waitFor();
  assert.deepEqual(thirdParty, []);
  assert.deepEqual(visitor.errors, []);
  await visitor.leave();
});

// Promise: the same for Vue.
test('the recipe for Vue', async () => {
  const { descriptor } = parse(recipe('vue', 'vue'));
  const script = await bundle(`import { createApp, h } from 'vue'; import Map from './Map';
const app = createApp({ render: () => [h(Map), h('iframe', { 'data-consent': 'social-media', 'data-src': 'https://www.youtube.com/embed/abc', title: 'Our film' })] });
app.mount('#app'); window.unmount = () => app.unmount();`,
    { useConsent: recipe('vue', 'ts'), Map: compileScript(descriptor, { id: 'map', inlineTemplate: true }).content });
  await components('/vue', recipe('vue', 'html', 0, from()), script);
});

// Promise: whatever a router puts into the page is held, before and after the choice.
test('the recipe for any router', async () => {
  const script = `${recipe('spa', 'js', 0)}\n${recipe('spa', 'js', 1, { "import('./statistics.js')": 'window.counted = true' })}`;
  const visitor = await open('/spa', {
    head: `<script src="${sluis.url}/${id}.js"></script>`, body: '<nav><a href="/">Home</a> <a href="/film">Film</a></nav><main></main><script src="/spa.js"></script>', script,
  });
  const { page, thirdParty } = visitor;
  await page.getByRole('link', { name: 'Film' }).click();
  await page.getByRole('heading', { name: 'Film' }).waitFor();
  await page.getByTitle('Our film').contentFrame().getByRole('button').first().waitFor();
  assert.deepEqual(thirdParty, []);
  assert.equal(await page.evaluate(() => (window as any).counted), undefined);
  await banner(page).accept.click();
  await until('the view is let go', () => requested(visitor, 'youtube-nocookie.com/embed/abc') && requested(visitor, 'stats.example/view.js'));
  assert.equal(await page.evaluate(() => (window as any).counted), true);
  thirdParty.length = 0;
  await page.getByRole('link', { name: 'Home' }).click();
  await page.goBack();
  await until('the next view is let go', () => requested(visitor, 'youtube-nocookie.com/embed/abc') && requested(visitor, 'stats.example/view.js'));
  assert.equal(await banner(page).region.count(), 0);
  assert.deepEqual(visitor.errors, []);
  await visitor.leave();
});

// Promise: the container waits for consent, and hears of later choices.
test('the recipe for Google Tag Manager', async () => {
  const visitor = await open('/container', { head: `<script src="${sluis.url}/container.js"></script>${recipe('google-tag-manager', 'html')}` });
  const { page, thirdParty } = visitor;
  assert.deepEqual(thirdParty, []);
  await banner(page).choose.click();
  await banner(page).category('analytics').check({ force: true });
  await banner(page).save.click();
  await until('the container is asked for', () => requested(visitor, 'googletagmanager.com/gtm.js?id=GTM-EXAMPLE'));
  const pushed = (await dataLayer(page)).map(([first, second]) => (typeof first === 'string' ? `${first} ${second}` : first.event));
  const [byDefault, update, start] = ['consent default', 'consent update', 'gtm.js'].map((what) => pushed.indexOf(what));
  assert.ok(byDefault! >= 0 && byDefault! < update! && update! < start!, `${pushed}`);
  assert.ok(pushed.includes('sluis_choice'), `${pushed}`);
  await visitor.leave();
});

/** Chooses under the policy of the recipe, and says what the policy complained about. */
const underPolicy = async (path: string, tag: string) => {
  const nonce = 'bm9uY2Ugb2YgdGhpcyBwYWdl';
  const header = recipe('strict-policy', 'http', 0, { '{nonce}': nonce, 'https://consent.example.nl': sluis.url }).trim();
  const visitor = await open(path, {
    head: tag.replaceAll('{nonce}', nonce), headers: { [header.slice(0, header.indexOf(':'))]: header.slice(header.indexOf(':') + 2) },
    body: `<main><script type="text/plain" data-consent="analytics" nonce="${nonce}">window.own = true</script><script type="text/plain" data-consent="analytics">window.smuggled = true</script></main>`,
  });
  const { page } = visitor;
  await banner(page).choose.click();
  await banner(page).category('analytics').check({ force: true });
  await banner(page).save.click();
  await until('the tag is asked for', () => requested(visitor, 'googletagmanager.com/gtag/js'));
  await until('the record is in the log', async () => (await page.evaluate(() => (window as any).Sluis.receipt())) !== null);
  const found = await page.evaluate(() => { const { own, smuggled, violations } = window as any; return { own, smuggled, violations }; });
  assert.deepEqual(found, { own: true, smuggled: undefined, violations: [] });
  assert.deepEqual(visitor.errors, []);
  await visitor.leave();
};

// Promise: the policy of the recipe is enough for all that the gate and the banner do.
test('the recipe for a strict policy', () => underPolicy('/policy', recipe('strict-policy', 'html', 0, { 'https://consent.example.nl': sluis.url })));

// Promise: under a policy of the choice, what the visitor allows comes with the
// line of the recipe, by loading the page once and not again, and the record is
// sent; without the line the policy of before blocks it.
for (const line of [true, false]) {
  test(`the recipe for a policy of the choice${line ? '' : ', without its line'}`, async () => {
    const path = `/choice-policy-${line}`;
    let loads = 0;
    website.pages[`${path}.js`] = (_, response) => void response.writeHead(200, { 'content-type': 'text/javascript' }).end(recipe('strict-policy', 'js'));
    website.pages[path] = async (request, response) => {
      loads++;
      const choice = /(?:^|; )sluis=([^;]+)/.exec(request.headers.cookie ?? '')?.[1] ?? '';
      const { csp } = await (await fetch(`${sluis.url}/v1/sites/${id}/scripts?choice=${encodeURIComponent(choice)}`)).json();
      response.writeHead(200, { 'content-type': 'text/html; charset=utf-8', 'content-security-policy': csp }).end(
        pageOf(`${sluis.url}/${id}.js`, {
          head: line ? `<script src="${path}.js"></script>` : '',
          body: '<iframe data-service="youtube" data-src="https://www.youtube-nocookie.com/embed/abc" title="Film" width="560" height="315"></iframe>',
        }));
    };
    const before = (await sluis.read(id, '/records')).items.length;
    const visitor = await visit(browser);
    const { page } = visitor;
    await page.goto(website.url + path);
    await banner(page).accept.click();
    await until('the record is in the log', async () => (await sluis.read(id, '/records')).items.length === before + 1);
    const film = () => visitor.thirdParty.some(({ url }) => url.includes('youtube-nocookie.com/embed/abc'));
    if (line) await until('the film comes', film);
    await page.waitForLoadState('networkidle');
    assert.deepEqual([loads, film()], line ? [2, true] : [1, false]);
    // Nor does the next page load twice, and withdrawing ends as it should.
    await page.reload({ waitUntil: 'networkidle' });
    if (!line) await until('the film comes with the next page', film);
    assert.deepEqual([loads, film()], line ? [3, true] : [2, true]);
    await page.evaluate(() => (window as any).Sluis.withdraw()).catch(() => {}); // the page may go first
    await until('the withdrawal is in the log', async () => (await sluis.read(id, '/records')).items.length === before + 2);
    // The event and the withdrawal itself both ask for a new page, so one request may be broken off for the other. Then there is rest.
    // A page of its own asked for by us is the last of them, or there is no end.
    await page.waitForLoadState('networkidle');
    await until('the page that stays has refused', () => page.evaluate(() => window.Sluis?.choice?.startsWith('1.1.1.')).catch(() => false));
    await page.waitForLoadState('networkidle');
    const rested = loads;
    await page.reload({ waitUntil: 'networkidle' });
    assert.equal(loads, rested + 1, 'the page loads for ever');
    assert.ok(rested <= (line ? 5 : 4), `${rested} loads`);
    assert.deepEqual(visitor.errors, []);
    await visitor.leave();
  });
}

// Promise: the same with Subresource Integrity, from what the service says of the release.
test('the recipe for Subresource Integrity', async () => {
  const { integrity } = await sluis.read(id, '');
  await underPolicy('/integrity', recipe('strict-policy', 'html', 1, { '{integrity.script}': integrity.script, '{integrity.hash}': integrity.hash }));
});
