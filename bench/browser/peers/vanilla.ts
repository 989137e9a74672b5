import { analytics, type Contender } from '../contender.ts';
import { bundle, file, version } from './installed.ts';

/**
 * vanilla-cookieconsent by its "Getting started" for npm: stylesheet in the
 * head, configuration and library as one module at the end of the body.
 */
export const vanilla = async (): Promise<Contender> => ({
  id: 'vanilla',
  name: 'vanilla-cookieconsent',
  version: version('vanilla-cookieconsent'),
  note: 'ES module and configuration bundled into one file, stylesheet as shipped',
  categories: true,
  files: {
    ...(await bundle('vanilla.ts')),
    'cookieconsent.css': { body: file('vanilla-cookieconsent/dist/cookieconsent.css'), type: 'text/css' },
  },
  head: '',
  tag: `<link rel="stylesheet" href="/c/vanilla/cookieconsent.css">
<script type="text/plain" data-category="analytics" src="${analytics}"></script>`,
  foot: '<script type="module" src="/c/vanilla/vanilla.js"></script>',
  owns: (url) => url.pathname.startsWith('/c/vanilla/'),
  accept: { css: '#cc-main .cm__btn[data-role="all"]' },
  banner: { css: '#cc-main .cm' },
  opener: { css: '#cc-main .cm__btn[data-role="show"]' },
  preferences: { css: '#cc-main .pm' },
});
