import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { chromiumHere } from './harness/browser.ts';
import { until } from './harness/ports.ts';
import { startSluis, type Sluis } from './harness/sluis.ts';
import { siteFile, startWebsite, type Website } from './harness/website.ts';

// A driver that looks on switches prerendering off: here the browser is alone,
// and the pages say by themselves what they see.
let sluis: Sluis, website: Website, folder: string;
before(async () => {
  website = await startWebsite();
  sluis = await startSluis({ site: siteFile(website.url, { services: 'youtube: {}' }) });
  folder = mkdtempSync(join(tmpdir(), 'sluis-profile-'));
});
after(async () => { await sluis?.stop(); await website?.close(); rmSync(folder, { recursive: true, force: true, maxRetries: 9 }); });

const today = Math.floor(Date.now() / 86_400_000);
const number = '7a0c6a3e-5a0b-4b6e-9d35-0f1f4ad1b9a1';
const refused = `1.1.1.${today}..`, granted = `1.1.5.${today}..${number}`;

/** What a page says of itself. */
interface Report { prerendering: boolean; choice?: string; analytics: boolean; asked: boolean; requests: string[]; waiting: boolean; declared?: string }

/** A page that reports once it has loaded, and after its activation; and one before it that has it prerendered. */
const say = `const say = () => fetch('/say', { method: 'POST', body: JSON.stringify({
  prerendering: document.prerendering, choice: window.Sluis?.choice, analytics: window.Sluis?.allows('analytics'), asked: !!document.querySelector('html > div'),
  requests: performance.getEntriesByType('resource').map(({ name }) => name).filter((name) => !/say$/.test(name)), waiting: 'sluis' in localStorage, declared: document.querySelector('.sluis-choice')?.textContent }) });`;
const target = (script: string, body = '') => `<!doctype html><html lang="nl"><head><title>Target</title><script src="${script}"></script></head><body>
<script type="text/plain" data-consent="analytics" src="/held.js"></script>
<script>${say} addEventListener('load', () => setTimeout(say, 300)); document.addEventListener('prerenderingchange', () => { const again = setInterval(say, 200); setTimeout(() => clearInterval(again), 5000); });</script>${body}</body></html>`;
const start = (first: string, then: string) => `<!doctype html><html lang="nl"><head><title>Start</title><script>${first}</script>
<script type="speculationrules">{"prerender":[{"source":"list","urls":["/target"],"eagerness":"immediate"}]}</script></head>
<body><script>fetch('/go').then(() => { ${then}; location.href = '/target'; });</script></body></html>`;

/** Prerenders the target, changes the choice, goes there; says what it reported before, and waits for the last. */
const prerender = async (first: string, then: string, done: (report: Report) => boolean, body?: string) => {
  const reports: Report[] = [];
  let go: ServerResponse | undefined;
  website.pages = {
    '/start': start(first, then), '/target': target(`${sluis.url}/site.js`, body), '/held.js': (_, response) => void response.writeHead(200, { 'content-type': 'text/javascript' }).end('window.ran = true'),
    '/go': (_, response) => { go = response; },
    '/say': (request: IncomingMessage, response: ServerResponse) => { let body = ''; request.on('data', (chunk) => (body += chunk)); request.on('end', () => { reports.push(JSON.parse(body)); response.end(); }); },
  };
  const profile = mkdtempSync(join(folder, 'p'));
  const child: ChildProcess = spawn(chromiumHere.executablePath, [...chromiumHere.args, '--remote-debugging-port=0', `--user-data-dir=${profile}`, `${website.url}/start`], { stdio: 'ignore' });
  try {
    await until('the page is prerendered', () => reports.length > 0 && go, 30_000);
    assert.ok(reports.every((report) => report.prerendering), 'it reported before it was shown');
    const before = reports.at(-1)!;
    go!.end();
    const last = await until('the page is shown', () => reports.find((report) => !report.prerendering && done(report)), 30_000);
    return { before, last };
  } finally {
    const gone = once(child, 'exit');
    child.kill('SIGTERM');
    await gone;
  }
};
const ours = (report: Report): string[] => report.requests.map((url) => new URL(url).pathname);

// Protects: while a page is prerendered nothing is shown, loaded, counted or
// sent, be there no choice and a record in waiting; once it is looked at, it asks.
test('prerendered without a choice, with a record in waiting', async () => {
  const record = JSON.stringify([{ id: number, clientTime: new Date().toISOString() }]);
  // It waits no more when the service has answered.
  const { before } = await prerender(`localStorage.sluis = ${JSON.stringify(record)}`, '', ({ asked, waiting }) => asked && !waiting);
  assert.deepEqual([before.choice, before.analytics, before.asked, before.waiting], [undefined, false, false, true]);
  assert.deepEqual(ours(before), ['/site.js']);
});

// Protects: a grant of before the prerendering that is gone by then releases nothing, ever.
test('prerendered with a grant that is withdrawn before it is looked at', async () => {
  const { before, last } = await prerender(`document.cookie = 'sluis=${granted};path=/'`, `document.cookie = 'sluis=${refused};path=/'`, ({ choice }) => choice === refused);
  assert.deepEqual([before.choice, before.analytics, ours(before)], [undefined, false, ['/site.js']]);
  assert.deepEqual([last.analytics, last.asked, ours(last)], [false, false, ['/site.js']]);
});

// Protects: a choice that was made meanwhile counts when the page is looked at.
test('prerendered without a choice, granted before it is looked at', async () => {
  const { before, last } = await prerender('', `document.cookie = 'sluis=${granted};path=/'`, (report) => ours(report).includes('/held.js'));
  assert.deepEqual([before.choice, ours(before)], [undefined, ['/site.js']]);
  assert.deepEqual([last.choice, last.analytics, last.asked], [granted, true, false]);
});

// Protects: the cookie declaration of a page that was prerendered does not say of a
// visitor who has chosen that nothing was chosen, and shows their number.
test('prerendered with a declaration, after a choice', async () => {
  const declaration = `<div data-sluis-declaration></div><script src="${sluis.url}/site/cookies.js"></script>`;
  const { before } = await prerender(`document.cookie = 'sluis=${granted};path=/'`, '', ({ declared }) => !!declared?.includes(number), declaration);
  assert.ok(before.declared && !before.declared.includes(number));
});
