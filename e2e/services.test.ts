import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { banner } from './harness/banner.ts';
import { startBrowser } from './harness/browser.ts';
import { catalogue, traces } from './harness/catalogue.ts';
import { expected, type Heard } from './harness/hearing.ts';
import { kept, leave } from './harness/kept.ts';
import { nl } from './harness/labels.ts';
import { until } from './harness/ports.ts';
import { enter as enterSite, grant, hears, withdraw, type Told } from './harness/servicetrial.ts';
import { startSluis, type Sluis } from './harness/sluis.ts';
import { siteFile, startWebsite, type Website } from './harness/website.ts';

const services = catalogue();
let sluis: Sluis, browser: Browser, website: Website;
before(async () => {
  website = await startWebsite();
  const sites = Object.fromEntries(services.map(({ id, advertising, example }) => [`site-${id}`, siteFile(website.url, {
    services: id === 'sluis' ? '{}' : `${id}: ${JSON.stringify(example.parameters ?? {})}`, more: advertising ? 'advertising: true\n' : '',
  })]));
  [sluis, browser] = await Promise.all([startSluis(sites, { SLUIS_RATE_ADDRESS: 'off' }), startBrowser()]);
});
after(async () => { await browser?.close(); await sluis?.stop(); await website?.close(); });

const enter = (site: string, service: Told, body: string) => enterSite(browser, website, sluis.url, site, service, body);

/** Google hears through its own data layer, which its adapter fills. */
const consents = (heard: Heard[]): string[] => heard.flatMap(([name, given]) => {
  const [command, when, state] = name === 'dataLayer' && Array.isArray(given) ? given : [];
  return command === 'consent' ? [`${when}: ${state.analytics_storage}, ${state.ad_storage}`] : [];
});

const google = async (heard: Heard[], wanted: string[]): Promise<void> => {
  await until(`${wanted.length} signals`, () => consents(heard).length >= wanted.length).catch(() => {});
  assert.deepEqual(consents(heard), wanted);
};

// Promise, of every file in banner/services: before consent nothing of the
// service is requested or stored; after consent to its category the request its
// example names comes first, and it hears of consent in its own words and
// order; after a withdrawal it hears that too, what it left is gone, and the
// page is loaded anew only where nothing else ends it.
describe('every service', { concurrency: 4 }, () => {
  for (const service of services.filter(({ category }) => category !== 'necessary'))
    test(service.id, async () => {
      const { load, signals, example, consent } = service;
      const { visitor, page, requests, heard } = await enter(`site-${service.id}`, service, example.html ?? '');
      assert.deepEqual([requests, await kept(page)], [[], []]);
      const framed = example.html?.startsWith('<iframe');
      const once = (framed ? page.frameLocator('main iframe') : page.locator('main')).getByRole('button', { name: nl['embed.once']! });
      if (framed || load?.when) await once.waitFor();
      const told = (): Heard[] => (consent ? heard.filter(([name]) => name !== 'dataLayer' && name !== 'release') : heard);
      if (!consent) await hears(heard, expected(signals?.default));

      await grant(page, service.advertising ? 'advertising' : service.category);
      await until('the example’s request', () => requests.length);
      assert.ok(requests[0]!.startsWith(example.request), requests[0]);
      if (load?.when) await once.waitFor({ state: 'detached' });
      if (!consent) await hears(heard, [...expected(load?.before), ...expected(signals?.grant), ['release'], ...expected(load?.after)]);
      else {
        const state = `${service.advertising ? 'denied' : 'granted'}, ${service.advertising ? 'granted' : 'denied'}`;
        await google(heard, ['default: denied, denied', `update: ${state}`]);
        assert.ok(heard.findIndex(([, given]: any) => given?.[1] === 'update') < heard.findIndex(([name]) => name === 'release'), 'consent is told before the script comes');
        assert.deepEqual(told(), expected(load?.before).filter(([name]) => name !== 'dataLayer'));
      }
      for (const [name, value] of Object.entries(service.embed?.attributes ?? {})) assert.equal(await page.locator(load!.when!).first().getAttribute(name), value);

      const { cookies, stored } = traces(service);
      await leave(page, cookies, stored);
      await until('it is there', async () => (await kept(page)).length === cookies.length * 2 + stored.length);
      // A tag that still runs may write once more as the page goes.
      if (service.reload && cookies[0]) await page.evaluate((name) => addEventListener('pagehide', () => (document.cookie = `${name}=2;path=/`)), cookies[0]);
      heard.length = 0;
      const requested = requests.length;
      await withdraw(page, !!service.reload);
      await until('what it left is gone', async () => !(await kept(page)).length).catch(() => {});
      assert.deepEqual(await kept(page), []);
      if (consent) await google(heard, ['update: denied, denied', 'default: denied, denied']);
      else await hears(heard, [...expected(signals?.deny), ...(service.reload ? expected(signals?.default) : [])]);
      assert.deepEqual(requests.slice(requested), []);
      if (framed) {
        await once.waitFor();
        assert.equal(await page.locator('main iframe').getAttribute('src'), null);
      }
      if (load && !service.reload) {
        // It is still there: it only needs to be told.
        await grant(page, service.advertising ? 'advertising' : service.category, true);
        await hears(heard, expected(signals?.grant));
        assert.deepEqual(requests.slice(requested), []);
      }
      assert.deepEqual(visitor.errors, []);
      await visitor.leave();
    });
});

// Promise: what is necessary asks nobody: it is there before any choice, and a
// withdrawal leaves what it keeps alone.
describe('what is necessary', { concurrency: 2 }, () => {
  for (const service of services.filter(({ category }) => category === 'necessary'))
    test(service.id, async () => {
      const { visitor, page, requests } = await enter(`site-${service.id}`, service, service.example.html ?? '');
      if (service.example.request) {
        await until('its request', () => requests.length);
        assert.ok(requests[0]!.startsWith(service.example.request), requests[0]);
      }
      await banner(page).accept.click();
      const { cookies } = traces(service);
      // A browser leaves this one to its own rules: without TLS the choice goes by another name.
      const names = cookies.filter((name) => !name.startsWith('__Host-'));
      await leave(page, names, []);
      await withdraw(page, false);
      await until('all of it is still there', async () => (await kept(page)).length === names.length * 2);
      assert.deepEqual(visitor.errors, []);
      await visitor.leave();
    });
});

// Promise: an advertising pixel is not served under a label that does not name
// advertising: the site is refused, with the way out.
test('advertising stays out unless the label names it', async () => {
  const pixel = { services: 'meta-pixel: {pixel_id: "123456789012345"}' };
  sluis.site('unnamed', siteFile(website.url, pixel));
  await until('it is refused', () => /unnamed\.yaml/.test(sluis.log()));
  assert.equal((await fetch(`${sluis.url}/unnamed.js`)).status, 404);
  const { status, stdout, stderr } = await sluis.command('check', join(sluis.data, 'sites/unnamed.yaml'));
  assert.notEqual(status, 0);
  assert.match(stdout + stderr, /services\.meta-pixel: Meta Pixel profiles visitors for advertising[^]*advertising: true/);
  sluis.site('unnamed', siteFile(website.url, { ...pixel, more: 'advertising: true\n' }));
  await until('it is served', async () => (await fetch(`${sluis.url}/unnamed.js`)).ok);
  const { visitor, page, requests } = await enter('unnamed', {}, '');
  await banner(page).region.getByText('advertenties').waitFor();
  await banner(page).refuse.click();
  await page.evaluate(() => window.Sluis!.receipt());
  assert.deepEqual(requests, []);
  await visitor.leave();
});

// Promise: a service that a site file describes itself is set up, told of
// consent and cleaned up like those we ship, databases and caches included.
test('a service of the site’s own', async () => {
  const own = {
    load: { before: [{ do: 'list', name: 'chatter.queue' }, { do: 'stub', name: 'chat', args: ['q', 'real', { version: 2 }] }, { do: 'call', name: 'chat', args: ['open', { room: 'shop' }] }], after: [{ do: 'call', name: 'chat', args: ['ready'] }] },
    signals: { default: [{ do: 'set', name: 'chatter.mode', args: ['quiet'] }, { do: 'push', name: 'chats', args: [['wait']] }], grant: [{ do: 'push', name: 'chats', args: [['go']] }], deny: [{ do: 'push', name: 'chats', args: [['stop']] }] },
  };
  const nothing = { nl: 'Bewaart het gesprek.', en: 'Keeps the conversation.' };
  const stored = ['localStorage', 'sessionStorage', 'indexedDB', 'cache'].map((type) => ({ type, name: `chat.${type}.`, match: 'prefix', party: 'first', purpose: nothing }));
  sluis.site('own', siteFile(website.url, { services: `our-chat: ${JSON.stringify({ define: {
    name: 'Our chat', category: 'functional', provider: 'Chat B.V.', purpose: { nl: 'Beantwoordt vragen op de pagina.', en: 'Answers questions on the page.' }, recipients: ['Chat B.V.'],
    privacy: 'https://chat.example/privacy', retention: 'P1Y', transfer: null, hosts: [{ type: 'script', host: 'cdn.chat.example' }],
    cookies: [{ name: 'chat_', match: 'prefix', party: 'first', lifetime: 'P1Y', purpose: nothing }], storage: stored,
    load: { script: 'https://cdn.chat.example/chat.js', ...own.load }, signals: own.signals,
  } })}` }));
  await until('it is served', async () => (await fetch(`${sluis.url}/own.js`)).ok);
  const { visitor, page, requests, heard } = await enter('own', { load: { ...own.load }, signals: own.signals }, '');
  await hears(heard, [['chats', ['wait']]]);
  assert.equal(await page.evaluate(() => (window as any).chatter.mode), 'quiet');
  await grant(page, 'functional');
  await hears(heard, [['chat', 'open', { room: 'shop' }], ['chats', ['go']], ['release'], ['chat', 'ready']]);
  assert.deepEqual(requests, ['https://cdn.chat.example/chat.js']);
  assert.deepEqual(await page.evaluate(() => [(window as any).chat.version, (window as any).chat.q.length]), [2, 2]);
  const kinds = stored.map(({ type, name }) => ({ type, name: name + 'x1' }));
  await leave(page, ['chat_x1', 'other'], [...kinds, ...kinds.map(({ type }) => ({ type, name: 'other' }))]);
  await withdraw(page, false);
  const others = Array(6).fill('other');
  await until('only what is not the service’s is left', async () => (await kept(page)).length === others.length).catch(() => {});
  assert.deepEqual(await kept(page), others);
  await hears(heard, [['chats', ['stop']]]);
  assert.deepEqual(visitor.errors, []);
  await visitor.leave();
});

// Promise: where two services of a site share a host, a frame is that one's
// whose address it is, with the net for unmarked tags and without.
for (const net of ['services', 'off'])
  test(`frames of a shared host, caught: ${net}`, async () => {
    const id = `shared-${net}`;
    sluis.site(id, siteFile(website.url, { services: 'google-maps: {}\n  recaptcha: {}', more: `caught: "${net}"\n` }));
    await until('it is served', async () => (await fetch(`${sluis.url}/${id}.js`)).ok);
    const frame = (address: string): string => `<iframe data-consent="functional" data-src="https://www.google.com/${address}" width="400" height="300"></iframe>`;
    const { visitor, page, requests } = await enter(id, {}, frame('recaptcha/api2/demo') + frame('maps/embed?pb=1'));
    await page.frameLocator('main iframe >> nth=0').getByRole('button', { name: 'Google reCAPTCHA altijd toestaan' }).waitFor();
    await page.frameLocator('main iframe >> nth=1').getByRole('button', { name: 'Google Maps altijd toestaan' }).click();
    await until('the map comes', () => requests.length);
    await page.evaluate(() => window.Sluis!.receipt());
    assert.deepEqual(requests, ['https://www.google.com/maps/embed?pb=1']);
    assert.deepEqual(visitor.errors, []);
    await visitor.leave();
  });
