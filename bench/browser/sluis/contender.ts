import { analytics, type Contender } from '../contender.ts';
import { startService } from './service.ts';

const id = 'sluis';
const host = 'html > div[lang]';

/**
 * Sluis as its own documentation says: one script tag, first in the head, from
 * the service's own origin; the tag marked with its category.
 */
export const startSluis = async (origin: string): Promise<Contender> => {
  const service = await startService(id, origin);
  return {
    id,
    name: 'Sluis',
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
