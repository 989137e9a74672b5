import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { freePort, until } from './ports.ts';
import { startRedis, type Redis } from './redis.ts';

const repository = resolve(import.meta.dirname, '../..');
const run = promisify(execFile);

/** The service under test: the real binary over a real Redis. */
export interface Sluis {
  /** Its public URL, without a slash at the end. */
  url: string;
  redis: Redis;
  data: string;
  /** Runs a command of the same binary; never throws, so that a test can judge the exit status. */
  command(...args: string[]): Promise<{ status: number; stdout: string; stderr: string }>;
  /** A reader key for a site. */
  readerKey(site: string): Promise<string>;
  /** GET with a reader key, decoded. */
  read(site: string, path: string): Promise<any>;
  /** Writes or replaces a site file. */
  site(id: string, yaml: string): void;
  /** What the service said so far. */
  log(): string;
  stop(): Promise<void>;
}

let built: Promise<string> | undefined;
const binary = (): Promise<string> =>
  (built ??= (async () => {
    if (process.env.E2E_BINARY) return resolve(repository, process.env.E2E_BINARY);
    const file = join(repository, 'e2e/out/sluis');
    await run('go', ['build', '-o', file, './server'], { cwd: repository });
    return file;
  })());

/** Starts the service. Without sites it serves its demo, as it does for a newcomer; presets are the operator's own, by id. */
export const startSluis = async (sites: Record<string, string> = {}, environment: Record<string, string> = {}, presets: Record<string, object> = {}): Promise<Sluis> => {
  const [file, redis, port] = [await binary(), await startRedis(), await freePort()];
  const data = mkdtempSync(join(tmpdir(), 'sluis-e2e-'));
  const folder = join(data, 'sites');
  mkdirSync(folder);
  const write = (id: string, yaml: string) => writeFileSync(join(folder, `${id}.yaml`), yaml);
  for (const [id, yaml] of Object.entries(sites)) write(id, yaml);
  mkdirSync(join(data, 'presets/services'), { recursive: true });
  for (const [id, preset] of Object.entries(presets)) writeFileSync(join(data, `presets/services/${id}.json`), JSON.stringify({ id, ...preset }));
  const url = `http://localhost:${port}`;
  const env = { ...process.env, SLUIS_LISTEN: `127.0.0.1:${port}`, SLUIS_PUBLIC_URL: url, SLUIS_SITES: folder, SLUIS_PRESETS: join(data, 'presets'), SLUIS_DATA: data,
    SLUIS_REDIS_URL: redis.url, ...environment };
  const child = spawn(file, ['serve'], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  child.stdout.on('data', (chunk) => (said += chunk));
  child.stderr.on('data', (chunk) => (said += chunk));
  const command: Sluis['command'] = async (...args) => {
    try {
      return { status: 0, ...(await run(file, args, { env })) };
    } catch (error: any) {
      return { status: error.code ?? 1, stdout: error.stdout ?? '', stderr: error.stderr ?? String(error) };
    }
  };
  const keys = new Map<string, string>();
  const sluis: Sluis = {
    url, redis, data, command, site: write, log: () => said,
    async readerKey(site) {
      let key = keys.get(site);
      if (!key) {
        const made = await command('key', 'create', '--site', site, '--role', 'reader');
        if (made.status) throw new Error(`key create: ${made.stderr}`);
        keys.set(site, (key = made.stdout.trim()));
      }
      return key;
    },
    async read(site, path) {
      const answer = await fetch(`${url}/v1/sites/${site}${path}`, { headers: { authorization: `Bearer ${await sluis.readerKey(site)}` } });
      if (!answer.ok) throw new Error(`GET ${path}: ${answer.status} ${await answer.text()}`);
      return answer.json();
    },
    async stop() {
      if (child.exitCode === null) {
        const gone = once(child, 'exit');
        child.kill('SIGTERM');
        await gone;
      }
      await redis.remove();
      rmSync(data, { recursive: true, force: true });
    },
  };
  try {
    await until('the service answers', async () => {
      if (child.exitCode !== null) throw new Error(`it stopped: ${said}`);
      return (await fetch(`${url}/healthz`)).ok;
    });
  } catch (error) {
    await sluis.stop();
    throw new Error(`${error}\n${said}`);
  }
  return sluis;
};
