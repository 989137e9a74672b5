import { analytics, type Contender } from '../contender.ts';
import { startService } from './service.ts';

const id = 'sluis';
const host = 'html > div[lang]';

/** Waits until the best compression of a script is served; the service swaps it in soon after the first request. */
const settled = async (url: string): Promise<void> => {
  for (let last = 0, same = 0; same < 10; ) {
    const answer = await fetch(url, { headers: { 'accept-encoding': 'br' } });
    const size = Number(answer.headers.get('content-length'));
    if (!answer.ok || !size) throw new Error(`GET ${url}: ${answer.status}, ${size} bytes`);
    same = size === last ? same + 1 : 0;
    last = size;
    await new Promise((next) => setTimeout(next, 200));
  }
};

/**
 * Sluis as its own documentation says: one script tag, first in the head, from
 * the service's own origin; the tag marked with its category.
 */
export const startSluis = async (origin: string): Promise<Contender> => {
  const service = await startService(id, origin);
  const gate = `${service.url}/${id}.js`;
  try {
    await settled(gate);
  } catch (error) {
    await service.stop();
    throw error;
  }
  return {
    id,
    name: 'Sluis',
    version: service.version,
    note: 'the real service with its own Redis; four catalogued services, two languages offered, every choice recorded',
    categories: true,
    files: {},
    head: `<script src="${gate}"></script>`,
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
