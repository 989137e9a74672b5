/** A median with its spread. */
export interface Spread { median: number; low: number; high: number; count: number }

const sorted = (values: number[]): number[] => [...values].sort((a, b) => a - b);

/** The value a share of the sorted values lies below, interpolated. */
const quantile = (values: number[], share: number): number => {
  const at = (values.length - 1) * share;
  const [low, high] = [values[Math.floor(at)]!, values[Math.ceil(at)]!];
  return low + (high - low) * (at - Math.floor(at));
};

/** Median and the middle half (quartiles); null when there is nothing to judge. */
export const spread = (values: (number | null | undefined)[]): Spread | null => {
  const known = sorted(values.filter((value): value is number => typeof value === 'number' && Number.isFinite(value)));
  if (!known.length) return null;
  return { median: quantile(known, 0.5), low: quantile(known, 0.25), high: quantile(known, 0.75), count: known.length };
};
