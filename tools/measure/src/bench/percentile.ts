/** The percentile for `share` (0 to 1) by nearest rank; 0 of nothing. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0;
}

/** Three percentiles of a set of times, in the unit of the values. */
export interface Spread {
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
}

/** Rounded to milliseconds of a second. */
export function spreadOf(values: readonly number[]): Spread {
  const at = (share: number): number => Math.round(percentile(values, share) * 1000) / 1000;
  return { p50: at(0.5), p95: at(0.95), p99: at(0.99) };
}
