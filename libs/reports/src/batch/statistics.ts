/** Mean and percentiles of values; null where there are none. */
export interface Statistics {
  readonly count: number;
  readonly mean: number;
  readonly p50: number;
  readonly p95: number;
  readonly max: number;
}

/** Percentiles by nearest rank: each is one of the values. */
export function statisticsOf(values: readonly number[]): Statistics | null {
  const sorted = values.toSorted((a, b) => a - b);
  const max = sorted.at(-1);
  if (max === undefined) return null;
  const percentile = (share: number): number => sorted[Math.ceil(share * sorted.length) - 1] ?? max;
  const sum = sorted.reduce((total, value) => total + value, 0);
  return {
    count: sorted.length,
    mean: sum / sorted.length,
    p50: percentile(0.5),
    p95: percentile(0.95),
    max,
  };
}
