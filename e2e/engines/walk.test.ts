import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { nl } from '../harness/labels.ts';
import { until } from '../harness/ports.ts';
import { startSluis } from '../harness/sluis.ts';
import { siteFile } from '../harness/website.ts';
import { chromium } from './chromium.ts';
import { keys, type Engine } from './engine.ts';
import { firefox } from './firefox.ts';
import { forward, startOutside } from './outside.ts';
import { shop } from './shop.ts';
import { visitorAt } from './visitor.ts';
import { webkit } from './webkit.ts';

const site = 'https://shop.example';
const consent = 'https://consent.example';
const youtube = nl['embed.always']!.replace('{service}', 'YouTube');
const pictures = join(import.meta.dirname, '../artifacts/engines');

const walk = (engine: Engine) => test(`the walk in ${engine.name}`, async (t) => {
  const sluis = await startSluis({ site: siteFile(site) }, { SLUIS_PUBLIC_URL: consent });
  t.after(() => sluis.stop());
  const outside = await startOutside({ 'shop.example': shop(consent), 'consent.example': forward(sluis.url) });
  t.after(() => outside.close());
  const visitor = visitorAt(await engine.start(outside));
  t.after(() => visitor.close());
  t.diagnostic(`${engine.name} ${visitor.version}`);

  const { seen } = outside;
  const asked = (host: string) => seen.filter((request) => request.host === host);
  const choiceCookie = async () => (await visitor.cookies()).find(({ name }) => name === '__Host-sluis')?.value;
  const records = async (): Promise<any[]> => (await sluis.read('site', '/records')).items.reverse();
  const recorded = (...actions: string[]) => until(`the log holds ${actions}`, async () => `${(await records()).map(({ facts }) => facts.action)}` === `${actions}`);
  const shows = (name: string) => until(`“${name}” is shown`, () => visitor.where(name));
  const gone = (name: string) => until(`“${name}” is gone`, async () => !(await visitor.where(name)));
  const ran = () => visitor.evaluate(() => window.__ran ?? []);
  // What is not in order is asynchronous by its own wish.
  const inOrder = async () => (await ran()).filter((what) => /^inline \d|one\.|two\./.test(what));
  const picture = async (name: string) => {
    mkdirSync(pictures, { recursive: true });
    writeFileSync(join(pictures, `${engine.name.toLowerCase()}-${name}.png`), await visitor.screenshot());
  };
  const step = (name: string, work: () => Promise<void>) => t.test(name, async () => {
    await work();
    assert.deepEqual(await visitor.evaluate(() => window.faults), [], 'errors on the page');
  });

  // Promise: without an act nothing leaves the page and nothing is kept.
  await step('a first visit: the banner shows, nothing third-party, no cookie', async () => {
    await visitor.open(`${site}/`);
    for (const button of ['accept', 'refuse', 'choose']) await until(`${button} can be hit`, async () => (await visitor.where(nl[button]!))?.hit);
    await shows(youtube);
    assert.deepEqual(seen.map(({ url }) => url), []);
    assert.deepEqual(await visitor.cookies(), []);
    assert.deepEqual(await visitor.evaluate(() => [localStorage.length, sessionStorage.length]), [0, 0]);
    assert.deepEqual(await visitor.evaluate(() => (['necessary', 'functional', 'analytics', 'social-media'] as const).map((what) => window.Sluis!.allows(what))), [true, false, false, false]);
    await picture('banner');
  });

  // Promise: whoever refuses carries no number, and is not asked again.
  await step('refuse, reload: still nothing, no banner', async () => {
    await visitor.choose(nl['refuse']!);
    await gone(nl['refuse']!);
    await recorded('refuse_all');
    assert.match((await choiceCookie())!, /^1\.1\.1\.\d{5}\.\.$/);
    await visitor.reload();
    await shows(nl['reopen']!);
    await shows(youtube);
    assert.equal(await visitor.where(nl['accept']!), undefined);
    assert.deepEqual(seen.map(({ url }) => url), []);
    assert.equal((await visitor.cookies()).length, 1);
  });

  // Promise: the preferences are a dialog that the keyboard can leave as it came.
  await step('the preferences: open, Escape, the focus returns', async () => {
    await visitor.choose(nl['reopen']!);
    await shows(nl['save']!);
    await until('the focus is in the dialog', async () => (await visitor.focused()) !== nl['reopen']);
    await shows(nl['receipt']!); // by a script of its own, which the policy allows
    await picture('preferences');
    await visitor.press(keys.escape);
    await gone(nl['save']!);
    await until('the focus is back', async () => (await visitor.focused()) === nl['reopen']);
    assert.match((await choiceCookie())!, /^1\.1\.1\.\d{5}\.\.$/, 'closing decides nothing');
  });

  // Promise: an embed asks in its own place; once is once, always is a recorded act.
  await step('an embed: load once, then always', async () => {
    const below = () => visitor.evaluate(() => Math.round(document.querySelector('#below')!.getBoundingClientRect().top + scrollY));
    const before = await below();
    await picture('embeds');
    await visitor.choose(nl['embed.once']!);
    await until('the film is asked for', () => asked('www.youtube-nocookie.com').length === 1);
    await until('the focus went into it', async () => (await visitor.focused()) === 'Film a');
    await recorded('refuse_all');
    await visitor.choose(youtube);
    await until('the other one too', () => asked('www.youtube-nocookie.com').length === 2);
    await recorded('refuse_all', 'embed');
    assert.equal(await below(), before, 'nothing moved');
    seen.length = 0;
    await visitor.reload();
    await until('always means always', () => asked('www.youtube-nocookie.com').length === 2);
    assert.deepEqual([...new Set(seen.map(({ host }) => host))], ['www.youtube-nocookie.com']);
  });

  const loaded = async (order: string[], ...signals: string[]) => {
    await until('all have run', async () => (await ran()).length === 9);
    assert.deepEqual(await inOrder(), order);
    assert.deepEqual((await ran()).filter((what) => /module|three\.|^ga$/.test(what)).sort(), ['ga', 'https://three.example/any.js', 'inline module', 'module']);
    assert.deepEqual(await visitor.evaluate(() => {
      const script = document.querySelector<HTMLScriptElement>('script[src^="https://one"]')!;
      return [script.dataset.own, script.crossOrigin, script.nonce, document.querySelector<HTMLScriptElement>('script[src^="https://two"]')!.defer, document.querySelector<HTMLScriptElement>('script[src^="https://three"]')!.async];
    }), ['x', 'anonymous', 'shop', true, true]);
    assert.deepEqual(await visitor.evaluate(() => Array.from(window.dataLayer!, (entry) => [entry[0], typeof entry[1] === 'string' ? entry[1] : 'value', entry[2]?.analytics_storage].join(' '))),
      ['consent default denied', ...signals, 'consent update granted', 'js value ', 'config G-TEST12345 ']);
    assert.equal(asked('www.googletagmanager.com').length, 1);
  };

  // Promise: what is held runs after consent in the order of the document, with its attributes and nonce.
  await step('accept: held scripts run in order, Google is told before it is asked', async () => {
    await visitor.choose(nl['reopen']!);
    await visitor.choose(nl['accept']!);
    await gone(nl['accept']!);
    // The choice before this one had a number, so Google was told of it.
    await loaded(['https://one.example/slow.js', 'inline 1', 'https://two.example/b.js', 'inline 2', 'inline 3'], 'consent update denied');
    await recorded('refuse_all', 'embed', 'accept_all');
    assert.match((await choiceCookie())!, /^1\.1\.f\.\d{5}\.(\+youtube)?\.[\da-f-]{36}$/);
  });

  // Promise: with consent a page behaves as if its scripts had never been held.
  await step('reload with consent: the same at once, no banner', async () => {
    seen.length = 0;
    await visitor.reload();
    // The second one says `defer`, which means something while a page is being read:
    // it runs at the end of that, or, in Firefox ESR 140, where it stands.
    await until('all have run', async () => (await ran()).length === 9);
    const deferred = (await inOrder()).at(-1) === 'https://two.example/b.js';
    await loaded(deferred
      ? ['https://one.example/slow.js', 'inline 1', 'inline 2', 'inline 3', 'https://two.example/b.js']
      : ['https://one.example/slow.js', 'inline 1', 'https://two.example/b.js', 'inline 2', 'inline 3']);
    assert.equal(asked('www.youtube-nocookie.com').length, 2);
    assert.equal(await visitor.where(nl['refuse']!), undefined);
  });

  const withdraw = async () => {
    await visitor.evaluate(() => { window.same = true; window.Sluis!.withdraw(); });
    await until('the page has reloaded', () => visitor.evaluate(() => !window.same && document.readyState === 'complete'));
  };

  // Promise: withdrawing removes what the services left, and nothing loads again.
  await step('withdraw: the cookies are gone, nothing loads after the reload', async () => {
    assert.ok((await visitor.cookies()).some(({ name }) => name === '_ga'), 'the fake tag has set its cookie');
    await withdraw();
    await recorded('refuse_all', 'embed', 'accept_all', 'withdraw');
    assert.deepEqual((await visitor.cookies()).map(({ name }) => name), ['__Host-sluis']);
    assert.match((await choiceCookie())!, /^1\.1\.1\.\d{5}\.\.$/, 'the consent number has left the device');
    seen.length = 0;
    await visitor.reload();
    await shows(youtube);
    assert.deepEqual(seen.map(({ url }) => url), []);
  });

  // Promise: a page that lay in memory learns what was chosen meanwhile.
  await step('accept on the next page, back, withdraw there, back: the first page follows', async () => {
    const go = async (path: string, how: () => void) => {
      await visitor.evaluate(how);
      await until(`${path} is there`, () => visitor.evaluate((path) => location.pathname === path && document.readyState === 'complete' && !!window.Sluis, path));
    };
    const next = () => go('/next', () => { window.same = true; location.href = '/next'; });
    const back = () => go('/', () => void setTimeout(() => history.back()));
    // Firefox keeps no page with frames that was reloaded.
    await visitor.open(`${site}/`);
    await shows(youtube);
    await next();
    await visitor.choose(nl['reopen']!);
    await visitor.choose(nl['accept']!);
    await gone(nl['accept']!);
    await back();
    assert.equal(await visitor.evaluate(() => window.same), true, 'the very same page, from memory');
    await until('all have run', async () => (await ran()).length === 9);
    await next();
    await withdraw();
    await back();
    await until('the page that had consent has loaded anew', () => visitor.evaluate(() => !window.same && document.readyState === 'complete'));
    await shows(youtube);
    assert.deepEqual(await ran(), []);
  });

  // Promise: an application's own content is held like everything else.
  await step('an embed that comes later asks too', async () => {
    await visitor.evaluate(() => {
      const frame = document.createElement('iframe');
      Object.assign(frame.dataset, { consent: 'social-media', src: 'https://films.example/later' });
      document.querySelector('h1')!.after(frame);
    });
    await until('its placeholder shows', () => visitor.evaluate(() => /films\.example/.test(document.querySelector('iframe')!.contentDocument!.body.innerText)));
    assert.deepEqual(asked('films.example'), []);
    await visitor.choose(nl['embed.once']!);
    await until('it is asked for', () => asked('films.example').length === 1);
  });

  // Promise: each act is proven by a receipt that verifies offline.
  await t.test('each act has a receipt that verifies', async () => {
    const key = join(sluis.data, 'key');
    writeFileSync(key, await (await fetch(`${sluis.url}/v1/sites/site/log/key`)).text());
    for (const { facts: { id } } of await records()) {
      const file = join(sluis.data, `${id}.json`);
      writeFileSync(file, await (await fetch(`${sluis.url}/v1/sites/site/records/${id}/receipt`)).text());
      const { status, stderr } = await sluis.command('verify', 'receipt', file, '--key', key);
      assert.equal(status, 0, stderr);
    }
  });

  // Promise: what a newcomer sees first, without TLS, keeps and removes cookies as a real site does.
  await t.test('the demo on http://localhost: accept, withdraw', async (t) => {
    const demo = await startSluis();
    t.after(() => demo.stop());
    // Cookies do not tell ports apart, but the shop's are for its own host.
    const names = async () => (await visitor.cookies()).map(({ name }) => name).filter((name) => name !== '__Host-sluis').sort();
    seen.length = 0;
    await visitor.open(`${demo.url}/demo/`);
    await visitor.choose(nl['accept']!);
    await until('its services load', () => ['www.googletagmanager.com', 'www.youtube-nocookie.com', 'connect.facebook.net', 'platform.twitter.com'].every((host) => asked(host).length));
    await until('the cookies are there', async () => `${await names()}` === '_ga,_ga_DEMO,sluis');
    seen.length = 0;
    await withdraw();
    const left = (await visitor.cookies()).map(({ name, value }) => `${name}=${value}`);
    assert.deepEqual(await names(), ['sluis'], `left: ${left.join(' ')}; asked for since: ${seen.map(({ url }) => url).join(' ')}`);
  });
});

// Which engines a distribution has is not ours to say: what is here runs, what is not is named.
for (const engine of [chromium, firefox, webkit]) {
  try {
    engine.programs();
  } catch (error) {
    if (engine === chromium) throw error;
    console.log(`${engine.name} is NOT tested: ${(error as Error).message}.`);
    continue;
  }
  walk(engine);
}
