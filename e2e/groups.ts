/**
 * Puts the test files into groups that run in one process each, and prints them for the runner:
 * to start Node with the driver for one file takes as long as three visits.
 */
import { mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const GROUPS = 12;
const here = import.meta.dirname;
const out = join(here, 'out/groups');
const bytes = (file: string): number => statSync(join(here, file)).size;

// Dealt out by size, the large ones first, so that the groups end at about the same time.
const files = ['.', ...process.argv.slice(2)]
  .flatMap((folder) => readdirSync(join(here, folder)).filter((name) => name.endsWith('.test.ts')).map((name) => join(folder, name)))
  .sort((a, b) => bytes(b) - bytes(a) || a.localeCompare(b));
const groups = Array.from({ length: GROUPS }, (_, nth) => files.filter((_, turn) => turn % GROUPS == nth));

rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });
for (const [nth, group] of groups.entries()) {
  const file = join(out, `${nth}.test.ts`);
  const one = (name: string): string => `describe('${name}', async () => void (await import('../../${name}')));\n`;
  writeFileSync(file, `import { describe } from 'node:test';\n${group.map(one).join('')}`);
  console.log(file);
}
