import { buildPrefetchScript } from 'c15t';
import type { Contender, File } from '../contender.ts';
import { bundle, version } from './installed.ts';
import { init, subject } from './c15t-backend.ts';

const json = (value: unknown): File => ({ body: JSON.stringify(value), type: 'application/json', fresh: true });
const backend = (): Record<string, File> => ({ 'api/init': json(init), 'api/subjects': json(subject) });
/** Its optimisation page: the request to the backend starts in the head, before the script arrives. */
const prefetch = (id: string): string => `<script>${buildPrefetchScript({ backendURL: `/c/${id}/api` })}</script>`;

const core = {
  name: 'c15t core',
  version: version('c15t'),
  ownInterface: false,
  categories: true,
  accept: { css: '#consent-accept' },
  banner: { css: '#consent-banner' },
  opener: { css: '#consent-customize' },
  preferences: { css: '#consent-dialog' },
};

/**
 * c15t's framework-free core, "hosted", which its documentation recommends for
 * production, with its two optimisations: backend on the same origin, request
 * prefetched. The backend answers from a constant, so nobody waits for a
 * database. The core has no interface of its own: the banner is that of its
 * "Building UI" page, with a plain dialog for the categories.
 */
export const c15tCore = async (): Promise<Contender> => ({
  id: 'c15t-core',
  ...core,
  note: 'headless core, hosted mode with same-origin backend and prefetch; banner from its own "Building UI" example plus a plain dialog',
  files: { ...(await bundle('c15t-core.ts', { define: { HOSTED: '"/c/c15t-core/api"' } })), ...backend() },
  head: prefetch('c15t-core'),
  tag: '<script type="module" src="/c/c15t-core/c15t-core.js"></script>',
  foot: '',
  owns: (url) => url.pathname.startsWith('/c/c15t-core/'),
});

/** The same in browser-only mode, which its documentation advises against for production: no backend, no records. */
export const c15tOffline = async (): Promise<Contender> => ({
  id: 'c15t-offline',
  ...core,
  name: 'c15t core, offline',
  tuned: true,
  note: 'tuned: browser-only mode, nothing recorded anywhere',
  files: await bundle('c15t-core.ts', { define: { HOSTED: '""' } }),
  head: '',
  tag: '<script type="module" src="/c/c15t-offline/c15t-core.js"></script>',
  foot: '',
  owns: (url) => url.pathname.startsWith('/c/c15t-offline/'),
});

/** c15t's React banner and dialog, hosted likewise, with React itself, since the page has no other use for it. */
export const c15tReact = async (): Promise<Contender> => ({
  id: 'c15t-react',
  name: 'c15t React',
  version: `${version('@c15t/react')}, React ${version('react')}`,
  note: 'ready-made banner and dialog, hosted mode with same-origin backend and prefetch; counts React, which the page has no other use for',
  categories: true,
  files: { ...(await bundle('c15t-react.tsx', { define: { HOSTED: '"/c/c15t-react/api"' } })), ...backend() },
  head: prefetch('c15t-react'),
  tag: `<link rel="stylesheet" href="/c/c15t-react/c15t-react.css">
<script type="module" src="/c/c15t-react/c15t-react.js"></script>`,
  foot: '<div id="consent"></div>',
  owns: (url) => url.pathname.startsWith('/c/c15t-react/'),
  accept: { css: '[data-testid="consent-banner-accept-button"]' },
  banner: { css: '[data-testid="consent-banner-root"]' },
  opener: { css: '[data-testid="consent-banner-customize-button"]' },
  preferences: { css: '[data-testid="consent-dialog-card"]' },
});
