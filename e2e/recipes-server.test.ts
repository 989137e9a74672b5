import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { banner } from './harness/banner.ts';
import { startBrowser, visit } from './harness/browser.ts';
import { freePort, until } from './harness/ports.ts';
import { recipe } from './harness/recipe.ts';
import { startSluis, type Sluis } from './harness/sluis.ts';
import { siteFile, startWebsite, type Website } from './harness/website.ts';

const id = 'custom-website';
let sluis: Sluis, browser: Browser, website: Website, folder: string, nowhere: string;
before(async () => {
  website = await startWebsite();
  folder = mkdtempSync(join(tmpdir(), 'sluis-recipes-'));
  nowhere = `http://localhost:${await freePort()}`;
  [sluis, browser] = await Promise.all([startSluis({ [id]: siteFile(website.url) }), startBrowser()]);
});
after(async () => {
  await browser?.close();
  await sluis?.stop();
  await website?.close();
  rmSync(folder, { recursive: true, force: true });
});

const today = Math.floor(Date.now() / 864e5);
const number = '7a0c6a3e-5a0b-4b6e-9d35-0f1f4ad1b9a1';
/** What a request brings, and which services may be in the page it gets. */
const cases: [cookies: string, allowed: string[], gpc?: string, local?: boolean][] = [
  ['', []],
  ['session=1', []],
  [`session=1; __Host-sluis=1.1.5.${today}..${number}; other=2`, ['google-analytics-4', 'sluis']],
  [`__Host-sluis=1.1.1.${today}.+youtube.${number}`, ['sluis', 'youtube']],
  [`__Host-sluis=1.1.f.${today - 200}..${number}`, ['sluis']],
  ['__Host-sluis=1.1.f&consentId=x', ['sluis']],
  // The browser's privacy signal outweighs what was chosen without it.
  [`__Host-sluis=1.1.5.${today}..${number}`, ['sluis'], '1'],
  [`__Host-sluis=1.1.15.${today}..${number}`, ['google-analytics-4', 'sluis'], '1'],
  // Anybody may set this one from a subdomain.
  [`sluis=1.1.f.${today}..${number}`, []],
  // Without TLS, on the developer's own machine, no other name is possible.
  [`session=1; sluis=1.1.5.${today}..${number}`, ['google-analytics-4', 'sluis'], '', true],
  [`other-sluis=1.1.5.${today}..${number}`, [], '', true],
  // Where both are there, the one that only this host can have set counts.
  [`sluis=1.1.5.${today}..${number}; __Host-sluis=1.1.1.${today}.+youtube.${number}`, ['sluis', 'youtube'], '', true],
  [`__Host-sluis=1.1.1.${today}..; sluis=1.1.5.${today}..${number}`, ['sluis'], '', true],
];

// Promise: the server that asks as the recipe says puts into its page what the
// visitor allowed, and nothing when in doubt or when the service does not answer.
test('the recipe for Node', async () => {
  const load = async (service: string) => {
    const file = join(folder, `${service.replace(/\W/g, '')}.mjs`);
    writeFileSync(file, recipe('node', 'js', 0, { 'https://consent.example.nl': service }));
    return (await import(file)).allowed as (cookies?: string, gpc?: string, local?: boolean) => Promise<Set<string>>;
  };
  const allowed = await load(sluis.url);
  for (const [cookies, services, gpc, local] of cases) assert.deepEqual([...(await allowed(cookies, gpc, local))].sort(), services, `${cookies}${local ? ' on http://localhost' : ''}`);
  assert.equal((await allowed()).size, 0);
  assert.equal((await (await load(nowhere))(cases[2]![0])).size, 0);
});

/** Runs PHP and returns what it prints. */
const php = (source: string, ...args: string[]): string => {
  const file = join(folder, 'recipe.php');
  writeFileSync(file, source);
  return execFileSync('php', ['-d', 'display_errors=1', '-d', 'error_reporting=-1', file, ...args], { encoding: 'utf8' });
};

// Promise: the same for PHP.
test('the recipe for PHP on the server', () => {
  const allowed = (service: string, cookies: string, gpc = '', local = false): string[] =>
    JSON.parse(php(`${recipe('php', 'php', 1, { 'https://consent.example.nl': service })}\necho json_encode(sluis_allowed($argv[1], $argv[2], $argv[3] === 'true'));`, cookies, gpc, `${local}`));
  for (const [cookies, services, gpc, local] of cases) assert.deepEqual(allowed(sluis.url, cookies, gpc, local).sort(), services, `${cookies}${local ? ' on http://localhost' : ''}`);
  assert.deepEqual(allowed(nowhere, cases[2]![0]), []);
  const page = (cookies: string, gpc = ''): string =>
    php(`${recipe('php', 'php', 1, { 'https://consent.example.nl': sluis.url })}\n$_SERVER['HTTP_COOKIE'] = $argv[1]; $_SERVER['HTTP_SEC_GPC'] = $argv[2]; ?>\n${recipe('php', 'php', 2)}`, cookies, gpc);
  assert.match(page(cases[3]![0]), /<iframe src="https:\/\/www\.youtube-nocookie/);
  assert.doesNotMatch(page(cases[2]![0]), /iframe/);
  assert.doesNotMatch(page(cases[3]![0], '1'), /iframe/);
});

// Promise: with the lines of the recipe in functions.php the gate comes before
// what other plugins print, and what editors paste waits for consent.
test('the recipe for WordPress', async () => {
  // As WordPress calls them: by priority, then in the order of adding.
  const wordpress = `<?php $hooks = [];
function add_action($name, $call, $priority = 10) { global $hooks; $hooks[$name][$priority][] = $call; }
function add_filter($name, $call, $priority = 10) { add_action($name, $call, $priority); }
function run($name, $value = null) { global $hooks; ksort($hooks[$name]); foreach ($hooks[$name] as $calls) foreach ($calls as $call) $value = $call($value); return $value; }
add_action('wp_head', function () { echo '<script src="https://stats.example/early.js"></script>'; }, 1);`;
  const film = '<iframe title="Our film" width="560" height="315" src="https://www.youtube.com/embed/abc" allowfullscreen></iframe>';
  const post = '<blockquote>post</blockquote><script async src="https://platform.twitter.com/widgets.js" charset="utf-8"></script>';
  const poll = '<script type="text/javascript" charset="utf-8" src="https://secure.polls.example/p/1.js"></script><a href="#"><img src="https://live.pictures.example/1.jpg" width="10" height="10"></a>';
  const [head, body] = php(`${wordpress}\n${recipe('wordpress', 'php', 0, { '/_sluis/': `${sluis.url}/` })}
run('wp_head'); echo '|', run('embed_oembed_html', $argv[1]), run('embed_oembed_html', $argv[2]), run('embed_oembed_html', $argv[3]);`, film, post, poll).split('|') as [string, string];
  assert.ok(head.indexOf(`${id}.js`) < head.indexOf('early.js'), head);
  website.pages['/'] = `<!doctype html><html lang="nl"><head><title>Website</title>${head.split('\n')[0]}</head><body>${body}</body></html>`;
  const visitor = await visit(browser);
  await visitor.page.goto(website.url);
  await banner(visitor.page).region.waitFor();
  await visitor.page.waitForLoadState('networkidle');
  assert.equal(visitor.thirdParty.length, 0);
  await banner(visitor.page).accept.click();
  await visitor.page.waitForFunction(() => (window as any).__ran?.includes('x'));
  assert.ok(visitor.thirdParty.some(({ url }) => url.includes('youtube-nocookie.com/embed/abc')));
  await until('the picture and the poll have come', async () => ['/1.jpg', '/p/1.js'].every((end) => visitor.thirdParty.some(({ url }) => url.endsWith(end))));
  assert.deepEqual(visitor.errors, []);
  await visitor.leave();
});
