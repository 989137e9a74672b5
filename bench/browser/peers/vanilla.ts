import { analytics, type Contender } from '../contender.ts';
import { bundle, file, version } from './installed.ts';

const held = `<script type="text/plain" data-category="analytics" src="${analytics}"></script>`;
const places = {
  accept: { css: '#cc-main .cm__btn[data-role="all"]' },
  banner: { css: '#cc-main .cm' },
  opener: { css: '#cc-main .cm__btn[data-role="show"]' },
  preferences: { css: '#cc-main .pm' },
};
const stylesheet = { 'cookieconsent.css': { body: file('vanilla-cookieconsent/dist/cookieconsent.css'), type: 'text/css' } };

/**
 * vanilla-cookieconsent as its "Getting started" says for an HTML page: the
 * stylesheet in the head, the configuration as a module at the end of the
 * body, which imports the library.
 */
export const vanilla = async (): Promise<Contender> => ({
  id: 'vanilla',
  name: 'vanilla-cookieconsent',
  version: version('vanilla-cookieconsent'),
  note: 'as documented for an HTML page: stylesheet, configuration module, library imported by it',
  categories: true,
  files: {
    ...stylesheet,
    'vanilla.js': (await bundle('vanilla-html.ts', { splitting: false, external: ['./cookieconsent.umd.js'] }))['vanilla-html.js']!,
    'cookieconsent.umd.js': { body: file('vanilla-cookieconsent/dist/cookieconsent.umd.js'), type: 'text/javascript' },
  },
  head: '',
  tag: `<link rel="stylesheet" href="/c/vanilla/cookieconsent.css">\n${held}`,
  foot: '<script type="module" src="/c/vanilla/vanilla.js"></script>',
  owns: (url) => url.pathname.startsWith('/c/vanilla/'),
  ...places,
});

/**
 * The same, tuned beyond its documentation for HTML pages: library and
 * configuration bundled into one module, as an application with a bundler
 * would have it, but loaded on its own. The hardest form of it to beat.
 */
export const vanillaBundled = async (): Promise<Contender> => ({
  id: 'vanilla-bundled',
  name: 'vanilla-cookieconsent, bundled',
  tuned: true,
  version: version('vanilla-cookieconsent'),
  note: 'tuned: library and configuration bundled by hand into one module, stylesheet beside it',
  categories: true,
  files: { ...stylesheet, ...(await bundle('vanilla-bundled.ts')) },
  head: '',
  tag: `<link rel="stylesheet" href="/c/vanilla-bundled/cookieconsent.css">\n${held}`,
  foot: '<script type="module" src="/c/vanilla-bundled/vanilla-bundled.js"></script>',
  owns: (url) => url.pathname.startsWith('/c/vanilla-bundled/'),
  ...places,
});
