import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { CATEGORIES, decide, format, join, Of, parse } from './choice.ts';

interface Case {
  name: string;
  cookie: string;
  choice: null | { granted: Record<string, boolean>; services: Record<string, boolean>; day: number; consentId: string };
  allowed: string[];
}
const table = JSON.parse(readFileSync(new URL('../testdata/choices.json', import.meta.url), 'utf8')) as {
  today: number;
  site: { legalVersion: number; validDays: number; services: { id: string; category: string }[] };
  cases: Case[];
};

const bits: Record<string, number> = { necessary: 1, functional: 2, analytics: 4, 'social-media': 8 };
Object.assign(globalThis, {
  LEGAL: table.site.legalVersion,
  LEGALS: `${table.site.legalVersion}`,
  DAYS: table.site.validDays,
  WITH_SERVICES: true,
  WITH_NECESSARY: true,
  WITH_EARLIER: true,
  SERVICES: Object.fromEntries(table.site.services.map(({ id, category }) => [id, [bits[category]]])),
});

// The browser decides by the first mention of a service; the service wants
// them sorted and once. Only a hand can have written such a cookie.
const stricterInGo = ['services out of order', 'a service twice'];

// Protects: gate and service read the same cookie alike, and doubt never grants.
for (const { name, cookie, choice, allowed } of table.cases)
  test(`choice cookie: ${name}`, () => {
    const read = parse(`a=b; sluis=${cookie}; c=d`, false, table.today + 0.5);
    if (stricterInGo.includes(name)) return assert.ok(read);
    assert.equal(!!read, !!choice, 'is it a choice?');
    const may = table.site.services.map(({ id }) => id).filter((id) => decide(read, '', id));
    assert.deepEqual(may, allowed);
    if (!read || !choice) return;
    for (const category of CATEGORIES) assert.equal(decide(read, category), choice.granted[category], category);
    assert.equal(read[Of.Day], `${choice.day}`);
    assert.equal(read[Of.ConsentId], choice.consentId);
    assert.equal(format(parseInt(read[Of.Bits]!, 16), choice.day, read[Of.Services]!, choice.consentId), cookie);
    assert.equal(read[Of.Source], cookie);
  });

// Protects: a choice counts its days and not one more.
test('a choice ends with its last day', () => {
  const read = (now: number) => !!parse(`sluis=1.${table.site.legalVersion}.1.20000..`, false, now);
  assert.equal(read(20000 + table.site.validDays + 0.99), true);
  assert.equal(read(20000 + table.site.validDays + 1), false);
  assert.equal(read(19998.99), false);
  assert.equal(read(19999.01), true);
});

// Protects: on https only a cookie that no other host can have set counts.
test('the cookie of another host is no choice', () => {
  const value = `1.${table.site.legalVersion}.1.20779..`;
  assert.ok(!parse(`sluis=${value}`, true, 20779.5));
  assert.ok(parse(`__Host-sluis=${value}`, true, 20779.5));
  assert.ok(!parse(`x__Host-sluis=${value}`, true, 20779.5));
});

// Protects: what stands inside another cookie, which a link or a neighbouring host may have put there, is no choice.
test('a choice inside another cookie is no choice', () => {
  const grant = `1.${table.site.legalVersion}.f.20779.`;
  const number = '0b8f3f0e-6c1d-4f5a-9a53-2f6f6f1f7c11';
  for (const before of ['q=x ', 'q=x\t', 'q=x; y '])
    assert.ok(!parse(`${before}__Host-sluis=${grant}.${number}; c=d`, true, 20779.5), before);
  // What Google Analytics writes has the shape of a refusal in it.
  assert.ok(!parse(`_ga=GA1.1.1234567890.1700000000; __Host-sluis=${grant}.`, true, 20779.5), 'a grant without its number');
});

// Protects: names that every object answers to grant nothing.
test('a mark nobody knows is never granted', () => {
  const all = parse(`sluis=1.${table.site.legalVersion}.f.20779..0b8f3f0e-6c1d-4f5a-9a53-2f6f6f1f7c11`, false, 20779.5);
  for (const name of ['constructor', '__proto__', 'toString', 'marketing', '', 'Analytics'])
    for (const service of [undefined, name]) assert.equal(decide(all, name, service), false, `${name} ${service}`);
  assert.equal(decide(all, 'analytics', 'nobody'), true, 'a service unknown to the site follows the category it is marked with');
  assert.equal(decide(undefined, 'analytics'), false);
  assert.equal(decide(undefined, 'necessary'), true);
});

// Protects: the cookie is written as the service wants to read it.
test('services are ordered by their id', () => {
  assert.equal(join(['+youtube', '!a-b', '+a']), '+a!a-b+youtube');
  assert.equal(join(['!youtube', '+youtube']), '!youtube');
});
