import assert from 'node:assert/strict';
import type { ServerResponse } from 'node:http';
import { test } from 'node:test';
import { nl } from '../harness/labels.ts';
import { until } from '../harness/ports.ts';
import { startSluis } from '../harness/sluis.ts';
import { siteFile } from '../harness/website.ts';
import { firefox } from './firefox.ts';
import { forward, startOutside } from './outside.ts';
import { visitorAt } from './visitor.ts';

const site = 'https://shop.example';
const consent = 'https://consent.example';
const page = `<!doctype html><html lang="nl"><head><script src="${consent}/site.js"></script></head><body>
<iframe data-consent="social-media" data-service="youtube" data-src="https://www.youtube.com/embed/a" title="Film" width="560" height="315"></iframe><input></body></html>`;

// Protects: an embed that is slow to come does not take the visitor away from
// where they went meanwhile, or what they type would go to a third party. In
// Firefox alone a frame that is put back says nothing until its new page is there.
const slow = (name: string) => test(`typing while a film is on its way: ${name}`, async (t) => {
  const sluis = await startSluis({ site: siteFile(site, { services: 'youtube: {}' }) }, { SLUIS_PUBLIC_URL: consent });
  t.after(() => sluis.stop());
  const waiting: ServerResponse[] = [];
  const html = (answer: ServerResponse, body: string) => answer.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(body);
  const outside = await startOutside({
    'shop.example': (_, answer) => void html(answer, page),
    'consent.example': forward(sluis.url),
    'www.youtube-nocookie.com': (_, answer) => void waiting.push(answer),
  });
  t.after(() => outside.close());
  const visitor = visitorAt(await firefox.start(outside));
  t.after(() => visitor.close());
  const typed = () => visitor.evaluate(() => [document.activeElement?.localName, document.querySelector('input')!.value]);

  await visitor.open(`${site}/`);
  await visitor.choose(nl['refuse']!);
  await visitor.choose(name);
  await until('the film is asked for', () => waiting.length);
  await visitor.evaluate(() => {
    document.querySelector('iframe')!.addEventListener('load', () => document.body.setAttribute('data-film', ''));
    document.querySelector('input')!.focus();
  });
  for (const letter of 'abc') await visitor.press(letter);
  assert.deepEqual(await typed(), ['input', 'abc']);
  for (const answer of waiting) html(answer, 'film');
  await until('the film is there', () => visitor.evaluate(() => document.body.hasAttribute('data-film')));
  for (const letter of 'def') await visitor.press(letter);
  assert.deepEqual(await typed(), ['input', 'abcdef']);
});

try {
  firefox.programs();
  for (const name of [nl['embed.once']!, nl['embed.always']!.replace('{service}', 'YouTube')]) slow(name);
} catch (error) {
  console.log(`Typing while a film is on its way is NOT tested in Firefox: ${(error as Error).message}.`);
}
