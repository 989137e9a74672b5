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

type Make = () => Promise<Contender>;

/** Everybody, in the order of the table; of ours, what is given. Who stands on another origin is told where the website stands. */
export const contenders = async (only: string[], website: string, ours: Partial<Record<'sluis' | 'sluis-other' | 'sluis-four' | 'sluis-async', Make | undefined>>): Promise<Contender[]> => {
  const everybody: [string, Make | undefined][] = [
    ['sluis', ours.sluis], ['sluis-other', ours['sluis-other']], ['least', async () => least(website)], ['vanilla', vanilla], ['klaro', klaro], ['tarteaucitron', tarteaucitron], ['osano', osano], ['c15t-core', c15tCore], ['c15t-react', c15tReact],
    ['vanilla-bundled', vanillaBundled], ['c15t-offline', c15tOffline], ['sluis-four', ours['sluis-four']], ['sluis-async', ours['sluis-async']],
  ];
  const all = everybody.filter((one): one is [string, Make] => !!one[1]);
  const unknown = only.filter((id) => !all.some(([known]) => known === id));
  if (unknown.length) throw new Error(`no such contender: ${unknown.join(', ')}; there are ${all.map(([id]) => id).join(', ')}`);
  const wanted = all.filter(([id]) => !only.length || only.includes(id) || id === 'sluis-other');
  return [bare, ...(await Promise.all(wanted.map(([, make]) => make())))];
};
