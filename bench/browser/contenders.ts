import type { Contender } from './contender.ts';
import { c15tCore, c15tOffline, c15tReact } from './peers/c15t.ts';
import { klaro } from './peers/klaro.ts';
import { osano } from './peers/osano.ts';
import { tarteaucitron } from './peers/tarteaucitron.ts';
import { least } from './page/least.ts';
import { vanilla, vanillaBundled } from './peers/vanilla.ts';

/** The page without any tool: the floor of every figure. */
const bare: Contender = {
  id: 'bare', name: 'no banner', version: '', note: 'the page alone; on a return it loads the tag outright', categories: false,
  files: {}, head: '', tag: '', foot: '', owns: () => false, accept: { css: 'none' }, banner: { css: 'none' },
};

/** Everybody, in the order of the table. Who stands on another origin is told where the website stands. */
export const contenders = async (only: string[], website: string, sluis: () => Promise<Contender>, four: () => Promise<Contender>, late: () => Promise<Contender>, other?: () => Promise<Contender>): Promise<Contender[]> => {
  const all: [string, () => Promise<Contender>][] = [
    ['sluis', sluis], ['least', async () => least(website)], ['vanilla', vanilla], ['klaro', klaro], ['tarteaucitron', tarteaucitron], ['osano', osano], ['c15t-core', c15tCore], ['c15t-react', c15tReact],
    ['vanilla-bundled', vanillaBundled], ['c15t-offline', c15tOffline], ['sluis-four', four], ['sluis-async', late],
  ];
  if (other) all.splice(1, 0, ['sluis-other', other]);
  const unknown = only.filter((id) => !all.some(([known]) => known === id));
  if (unknown.length) throw new Error(`no such contender: ${unknown.join(', ')}; there are ${all.map(([id]) => id).join(', ')}`);
  const wanted = all.filter(([id]) => !only.length || only.includes(id) || id === 'sluis-other');
  return [bare, ...(await Promise.all(wanted.map(([, make]) => make())))];
};
