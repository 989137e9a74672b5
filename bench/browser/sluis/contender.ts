import { basename } from 'node:path';
import { analytics, type Contender } from '../contender.ts';
import { here, startService, type Site } from './service.ts';

const host = 'html > div[lang]';
/** The name of its site file. */
const website = 'slow-oven';

/**
 * Sluis as its own documentation says: one script tag, first in the head, from
 * the service's own origin; the tag marked with its category.
 */
export const startSluis = async (origin: string, id = 'sluis', tree = here, site: Site = 'one', attributes = ''): Promise<Contender> => {
  const service = await startService(website, origin, tree, site);
  return {
    id,
    name: tree !== here ? `Sluis of ${basename(tree)}` : site === 'four' ? 'Sluis, four services' : `Sluis${attributes && ','}${attributes}`,
    ...(id === 'sluis' ? {} : { tuned: true }),
    version: service.version,
    note: `the real service with its own Redis, every choice recorded; ${site === 'one' ? 'an analytics service with Consent Mode, and YouTube; one language' : 'Google Analytics, YouTube, Facebook and X; two languages offered'}`,
    categories: true,
    files: {},
    head: `<script${attributes} src="${service.url}/${website}.js"></script>`,
    tag: `<script type="text/plain" data-consent="analytics" src="${analytics}"></script>`,
    foot: '',
    owns: (url) => url.origin === service.url,
    accept: { host, css: 'section .acts button', text: 'Accept all' },
    banner: { host, css: 'section' },
    opener: { host, css: 'section .acts button', text: 'Choose myself' },
    preferences: { host, css: 'dialog' },
    stop: service.stop,
  };
};
