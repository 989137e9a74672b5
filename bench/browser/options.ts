import { parseArgs } from 'node:util';

/** What one run of the benchmark does. */
export interface Options {
  runs: number;
  only: string[];
  profiles: string[];
  /** Another tree of Sluis, to be measured beside this one. */
  against: string;
  out: string;
}

const help = `npm run bench -- [--runs 9] [--only sluis,vanilla] [--profiles slow-4g,theme,unlimited] [--out results]

  --runs      rounds; each round visits every contender once per scenario (default 9)
  --only      contenders by id; the bare page is always there (default: all)
  --profiles  slow-4g, theme (slow 4G, a page with a framework and jQuery), unlimited (all: processor ÷4),
              slow-phone (slow 4G, processor ÷12) (default: slow-4g,theme,unlimited)
  --against   folder of another tree of Sluis, measured beside this one (default: none)
  --out       folder for results.json and table.md (default: results)`;

const list = (text: string): string[] => text.split(',').map((word) => word.trim()).filter(Boolean);

/** Reads the command line; prints the help and ends when asked or when it cannot be understood. */
export const readOptions = (args: string[]): Options => {
  try {
    const { values } = parseArgs({
      args,
      options: {
        runs: { type: 'string', default: '9' },
        only: { type: 'string', default: '' },
        profiles: { type: 'string', default: 'slow-4g,theme,unlimited' },
        against: { type: 'string', default: '' },
        out: { type: 'string', default: 'results' },
        help: { type: 'boolean', default: false },
      },
    });
    if (values.help) throw new Error('');
    const runs = Number(values.runs);
    if (!Number.isInteger(runs) || runs < 1 || runs > 99) throw new Error('--runs must be 1 to 99');
    return { runs, only: list(values.only), profiles: list(values.profiles), against: values.against, out: values.out };
  } catch (error) {
    const reason = (error as Error).message;
    console.error(reason ? `${reason}\n\n${help}` : help);
    process.exit(reason ? 2 : 0);
  }
};
