import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { beforeEach, test } from 'node:test';
import { run } from './steps.ts';

interface Told { do: string; name: string; args?: unknown[] }
const page = globalThis as any;
beforeEach(() => (page.window = {}));

const encoded = (steps: Told[] = []): string[] =>
  steps.map((step) => JSON.stringify([step.do, step.name, ...(step.args ?? [])]).replace(/\{\w+\}/g, 'ID'));
/** What a page's queues hold, calls being kept as arguments objects. */
const plain = (value: any): unknown => JSON.parse(JSON.stringify(value, (_, part) => (Object.prototype.toString.call(part) == '[object Arguments]' ? [...part] : part)));

/** Does what the gate does with a service up to its script, and then takes it back. */
const heard = (id: string, queue: (page: any) => unknown): [granted: unknown, all: unknown] => {
  const { load, signals } = JSON.parse(readFileSync(new URL(`../services/${id}.json`, import.meta.url), 'utf8'));
  for (const steps of [signals.default, load.before, signals.grant]) run(encoded(steps));
  const granted = plain(queue(page.window));
  run(encoded(signals.deny));
  return [granted, plain(queue(page.window))];
};

// Protects: services hear of consent, and of its end, in the words and the
// order that their own documentation asks for.
const UET = (what: string, state: string) => ['consent', what, { ad_storage: state }];
const asked: [id: string, queue: (page: any) => unknown, granted: unknown[], denied: unknown[]][] = [
  ['microsoft-uet', (page) => page.uetq, [...UET('default', 'denied'), ...UET('update', 'granted')], UET('update', 'denied')],
  ['microsoft-clarity', (page) => page.clarity.q, [['consentv2', { ad_Storage: 'denied', analytics_Storage: 'granted' }]],
    [['consentv2', { ad_Storage: 'denied', analytics_Storage: 'denied' }], ['consent', false]]],
  ['meta-pixel', (page) => page.fbq.queue, [['init', 'ID'], ['track', 'PageView'], ['consent', 'grant']], [['consent', 'revoke']]],
  ['tiktok-pixel', (page) => page.ttq, [['page'], ['grantConsent']], [['revokeConsent'], ['disableCookie']]],
  ['pinterest-tag', (page) => page.pintrk.queue, [['load', 'ID'], ['setconsent', true]], [['setconsent', false]]],
  ['matomo', (page) => page._paq,
    [['requireConsent'], ['trackPageView'], ['enableLinkTracking'], ['setTrackerUrl', 'https://IDIDmatomo.php'], ['setSiteId', 'ID'], ['setConsentGiven']],
    [['forgetConsentGiven']]],
  ['hubspot', (page) => page._hsp, [['setHubSpotConsent', { analytics: true, advertisement: false, functionality: true }]], [['revokeCookieConsent']]],
];
for (const [id, queue, granted, denied] of asked)
  test(`${id} hears of consent`, () => assert.deepEqual(heard(id, queue), [granted, [...granted, ...denied]]));

// Protects: a stub hands over once the service has come, as its own snippet does.
test('a stub keeps calls until the service answers itself', () => {
  run(['["stub","fbq","queue","callMethod",{"version":"2.0"}]', '["call","fbq","init",1]']);
  const { fbq } = page.window;
  const direct: unknown[] = [];
  fbq.callMethod = function (this: unknown, ...args: unknown[]) { direct.push([this == fbq, args]); };
  run(['["call","fbq","track",2]', '["stub","fbq","queue","callMethod"]']);
  assert.equal(page.window.fbq, fbq, 'a second stub leaves the first alone');
  assert.equal(fbq.version, '2.0');
  assert.deepEqual(plain(fbq.queue), [['init', 1]]);
  assert.deepEqual(direct, [[true, ['track', 2]]]);
});

// Protects: what a step names is made on the way, what it calls is not, and
// nothing that one step breaks keeps the next from its work.
test('names, special values, faults', () => {
  run(['["set","a.b.c",{"now":{"$now":true},"at":[{"$date":true}]}]', '["call","none.of.this","x"]', '["push","broken.list",1]', '["list","kept"]',
    '["set","same",{"$global":"kept"}]', '["set","made",[]]', '["push","made",{"deep":{"$global":"kept"}}]']);
  const { window } = page;
  assert.ok(Math.abs(window.a.b.c.now - Date.now()) < 6e4);
  assert.ok(window.a.b.c.at[0] instanceof Date);
  assert.equal('none' in window, false);
  assert.equal('broken' in window, false);
  assert.equal(window.same, window.kept);
  assert.equal(window.made[0].deep, window.kept);
});

// Protects: a service may change what it is given, and gets it whole the next time.
test('values are made anew, instances from the page’s own', () => {
  const steps = ['["set","settings",{"list":[]}]'];
  run(steps);
  page.window.settings.list.push('theirs');
  run(steps);
  assert.deepEqual(page.window.settings, { list: [] });
  page.window.UET = class { options: any; constructor(options: any) { this.options = options; } };
  page.window.uetq = ['waiting'];
  run(['["new","uetq","UET",{"q":{"$global":"uetq"}}]', '["proxy","ttq",["page"]]', '["call","ttq.page","home"]']);
  assert.deepEqual(page.window.uetq.options.q, ['waiting']);
  assert.deepEqual(plain(page.window.ttq), [['page', 'home']]);
});
