import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { build, type BuildOptions } from 'esbuild';
import type { File } from '../contender.ts';

const modules = join(import.meta.dirname, '../node_modules');

/** The version of an installed package, from its own package.json. */
export const version = (name: string): string =>
  JSON.parse(readFileSync(join(modules, name, 'package.json'), 'utf8')).version;

/** A file out of an installed package, untouched. */
export const file = (path: string): Buffer => readFileSync(join(modules, path));

const type = (path: string): string => (path.endsWith('.css') ? 'text/css' : 'text/javascript');

/**
 * Bundles an entry as a site with a bundler would: production build, minified,
 * tree shaken, chunks split where the package itself imports lazily.
 */
export const bundle = async (entry: string, options: BuildOptions = {}): Promise<Record<string, File>> => {
  const { outputFiles } = await build({
    entryPoints: [join(import.meta.dirname, 'entries', entry)],
    bundle: true, minify: true, splitting: true, format: 'esm', target: 'es2022', outdir: '/', write: false, logLevel: 'error',
    jsx: 'automatic', legalComments: 'none', ...options,
    define: { 'process.env.NODE_ENV': '"production"', ...options.define },
  });
  return Object.fromEntries(outputFiles!.map(({ path, contents }) => [path.slice(1), { body: Buffer.from(contents), type: type(path) }]));
};

