import { basename } from 'node:path';
import { analytics, type Contender } from '../contender.ts';
import { here, startService } from './service.ts';

const host = 'html > div[lang]';

/**
 * Sluis as its own documentation says: one script tag, first in the head, from
 * the service's own origin; the tag marked with its category.
 */
export const startSluis = async (origin: string, id = 'sluis', tree = here): Promise<Contender> => {
  const service = await startService(id, origin, tree);
  return {
    id,
    name: tree === here ? 'Sluis' : `Sluis of ${basename(tree)}`,
    ...(tree === here ? {} : { tuned: true }),
    version: service.version,
    note: 'the real service with its own Redis; four catalogued services, two languages offered, every choice recorded',
    categories: true,
    files: {},
    head: `<script src="${service.url}/${id}.js"></script>`,
    tag: `<script type="text/plain" data-consent="analytics" src="${analytics}"></script>`,
    foot: '',
    owns: (url) => url.origin === service.url,
    accept: { host, css: 'section .acts button', text: 'Accept all' },
    banner: { host, css: 'section' },
    opener: { host, css: 'section .acts button.line' },
    preferences: { host, css: 'dialog' },
    stop: service.stop,
  };
};
