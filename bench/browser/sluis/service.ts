import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** The real service, built from this repository, with one site in a folder of its own. */
export interface Service {
  url: string;
  version: string;
  stop(): Promise<void>;
}

/** The tree this benchmark stands in. */
export const here = join(import.meta.dirname, '../../..');

const freePort = async (): Promise<number> => {
  const probe = createServer();
  await new Promise<void>((ready) => probe.listen(0, '127.0.0.1', ready));
  const { port } = probe.address() as AddressInfo;
  await new Promise((closed) => probe.close(closed));
  return port;
};

/** What the site files are made of. */
export type Site = 'one' | 'four';

const services: Record<Site, string> = {
  // What every contender holds: one analytics tag, here with Consent Mode; and
  // frames of YouTube, so that what holds embeds is in the script. Everything is
  // marked, as with the others: without the net for tags that nobody marked.
  one: `languages: [en]
caught: off
services:
  statistics:
    define:
      name: Bench Statistics
      category: analytics
      provider: The Slow Oven
      purpose: {en: Counts visits and pages.}
      recipients: [The Slow Oven]
      privacy: '{privacy}'
      retention: P14M
      transfer: null
      hosts: [{type: script, host: statistics.example}]
      cookies: []
      consent: google
  youtube: {}
`,
  // A bakery with Google Analytics and social media, in two languages.
  four: `languages: [en, nl]
services:
  google-analytics-4: {measurement_id: G-BENCH12345}
  youtube: {}
  facebook-plugins: {}
  x-embed: {}
`,
};

const site = (origin: string, which: Site): string => `origins: [${origin}]
controller:
  name: The Slow Oven
  address: 12 Canal Street, Groningen
  email: info@slowoven.example
  authority: autoriteit-persoonsgegevens
privacy: https://slowoven.example/privacy
${services[which]}`;

/** Builds and starts the service on its defaults: its own redis-server, its own limits. */
export const startService = async (id: string, origin: string, repository: string, which: Site): Promise<Service> => {
  const folder = mkdtempSync(join(tmpdir(), 'sluis-bench-'));
  const remove = () => rmSync(folder, { recursive: true, force: true });
  const binary = join(folder, 'sluis');
  const run = promisify(execFile);
  try {
    await run('go', ['build', '-o', binary, './server'], { cwd: repository });
    mkdirSync(join(folder, 'sites'));
    writeFileSync(join(folder, 'sites', `${id}.yaml`), site(origin, which));
    const port = await freePort();
    const url = `http://localhost:${port}`;
    const kept = Object.entries(process.env).filter(([name]) => !name.startsWith('SLUIS_'));
    const env = { ...Object.fromEntries(kept), SLUIS_LISTEN: `127.0.0.1:${port}`, SLUIS_PUBLIC_URL: url, SLUIS_SITES: join(folder, 'sites'), SLUIS_DATA: join(folder, 'data') };
    const child = spawn(binary, ['serve'], { env, stdio: ['ignore', 'pipe', 'pipe'] });
    let said = '';
    child.stdout.on('data', (chunk) => (said += chunk));
    child.stderr.on('data', (chunk) => (said += chunk));
    const stop = async () => {
      if (child.exitCode === null && child.signalCode === null) {
        const gone = once(child, 'exit');
        child.kill('SIGTERM');
        await gone;
      }
      remove();
    };
    for (const end = Date.now() + 30_000; ; ) {
      if (await fetch(`${url}/readyz`).then(({ ok }) => ok, () => false)) break;
      if (child.exitCode !== null || Date.now() > end) {
        await stop();
        throw new Error(`the service does not answer:\n${said}`);
      }
      await new Promise((next) => setTimeout(next, 50));
    }
    return { url, version: await versionOf(repository), stop };
  } catch (error) {
    remove();
    throw error;
  }
};

/** The commit that was measured, and whether the tree had been changed since. */
const versionOf = async (repository: string): Promise<string> => {
  const run = promisify(execFile);
  return run('git', ['describe', '--always', '--dirty'], { cwd: repository }).then(({ stdout }) => stdout.trim(), () => 'no commit');
};
