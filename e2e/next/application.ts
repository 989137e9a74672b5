import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { until } from '../harness/ports.ts';
import { recipe } from '../harness/recipe.ts';

const folder = join(import.meta.dirname, 'out');
const program = join(import.meta.dirname, 'node_modules/next/dist/bin/next');
/** What it is built with, from its package.json, which names them exactly. */
export const versions: Record<string, string> = JSON.parse(readFileSync(join(import.meta.dirname, 'package.json'), 'utf8')).dependencies;
const env = { ...process.env, NEXT_TELEMETRY_DISABLED: '1' };

const page = (name: string, other: string, components: string): string => `import Link from 'next/link';
import { Map } from '../src/Map';
import { Film } from '../src/Film';
import { Statistics } from '../src/Statistics';
export const metadata = { title: '${name}' };
export default function Page() { return <main><h1>${name}</h1><Link href="${other}">Further</Link>${components}</main>; }`;

/** A website with two pages, of the recipes for Next.js and React and as little else as a website can have. */
const files = (service: string, types: string): Record<string, string> => ({
  'next.config.mjs': recipe('next', 'js', 0, { 'https://consent.example.nl': service }),
  'proxy.ts': recipe('next', 'ts'),
  'app/layout.tsx': recipe('next', 'tsx', 0),
  'app/page.tsx': page('Home', '/film', '<Map />').replace(/import \{ (Film|Statistics).*\n/g, ''),
  'app/film/page.tsx': page('Film', '/', '<Film address="https://www.youtube.com/embed/abc" /><Statistics />').replaceAll('../src', '../../src').replace(/import \{ Map.*\n/, ''),
  'src/sluis.d.ts': types,
  'src/useConsent.ts': recipe('react', 'ts'),
  'src/Map.tsx': `'use client';\n${recipe('react', 'tsx', 0)}`,
  'src/Film.tsx': recipe('react', 'tsx', 1),
  'src/Statistics.tsx': recipe('react', 'tsx', 2),
  'tsconfig.json': '{"compilerOptions": {"strict": true}}',
});

/** Writes the website and builds it for production: types are checked then. */
export const build = async (service: string): Promise<void> => {
  if (!existsSync(program)) throw new Error('Next.js is not installed: make npm-next');
  rmSync(folder, { recursive: true, force: true });
  const types = await (await fetch(`${service}/sluis.d.ts`)).text();
  for (const [file, content] of Object.entries(files(service, types))) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), content);
  }
  await promisify(execFile)(process.execPath, [program, 'build'], { cwd: folder, env }).catch((error) => {
    throw new Error(`next build: ${error.stdout}${error.stderr}`);
  });
};

/** Serves what was built, or the sources as a developer sees them. */
export const serve = async (how: 'start' | 'dev', port: number): Promise<{ stop(): Promise<void> }> => {
  const child = spawn(process.execPath, [program, how, '-p', `${port}`, '-H', '127.0.0.1'], { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  child.stdout.on('data', (chunk) => (said += chunk));
  child.stderr.on('data', (chunk) => (said += chunk));
  const stop = async (): Promise<void> => {
    if (child.exitCode !== null) return;
    const gone = once(child, 'exit');
    child.kill('SIGTERM');
    await gone;
  };
  try {
    await until(`next ${how} answers`, async () => {
      if (child.exitCode !== null) throw new Error('it stopped');
      return (await fetch(`http://127.0.0.1:${port}/film`)).ok;
    }, 60_000);
  } catch (error) {
    await stop();
    throw new Error(`${error}\n${said}`);
  }
  return { stop };
};
