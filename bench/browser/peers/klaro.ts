import { analytics, type Contender } from '../contender.ts';
import { bundle, file, version } from './installed.ts';

/** Klaro by its README: config.js and klaro.js, both deferred, in the head; style and translations are inside. */
export const klaro = async (): Promise<Contender> => ({
  id: 'klaro',
  name: 'klaro',
  version: version('klaro'),
  note: 'dist/klaro.js as shipped, with style and translations in it',
  categories: true,
  files: {
    'config.js': (await bundle('klaro.ts', { format: 'iife', splitting: false }))['klaro.js']!,
    'klaro.js': { body: file('klaro/dist/klaro.js'), type: 'text/javascript' },
  },
  head: '',
  tag: `<script defer src="/c/klaro/config.js"></script>
<script defer src="/c/klaro/klaro.js"></script>
<script type="text/plain" data-type="text/javascript" data-name="analytics" data-src="${analytics}"></script>`,
  foot: '',
  owns: (url) => url.pathname.startsWith('/c/klaro/'),
  accept: { css: '#klaro .cookie-notice .cm-btn-success' },
  banner: { css: '#klaro .cookie-notice' },
  opener: { css: '#klaro .cookie-notice .cm-link' },
  preferences: { css: '#klaro .cookie-modal .cm-modal' },
});
