import type { Contender } from '../contender.ts';
import { bundle, version } from './installed.ts';

/**
 * c15t's framework-free core. It has no interface of its own, so the banner is
 * the one of its "Building UI" page, with a plain dialog for the categories.
 * Browser-only ("offline") mode: its fastest, without the request to a backend.
 */
export const c15tCore = async (): Promise<Contender> => ({
  id: 'c15t-core',
  name: 'c15t core',
  version: version('c15t'),
  note: 'headless core, offline mode; banner from its own "Building UI" example plus a plain dialog',
  categories: true,
  files: await bundle('c15t-core.ts'),
  head: '',
  tag: '<script type="module" src="/c/c15t-core/c15t-core.js"></script>',
  foot: '',
  owns: (url) => url.pathname.startsWith('/c/c15t-core/'),
  accept: { css: '#consent-accept' },
  banner: { css: '#consent-banner' },
  opener: { css: '#consent-customize' },
  preferences: { css: '#consent-dialog' },
});

/** c15t's React banner and dialog, with React itself, since the page has no other use for it. */
export const c15tReact = async (): Promise<Contender> => ({
  id: 'c15t-react',
  name: 'c15t React',
  version: `${version('@c15t/react')}, React ${version('react')}`,
  note: 'ready-made banner and dialog, offline mode; counts React, which the page has no other use for',
  categories: true,
  files: await bundle('c15t-react.tsx'),
  head: '',
  tag: `<link rel="stylesheet" href="/c/c15t-react/c15t-react.css">
<script type="module" src="/c/c15t-react/c15t-react.js"></script>`,
  foot: '<div id="consent"></div>',
  owns: (url) => url.pathname.startsWith('/c/c15t-react/'),
  accept: { css: '[data-testid="consent-banner-accept-button"]' },
  banner: { css: '[data-testid="consent-banner-root"]' },
  opener: { css: '[data-testid="consent-banner-customize-button"]' },
  preferences: { css: '[data-testid="consent-dialog-card"]' },
});
