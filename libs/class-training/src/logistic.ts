/** One observation of a logistic regression. */
export interface Observation {
  readonly features: Readonly<Record<string, number>>;
  readonly right: boolean;
  readonly weight: number;
}

export interface LogisticOptions {
  /** Initial weights, to which the fit is pulled; features without one start at 0. */
  readonly prior: Readonly<Record<string, number>>;
  /** Strength of that pull, per unit of weight of the observations. */
  readonly l2: number;
  /** 1: the weight is at least 0, -1: at most 0. What is known beforehand need not be learned from few documents. */
  readonly signs: Readonly<Record<string, 1 | -1>>;
}

const steps = 400;

/**
 * Fits weights of a logistic regression by full-batch Adam (Kingma and Ba, 2015), projected onto the signs after every
 * step. Deterministic. An offset is a feature that is always 1.
 */
export function fitLogistic(
  observations: readonly Observation[],
  { prior, l2, signs }: LogisticOptions,
): Readonly<Record<string, number>> {
  const names = [...new Set(observations.flatMap(({ features }) => Object.keys(features)))].sort();
  const rows = observations.map(({ features }) => Float64Array.from(names, (name) => features[name] ?? 0));
  const start = Float64Array.from(names, (name) => prior[name] ?? 0);
  const weights = start.slice();
  const mean = new Float64Array(names.length);
  const square = new Float64Array(names.length);
  const total = Math.max(
    1,
    observations.reduce((sum, { weight }) => sum + weight, 0),
  );
  for (let step = 1; step <= steps; step += 1) {
    const gradient = Float64Array.from(weights, (weight, i) => l2 * (weight - (start[i] ?? 0)));
    for (const [r, { right, weight }] of observations.entries()) {
      const row = rows[r] ?? new Float64Array();
      let logOdds = 0;
      for (let i = 0; i < row.length; i += 1) logOdds += (row[i] ?? 0) * (weights[i] ?? 0);
      const push = (weight * (1 / (1 + Math.exp(-logOdds)) - (right ? 1 : 0))) / total;
      for (let i = 0; i < row.length; i += 1) gradient[i] = (gradient[i] ?? 0) + push * (row[i] ?? 0);
    }
    const rate = 0.1 * (1 - (0.9 * step) / steps);
    for (const [i, name] of names.entries()) {
      const g = gradient[i] ?? 0;
      mean[i] = 0.9 * (mean[i] ?? 0) + 0.1 * g;
      square[i] = 0.99 * (square[i] ?? 0) + 0.01 * g * g;
      const m = (mean[i] ?? 0) / (1 - 0.9 ** step);
      const s = (square[i] ?? 0) / (1 - 0.99 ** step);
      const moved = (weights[i] ?? 0) - (rate * m) / (Math.sqrt(s) + 1e-8);
      const sign = signs[name];
      weights[i] = sign !== undefined && moved * sign < 0 ? 0 : moved;
    }
  }
  return Object.fromEntries(names.map((name, i) => [name, Math.round((weights[i] ?? 0) * 1e4) / 1e4]));
}
