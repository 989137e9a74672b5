import type { Access } from '../measure/access.ts';
import type { Rounds } from '../measure/rounds.ts';

/** One contender as the report names it. */
export interface Named { id: string; name: string; version: string; note: string; categories: boolean; ownInterface: boolean; tuned: boolean; markup: number }

/** Everything a run found, as written to results.json. */
export interface Results {
  began: string;
  minutes: number;
  machine: { cores: number; model: string; memory: string; loadBefore: number; loadAfter: number; node: string; chromium: string };
  runs: number;
  contenders: Named[];
  access: Record<string, Access>;
  profiles: ({ id: string; label: string } & Rounds)[];
}
