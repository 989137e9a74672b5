import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { banner } from './harness/banner.ts';
import { startBrowser, visit } from './harness/browser.ts';
import { catalogue } from './harness/catalogue.ts';
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

/** What the recipe takes from WordPress. Hooks are called by priority, then in the order of adding. */
const wordpress = `<?php $hooks = []; $feed = false; $doing = '';
function add_action($name, $call, $priority = 10, $takes = 1) { global $hooks; $hooks[$name][$priority][] = [$call, $takes]; }
function add_filter($name, $call, $priority = 10, $takes = 1) { add_action($name, $call, $priority, $takes); }
function remove_action($name, $call, $priority = 10) { global $hooks; $hooks[$name][$priority] = array_filter($hooks[$name][$priority] ?? [], fn ($hook) => $hook[0] !== $call); }
function run($name, $value = null, ...$more) { global $hooks; ksort($hooks[$name]); foreach ($hooks[$name] as $calls) foreach ($calls as [$call, $takes]) $value = $call(...array_slice([$value, ...$more], 0, $takes)); return $value; }
function wp_parse_url($url, $part) { return parse_url($url, $part); }
function home_url() { return 'https://www.customwebsite.nl'; }
function doing_action($name) { global $doing; return $name === $doing; }
function is_feed() { global $feed; return $feed; }
function esc_url($url) { return htmlspecialchars($url); }
function __return_zero() { return 0; }
function print_emoji_detection_script() { echo 'emoji'; }
$wp_embed = new class { function shortcode($attributes, $url) { return run('embed_oembed_html', '<iframe src="https://player.example/?of=' . $url . '"></iframe>', $url, $attributes, 1); } };
add_action('wp_head', 'print_emoji_detection_script', 7); add_action('embed_head', 'print_emoji_detection_script');
add_action('wp_head', function () { echo '<script src="https://stats.example/early.js"></script>'; }, 1);`;

// Promise: with the lines of the recipe in functions.php the gate comes before
// what other plugins print, and what editors paste waits for consent.
test('the recipe for WordPress', async () => {
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

// Promise: who allows social media and refuses one of its services is spared that
// service alone, also where its post was pasted as a link and brings a script.
test('the recipe for WordPress heeds what was refused by itself', async () => {
  const [film, post, poll] = ['<iframe title="Why src= matters" src="https://www.youtube.com/embed/abc"></iframe>',
    '<blockquote class="twitter-tweet">post</blockquote><script async src="https://platform.twitter.com/widgets.js"></script>', '<script src="https://secure.polls.example/1.js"></script>'];
  const body = php(`${wordpress}\n${recipe('wordpress', 'php', 0)}\nforeach (array_slice($argv, 1) as $html) echo run('embed_oembed_html', $html, 'https://else.example/');`, film, post, poll);
  for (const caught of ['services', 'off']) {
    sluis.site('choosy', siteFile('https://choosy.example', { services: 'youtube: {}\n  vimeo: {}\n  x-embed: {}', more: `caught: ${caught}\n` }));
    await until('the site is read', async () => (await (await fetch(`${sluis.url}/choosy.js`)).text()).includes('$given') == (caught == 'services'));
    website.pages['/choosy'] = `<!doctype html><html lang="nl"><head><title>Website</title><script src="${sluis.url}/choosy.js"></script></head><body>${body}</body></html>`;
    const visitor = await visit(browser);
    await visitor.context.addCookies([{ name: 'sluis', value: `1.1.f.${today}.!x-embed!youtube.${number}`, url: website.url }]);
    await visitor.page.goto(`${website.url}/choosy`);
    await until('the poll has come', () => visitor.thirdParty.some(({ host }) => host.includes('polls')));
    await visitor.page.waitForLoadState('networkidle');
    assert.deepEqual(visitor.thirdParty.filter(({ host }) => !host.includes('polls')), [], `caught: ${caught}`);
    await visitor.leave();
  }
});

// Promise: what editors paste as HTML, and what themes and plugins put into the
// page, is inert in the HTML itself, so that no browser reads ahead of the gate;
// what is the website's own, or no tag at all, is left alone.
test('the recipe for WordPress holds the rest of the page', async () => {
  const functions = `${wordpress}\n${recipe('wordpress', 'php', 0, { '/_sluis/': `${sluis.url}/` })}\n`;
  const hold = (html: string): string => php(`${functions}run('template_redirect'); echo $argv[1]; ob_end_flush();`, html);
  const held: [html: string, becomes: string][] = [
    ['<iframe src="https://www.youtube.com/embed/abc" loading="lazy"></iframe>', '<iframe data-service="youtube" data-src="https://www.youtube.com/embed/abc" loading="lazy"></iframe>'],
    ["<script src='https://maps.googleapis.com/maps/api/js?key=x' id='map-js'></script>\n<script id='map-js-before'>window.a = 1</script><script id='map-js-after'>new google.maps.Map(a)</script>",
      "<script type=\"text/plain\" data-service=\"google-maps\" src='https://maps.googleapis.com/maps/api/js?key=x' id='map-js'></script>\n<script id='map-js-before'>window.a = 1</script><script type=\"text/plain\" data-service=\"google-maps\" id='map-js-after'>new google.maps.Map(a)</script>"],
    ['<SCRIPT type="text/javascript" async src="//www.instagram.com/embed.js"></SCRIPT>', '<script type="text/plain" data-service="instagram" async src="//www.instagram.com/embed.js"></SCRIPT>'],
    ['<script type="module" src="https://platform.twitter.com/m.js"></script>', '<script type="text/plain" data-service="x-embed" data-type="module" src="https://platform.twitter.com/m.js"></script>'],
    ["<link rel='stylesheet' href='https://fonts.googleapis.com/css2?family=Inter'><link rel='preconnect' href='//fonts.gstatic.com' />",
      "<link data-service=\"google-fonts\" rel='stylesheet' data-href='https://fonts.googleapis.com/css2?family=Inter'><link data-service=\"google-fonts\" rel='preconnect' data-href='//fonts.gstatic.com' />"],
    ['<!--[if !IE]><!--><iframe src=https://player.vimeo.com/video/1></iframe><!--<![endif]-->', '<!--[if !IE]><!--><iframe data-service="vimeo" data-src=https://player.vimeo.com/video/1></iframe><!--<![endif]-->'],
    ['<!--><iframe src="https://www.youtube.com/embed/abc"></iframe>', '<!--><iframe data-service="youtube" data-src="https://www.youtube.com/embed/abc"></iframe>'],
    // A title says what it likes.
    ['<iframe title="How src= works, a > b" src="https://www.youtube.com/embed/abc"></iframe>', '<iframe data-service="youtube" title="How src= works, a > b" data-src="https://www.youtube.com/embed/abc"></iframe>'],
    ["<p class='a''> it's <a title=it's><iframe title='x'src = '//youtube.com/embed/abc'></iframe>", "<p class='a''> it's <a title=it's><iframe data-service=\"youtube\" title='x'data-src = '//youtube.com/embed/abc'></iframe>"],
    ['<noscript><img src="https://www.facebook.com/plugins/p.png"></noscript>', '<noscript><img data-service="facebook-plugins" data-src="https://www.facebook.com/plugins/p.png"></noscript>'],
  ];
  const alone = [
    '<iframe src="/film"></iframe><img src="https://www.customwebsite.nl/a.jpg"><script src="https://cdn.example/jquery.js"></script><script>go()</script>',
    '<!-- <iframe src="https://www.youtube.com/embed/abc"></iframe> --><textarea><iframe src="https://www.youtube.com/embed/abc"></textarea>',
    '<script>const film = \'<iframe src="https://www.youtube.com/embed/abc"></iframe>\'</script><script type="application/json">{"a": "<img src=https://www.facebook.com/plugins/p>"}</script>',
    `<div data-popup="<iframe src='https://www.youtube.com/embed/abc'></iframe>"></div><link-card href="https://www.youtube.com/"></link-card><iframe title=" src=//www.youtube.com/"></iframe>`,
    '<iframe data-consent="social-media" data-src="https://www.youtube.com/embed/abc"></iframe><a href="https://www.youtube.com/watch?v=abc">film</a>',
  ];
  const known = new Set(catalogue().map(({ id }) => id));
  for (const [, named] of recipe('wordpress', 'php').matchAll(/\/?' => '([\w-]+)',/g)) assert.ok(known.has(named!), `no service is called ${named}`);
  for (const [html, becomes] of held) assert.equal(hold(html), becomes);
  for (const html of alone) assert.equal(hold(html), html);
  // Text of more than PHP lets a pattern go back over (pcre.backtrack_limit) hides nothing behind it.
  const long = php(`${functions}foreach (['<script>%s</script>', '<style>%s</style>', '<!--%s-->'] as $in) echo substr(sluis_hold(sprintf($in, str_repeat('a < b - c', 300000)) . $argv[1]), -strlen($argv[2])), '|';`, ...held[0]!);
  assert.equal(long, `${held[0]![1]}|`.repeat(3));

  website.pages['/rest'] = `<!doctype html><html lang="nl"><head><title>Website</title><script src="${sluis.url}/${id}.js"></script></head><body>${held.slice(0, 3).map(([html]) => hold(html)).join('')}</body></html>`;
  const visitor = await visit(browser);
  await visitor.page.goto(`${website.url}/rest`);
  await banner(visitor.page).region.waitFor();
  await visitor.page.waitForLoadState('networkidle');
  assert.equal(visitor.thirdParty.length, 0);
  await banner(visitor.page).accept.click();
  await until('the film comes', () => visitor.thirdParty.some(({ url }) => url.includes('youtube-nocookie.com/embed/abc')));
  assert.ok(!visitor.thirdParty.some(({ url }) => url.includes('instagram')), 'a service that the site does not list');
  assert.deepEqual(visitor.errors, []);
  await visitor.leave();
});

// Promise: a film of the [video] shortcode waits as a pasted one; the website's
// own posts, editors and feed readers are spared what only visitors can answer;
// WordPress itself asks nobody else for emoji or faces.
test('the recipe for WordPress where nobody can be asked', () => {
  const functions = `${wordpress}\n${recipe('wordpress', 'php', 0)}\n`;
  const film = '<iframe src="https://www.youtube.com/embed/abc"></iframe>', address = 'https://www.youtube.com/watch?v=a&b';
  const embed = (before: string, url: string): string => php(`${functions}${before}echo run('embed_oembed_html', $argv[1], $argv[2], [], 1);`, film, url);
  assert.match(embed('', address), /^<iframe data-consent="social-media" data-service="youtube" data-src=/);
  assert.equal(embed('', 'https://www.customwebsite.nl/post/'), film);
  assert.equal(embed("$doing = 'wp_ajax_parse-embed';", address), film);
  // The page of widgets shows each in a frame that WordPress makes as a page of its own.
  assert.equal(embed("define('IFRAME_REQUEST', true);", address), film);
  assert.doesNotMatch(php(`${functions}define('IFRAME_REQUEST', true); run('wp_head');`), /custom-website/);
  assert.equal(embed('$feed = true;', address), '<a href="https://www.youtube.com/watch?v=a&amp;b">https://www.youtube.com/watch?v=a&amp;b</a>');
  assert.equal(php(`${functions}$feed = true; run('template_redirect'); echo ob_get_level();`), '0');
  const video = (url: string): string => php(`${functions}echo run('wp_video_shortcode_override', '', ['src' => $argv[1]], '', 1);`, url);
  for (const url of [address, 'https://youtu.be/abc', 'https://vimeo.com/1']) assert.match(video(url), /^<div><iframe data-consent="social-media" data-src=/);
  for (const url of ['https://www.customwebsite.nl/youtube.com/film.mp4', '']) assert.equal(video(url), '');
  assert.equal(php(`${functions}$doing = 'wp_ajax_parse-media-shortcode'; echo run('wp_video_shortcode_override', '', ['src' => $argv[1]], '', 1);`, address), '');
  assert.doesNotMatch(php(`${functions}run('wp_head'); run('embed_head');`), /emoji/);
  assert.equal(php(`${functions}echo run('pre_option_show_avatars', false);`), '0');
});
