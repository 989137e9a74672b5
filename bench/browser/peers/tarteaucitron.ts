import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { transform } from 'esbuild';
import { analytics, type Contender } from '../contender.ts';
import { file, version } from './installed.ts';
import { texts } from './texts.ts';

const script = 'text/javascript';
const settings = readFileSync(join(import.meta.dirname, 'entries/tarteaucitron.js'), 'utf8');

/**
 * tarteaucitron by its README: its script in the head, then init() inline with
 * the settings listed there. It fetches its style, language and services
 * itself, after the page has loaded. The minified files are used throughout.
 */
export const tarteaucitron = async (): Promise<Contender> => ({
  id: 'tarteaucitron',
  name: 'tarteaucitronjs',
  version: version('tarteaucitronjs'),
  note: 'minified files as shipped, README settings, own services for the categories',
  categories: true,
  files: {
    'tarteaucitron.min.js': { body: file('tarteaucitronjs/tarteaucitron.min.js'), type: script },
    'tarteaucitron.services.min.js': { body: file('tarteaucitronjs/tarteaucitron.services.min.js'), type: script },
    'lang/tarteaucitron.en.min.js': { body: file('tarteaucitronjs/lang/tarteaucitron.en.min.js'), type: script },
    'css/tarteaucitron.min.css': { body: file('tarteaucitronjs/css/tarteaucitron.min.css'), type: 'text/css' },
  },
  head: '',
  tag: `<script src="/c/tarteaucitron/tarteaucitron.min.js"></script>
<script>${(await transform(settings, { minify: true, define: { ANALYTICS: JSON.stringify(analytics), TEXTS: JSON.stringify(texts) } })).code.trim()}</script>`,
  foot: '',
  owns: (url) => url.pathname.startsWith('/c/tarteaucitron/'),
  accept: { css: '#tarteaucitronAlertBig #tarteaucitronPersonalize2' },
  banner: { css: '#tarteaucitronAlertBig' },
  opener: { css: '#tarteaucitronAlertBig #tarteaucitronCloseAlert' },
  preferences: { css: '#tarteaucitron' },
});
