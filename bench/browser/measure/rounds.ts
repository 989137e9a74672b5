import type { Browser } from 'playwright-core';
import type { Contender } from '../contender.ts';
import { earlyVisit, type Early } from './early.ts';
import { firstVisit, type First } from './first.ts';
import type { Profile } from './profile.ts';
import { returnVisits, type Return } from './returning.ts';

/** Everything measured for one contender in one round of one profile. */
export interface Sample { round: number; first: First; warm: Return; empty: Return; early: Early | null }

/** Samples by contender id, and what went wrong on the way. */
export interface Rounds { samples: Record<string, Sample[]>; failures: string[] }

const measure = async (browser: Browser, origin: string, contender: Contender, profile: Profile, round: number): Promise<Sample> => {
  const { first, context } = await firstVisit(browser, origin, contender, profile);
  try {
    const back = await returnVisits(browser, context, origin, contender, profile);
    const early = contender.id === 'bare' ? null : await earlyVisit(browser, origin, contender, profile);
    return { round, first, ...back, early };
  } finally {
    await context.close();
  }
};

/** No visit takes longer than this, however busy the machine is: a browser that hangs must not hang the run. */
const patience = 120_000;

export const inTime = async <T>(work: Promise<T>, label: string): Promise<T> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => { timer = setTimeout(() => reject(new Error(`${label}: not done within ${patience / 1000} s`)), patience); });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
    work.catch(() => {});
  }
};

/**
 * Visits everybody once per round, each round starting with another, so that
 * a slow minute of the machine falls on all alike. A visit that fails is tried
 * once more and then left out, and said so.
 */
export const runRounds = async (browser: Browser, origin: string, all: Contender[], profile: Profile, runs: number, say: (line: string) => void): Promise<Rounds> => {
  const samples: Rounds['samples'] = Object.fromEntries(all.map(({ id }) => [id, []]));
  const failures: string[] = [];
  for (let round = 0; round < runs; round++) {
    const shift = round % all.length;
    for (const contender of [...all.slice(shift), ...all.slice(0, shift)]) {
      const label = `${profile.id} ${round + 1}/${runs} ${contender.id}`;
      for (let attempt = 1; attempt <= 2; attempt++) {
        try {
          const sample = await inTime(measure(browser, origin, contender, profile, round), 'visits');
          samples[contender.id]!.push(sample);
          say(`${label}: ${summary(sample)}`);
          break;
        } catch (error) {
          failures.push(`${label}: ${String(error).split('\n')[0]}`);
          say(`${failures.at(-1)}${attempt === 1 ? ' (once more)' : ''}`);
        }
      }
    }
  }
  return { samples, failures };
};

const whole = (value: number | null): string => (value === null ? '-' : value.toFixed(0));
const summary = ({ first, warm, empty, early }: Sample): string =>
  `fcp ${whole(first.fcp)}, accept ${whole(early?.honoured ?? null)}, click ${whole(first.event)}, tag ${whole(first.release)}, return ${whole(warm.asked)} warm ${whole(empty.asked)} empty`;
