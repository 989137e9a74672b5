import type { Results } from './results.ts';
import { contexts, fixedRows, timedRows, type Context, type Row } from './rows.ts';
import type { Spread } from './statistics.ts';

const number = (value: number, unit: Row['unit']): string =>
  unit === 'KB' ? value.toFixed(2) : unit === 'ms' && Math.abs(value) < 10 ? value.toFixed(1) : value.toFixed(0);

const cell = (value: Spread | string | null, unit: Row['unit']): string => {
  if (value === null) return '–';
  if (typeof value === 'string') return value;
  const [median, low, high] = [number(value.median, unit), number(value.low, unit), number(value.high, unit)];
  return low === high ? median : `${median} <sub>${low}…${high}</sub>`;
};

const numeric = (value: Spread | string | null): number | null =>
  value === null ? null : typeof value === 'string' ? (Number.isFinite(Number(value)) ? Number(value) : null) : value.median;

const spreadOf = (value: Spread | string | null): Spread =>
  value !== null && typeof value !== 'string' ? value : { median: numeric(value)!, low: numeric(value)!, high: numeric(value)!, count: 1 };

/** "0.52" of the best of them, when both are counted in something that can be divided. */
const ratio = (row: Row, sluis: number | null, peers: number[]): string => {
  const best = Math.min(...peers);
  if (sluis === null || !peers.length || !row.unit || best <= 0 || sluis < 0) return '–';
  return (sluis / best).toFixed(2);
};

const line = (row: Row, all: Context[]): string => {
  const values = all.map((context) => row.value(context));
  const peers = (everybody: boolean): number[] => all.flatMap(({ named }, at) => {
    const value = numeric(values[at]!);
    const left = named.id.startsWith('sluis') || ['bare', 'least'].includes(named.id) || (!everybody && (named.tuned || !named.ownInterface)) || (row.against === 'categories' && !named.categories);
    return left || value === null ? [] : [value];
  });
  const at = all.findIndex(({ named }) => named.id === 'sluis');
  const sluis = at < 0 ? null : numeric(values[at]!);
  const judged = row.goal && sluis !== null && (peers(false).length > 0 || row.against === undefined);
  const verdict = !row.goal ? '' : judged ? `${row.goal.text} ${row.goal.met(sluis, peers(false), spreadOf(values[at]!)) ? '✓' : '✗'}` : row.goal.text;
  // What no tool can be faster than, on this machine in this run.
  const floor = all.findIndex(({ named }) => named.id === 'least');
  const least = floor < 0 || row.unit !== 'ms' ? [] : [numeric(values[floor]!)].filter((value) => value !== null);
  const cells = values.map((value) => cell(value, row.unit));
  return `| ${[`${row.title}${row.unit ? `, ${row.unit}` : ''}`, ...cells, ratio(row, sluis, peers(false)), ratio(row, sluis, peers(true)), ratio(row, sluis, least), verdict].join(' | ')} |`;
};

const block = (rows: Row[], all: Context[]): string => {
  const head = ['figure', ...all.map(({ named }) => named.name), 'Sluis ÷ best peer', '… tuned and headless too', 'Sluis ÷ least', 'goal'];
  return [`| ${head.join(' | ')} |`, `|${head.map((_, i) => (i ? '---:' : '---')).join('|')}|`, ...rows.map((row) => line(row, all))].join('\n');
};

/** The whole report as Markdown. */
export const report = (results: Results): string => {
  const { machine, contenders, profiles, runs, access } = results;
  const faults = contenders.filter(({ ownInterface }) => ownInterface).flatMap(({ id, name }) => {
    const { banner = [], preferences } = access[id] ?? {};
    const all = [...banner.map((found) => ({ where: 'banner', ...found })), ...(preferences ?? []).map((found) => ({ where: 'preferences', ...found }))];
    return all.length ? [`- ${name}: ${all.map(({ where, id: rule, impact, nodes }) => `${rule} (${where}, ${impact}, ${nodes})`).join(', ')}`] : [];
  });
  const failures = profiles.flatMap((profile) => profile.failures);
  return [
    `Run of ${results.began}, ${results.minutes.toFixed(0)} minutes, ${runs} rounds. ${machine.model}, ${machine.cores} cores, ${machine.memory}; ${machine.chromium}; Node ${machine.node}; load ${machine.loadBefore.toFixed(1)} before and ${machine.loadAfter.toFixed(1)} after. Median <sub>lower quartile…upper quartile</sub>.`,
    contenders.map(({ name, version, note }) => `- **${name}** ${version}: ${note}`).join('\n'),
    '### Whatever the network', block(fixedRows, contexts(results, 0)),
    ...profiles.flatMap(({ label }, at) => [`### ${label[0]!.toUpperCase()}${label.slice(1)}`, block(timedRows, contexts(results, at))]),
    ...(faults.length ? ['### What axe found', faults.join('\n')] : []),
    ...(failures.length ? ['### Visits that failed', failures.map((failure) => `- ${failure}`).join('\n')] : []),
  ].join('\n\n') + '\n';
};
