import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, totalmem } from 'node:os';
import { join, resolve } from 'node:path';
import { contenders } from './contenders.ts';
import { accessVisit } from './measure/access.ts';
import { startBrowser } from './measure/browser.ts';
import { profiles } from './measure/profile.ts';
import { warmUp } from './measure/warmup.ts';
import { inTime, runRounds } from './measure/rounds.ts';
import { readOptions } from './options.ts';
import { startWebsite } from './page/serve.ts';
import { report } from './report/table.ts';
import type { Results } from './report/results.ts';
import { startSluis } from './sluis/contender.ts';

const options = readOptions(process.argv.slice(2));
const began = Date.now();
const say = (line: string) => console.error(`${((Date.now() - began) / 1000).toFixed(0).padStart(5)} s  ${line}`);

const folder = resolve(import.meta.dirname, options.out);
mkdirSync(join(folder, 'pictures'), { recursive: true });
const loadBefore = loadavg()[0]!;
/** What was started, to be ended in reverse order whatever happens. */
const started: (() => Promise<void>)[] = [];
const end = async () => {
  for (const stop of started.splice(0).reverse()) await stop();
};
const interrupted = () => void end().finally(() => process.exit(130));
process.once('SIGINT', interrupted).once('SIGTERM', interrupted);

try {
  const website = await startWebsite();
  started.push(website.close);
  const service = (...which: Parameters<typeof startSluis> extends [string, ...infer Rest] ? Rest : never) => async () => {
    const sluis = await startSluis(website.origin, ...which);
    started.push(sluis.stop!);
    return sluis;
  };
  const all = await contenders(options.only, website.origin, {
    sluis: service(),
    'sluis-four': service('sluis-four', undefined, 'four'),
    'sluis-async': service('sluis-async', undefined, 'one', ' async'),
    'sluis-other': options.against ? service('sluis-other', resolve(options.against)) : undefined,
  });
  const browser = await startBrowser();
  started.push(() => browser.close());
  for (const contender of all) website.add(contender);
  const access: Results['access'] = {};
  for (const contender of all.filter(({ id }) => id !== 'bare')) {
    await inTime(warmUp(browser, website.origin, contender), contender.id);
    access[contender.id] = await inTime(accessVisit(browser, website.origin, contender, join(folder, 'pictures')), contender.id);
    say(`keyboard and axe: ${contender.id}`);
  }
  const chosen = profiles.filter(({ id }) => options.profiles.includes(id));
  const measured: Results['profiles'] = [];
  for (const profile of chosen) {
    measured.push({ id: profile.id, label: profile.label, ...(await runRounds(browser, website.origin, all, profile, options.runs, say)) });
  }
  const results: Results = {
    began: new Date(began).toISOString().slice(0, 16), minutes: (Date.now() - began) / 60_000, runs: options.runs,
    machine: { cores: cpus().length, model: cpus()[0]!.model, memory: `${Math.round(totalmem() / 2 ** 30)} GiB`, loadBefore, loadAfter: loadavg()[0]!,
      node: process.versions.node, chromium: `Chromium ${browser.version()}` },
    contenders: all.map((contender) => ({ id: contender.id, name: contender.name, version: contender.version, note: contender.note,
      categories: contender.categories, ownInterface: contender.ownInterface ?? true, tuned: contender.tuned ?? false,
      markup: contender.id === 'bare' ? 0 : website.markup(contender) })),
    access, profiles: measured,
  };
  writeFileSync(join(folder, 'results.json'), JSON.stringify(results, undefined, 1));
  writeFileSync(join(folder, 'table.md'), report(results));
  console.log(report(results));
  say(`written to ${folder}`);
} finally {
  await end();
}
