import type { Access } from '../measure/access.ts';
import type { Sample } from '../measure/rounds.ts';
import type { Named, Results } from './results.ts';
import { spread, type Spread } from './statistics.ts';

/** What a row is computed from, for one contender. */
export interface Context { named: Named; access: Access | undefined; samples: Sample[]; bare: Sample[] }

/** One figure: how to get it and what Sluis must reach. */
export interface Row {
  title: string;
  unit: 'ms' | 'KB' | 'kB' | 'bytes' | '';
  value(context: Context): Spread | string | null;
  /** Whether Sluis reaches the goal; peers are the medians of the others as documented, tuned and headless ones left out. */
  goal?: { text: string; met(sluis: number, peers: number[], spread: Spread): boolean };
  /** Compare with every peer, or only with those that ask per category. */
  against?: 'categories';
}

const exactly = (value: number): Spread => ({ median: value, low: value, high: value, count: 1 });
const under = (limit: number, text = `≤ ${limit}`) => ({ text, met: (sluis: number) => sluis <= limit });
/** No difference from the bare page can be told apart: in a quarter of the rounds or more there was none. */
const noise = { text: 'within noise', met: (_: number, __: number[], { low }: Spread) => low <= 0 };
/** Differences from the bare page, round by round, so that the machine's slow minutes cancel out. */
const over = (pick: (sample: Sample) => number) => ({ samples, bare, named }: Context): Spread | null =>
  named.id === 'bare' ? spread(samples.map(pick)) : spread(samples.map((sample) => {
    const floor = bare.find(({ round }) => round === sample.round);
    return floor && pick(sample) - pick(floor);
  }));
const each = (pick: (sample: Sample) => number | null | undefined) => ({ samples, named }: Context) => (named.id === 'bare' ? null : spread(samples.map(pick)));
/** What axe and the keyboard found, where there is an interface to judge. */
const judged = (pick: (access: Access) => string | null) => ({ access, named }: Context) => (access && named.ownInterface ? pick(access) : null);
const nodes = (violations: Access['banner'] | null): string | null =>
  violations ? `${violations.reduce((sum, { nodes }) => sum + nodes, 0)}` : null;
const yes = (value: boolean | null): string | null => (value == null ? null : value ? 'yes' : 'no');

/** Rows that do not depend on the network. */
export const fixedRows: Row[] = [
  { title: 'bytes before the gate can decide (returning, empty cache)', unit: 'KB', goal: under(1.4),
    value: ({ named, samples }) => (named.id === 'bare' ? null : spread(samples.map(({ empty }) => (empty.bytes + named.markup) / 1000))) },
  { title: 'first visit in all, preferences opened', unit: 'KB', goal: under(7), against: 'categories',
    value: ({ named, access }) => (access ? exactly((access.bytes + named.markup) / 1000) : null) },
  { title: '… of which markup in the HTML', unit: 'KB', value: ({ named }) => (named.id === 'bare' ? null : exactly(named.markup / 1000)) },
  { title: 'requests on a first visit, preferences opened', unit: '', goal: under(2), value: ({ access }) => (access ? exactly(access.requests) : null) },
  { title: 'requests on a warm return', unit: '', goal: under(0, '0'), value: each(({ warm }) => warm.requests) },
  { title: 'axe: nodes at fault, banner', unit: '', value: judged((access) => nodes(access.banner)), goal: under(0, '0') },
  { title: 'axe: nodes at fault, preferences', unit: '', value: judged((access) => nodes(access.preferences)), goal: under(0, '0') },
  { title: 'Tabs to accept', unit: '', value: judged(({ tabs }) => `${tabs ?? 'never'}`), goal: under(1) },
  { title: 'banner takes the focus when it appears', unit: '', value: judged((access) => yes(access.stealsFocus)) },
  { title: 'focus leaves open preferences', unit: '', value: judged((access) => yes(access.leaves)) },
  { title: 'Escape closes the preferences', unit: '', value: judged((access) => yes(access.escape)) },
  { title: '… and focus returns', unit: '', value: judged((access) => yes(access.returns)) },
  { title: 'choice cookie', unit: 'bytes', goal: under(80), against: 'categories', value: each(({ first }) => first.cookies) },
  { title: 'choice in localStorage', unit: 'bytes', value: each(({ first }) => first.storage) },
];

/** Rows measured once per network profile. */
export const timedRows: Row[] = [
  { title: 'accept can be hit and works', unit: 'ms', value: each(({ early }) => early?.honoured), against: 'categories',
    goal: { text: '≤ 0.65 × fastest with categories', met: (sluis, peers) => sluis <= 0.65 * Math.min(...peers) } },
  { title: 'accept pressed in the frame it appears: delay until a press counts', unit: 'ms', goal: under(0, '0'),
    value: each(({ early }) => early && early.honoured - early.hit) },
  { title: 'first paint over the bare page', unit: 'ms', value: over(({ first }) => first.fcp), goal: noise },
  { title: 'largest paint over the bare page', unit: 'ms', value: over(({ first }) => first.lcp), goal: noise },
  { title: 'runs in which the banner is the largest element', unit: '', goal: under(0, '0'),
    value: ({ named, samples }) => (named.id === 'bare' ? null : exactly(samples.filter(({ first }) => first.bannerIsLargest).length)) },
  { title: 'layout shift × 1000', unit: '', value: ({ samples }) => spread(samples.map(({ first }) => first.shift * 1000)), goal: under(0, '0') },
  { title: 'blocking time', unit: 'ms', value: ({ samples }) => spread(samples.map(({ first }) => first.blocking)), goal: under(20) },
  { title: '… over the bare page', unit: 'ms', value: over(({ first }) => first.blocking), goal: under(20) },
  { title: 'longest event of the accept click', unit: 'ms', value: each(({ first }) => first.event), goal: under(24) },
  { title: 'accept click → held tag requested', unit: 'ms', value: each(({ first }) => first.release), goal: under(18) },
  { title: 'returning with consent, warm cache: tag later than on the bare page', unit: 'ms', value: over(({ warm }) => warm.asked), goal: under(60) },
  { title: 'the same with an empty cache', unit: 'ms', value: over(({ empty }) => empty.asked), goal: under(220) },
  { title: 'JavaScript heap over the bare page', unit: 'kB', value: over(({ first }) => first.heap / 1000), goal: under(300) },
];

/** What a row needs to know about each contender, in one profile. */
export const contexts = ({ contenders, access, profiles }: Results, at: number): Context[] =>
  contenders.map((named) => ({ named, access: access[named.id], samples: profiles[at]!.samples[named.id] ?? [], bare: profiles[at]!.samples.bare ?? [] }));
