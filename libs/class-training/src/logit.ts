import type { Candidate } from '@docfleet/field-extraction';

/** One document's candidates for a field, and which of them are right; none means that the document has no value. */
export interface Example {
  readonly candidates: readonly Candidate[];
  readonly right: readonly boolean[];
  /** Weight of the example. */
  readonly weight: number;
}

export interface TrainingOptions {
  /** L2 regularisation of every weight towards its prior, per example. */
  readonly l2: number;
  /** Initial weights and centre of the regularisation; 0 for features without one. */
  readonly prior: Readonly<Record<string, number>>;
  readonly steps: number;
}

/**
 * Fits the weights of the conditional logit in `core/decide.ts` by full-batch Adam (Kingma and Ba, 2015) on the
 * log-likelihood of all right candidates. Deterministic: starts at the prior, no sampling.
 */
export function fit(examples: readonly Example[], options: TrainingOptions): Record<string, number> {
  const names = [
    ...new Set(examples.flatMap((one) => one.candidates.flatMap((c) => Object.keys(c.features)))),
  ].sort();
  const place = new Map(names.map((name, i) => [name, i]));
  const rows = examples.map((example) => ({
    ...example,
    features: example.candidates.map((candidate) => {
      const row = new Float64Array(names.length);
      for (const [name, value] of Object.entries(candidate.features)) row[place.get(name) ?? 0] = value;
      return row;
    }),
  }));
  const prior = Float64Array.from(names, (name) => options.prior[name] ?? 0);
  const weights = prior.slice();
  const mean = new Float64Array(names.length);
  const square = new Float64Array(names.length);
  const total = examples.reduce((sum, example) => sum + example.weight, 0);
  for (let step = 1; step <= options.steps; step += 1) {
    const gradient = new Float64Array(names.length);
    for (const row of rows) addGradient(row, weights, gradient);
    const rate = 0.08 * (1 - (0.9 * step) / options.steps);
    for (let i = 0; i < weights.length; i += 1) {
      const g = (gradient[i] ?? 0) / total - options.l2 * ((weights[i] ?? 0) - (prior[i] ?? 0));
      mean[i] = 0.9 * (mean[i] ?? 0) + 0.1 * g;
      square[i] = 0.99 * (square[i] ?? 0) + 0.01 * g * g;
      const m = (mean[i] ?? 0) / (1 - 0.9 ** step);
      const s = (square[i] ?? 0) / (1 - 0.99 ** step);
      weights[i] = (weights[i] ?? 0) + (rate * m) / (Math.sqrt(s) + 1e-8);
    }
  }
  return Object.fromEntries(names.map((name, i) => [name, Math.round((weights[i] ?? 0) * 1e3) / 1e3]));
}

/** Adds (features expected among the right ones) - (features expected among all). */
function addGradient(
  row: { features: readonly Float64Array[]; right: readonly boolean[]; weight: number },
  weights: Float64Array,
  gradient: Float64Array,
): void {
  const scores = row.features.map((features) => {
    let score = 0;
    for (let i = 0; i < features.length; i += 1) score += (features[i] ?? 0) * (weights[i] ?? 0);
    return score;
  });
  const most = Math.max(0, ...scores);
  const parts = scores.map((score) => Math.exp(score - most));
  const none = Math.exp(-most);
  const all = parts.reduce((sum, part) => sum + part, none);
  const rightSum = parts.reduce((sum, part, c) => sum + (row.right[c] === true ? part : 0), 0);
  const someRight = row.right.includes(true);
  for (const [c, features] of row.features.entries()) {
    const part = parts[c] ?? 0;
    const target = someRight && row.right[c] === true ? part / rightSum : 0;
    const push = row.weight * (target - part / all);
    if (Math.abs(push) < 1e-9) continue;
    for (let i = 0; i < features.length; i += 1) gradient[i] = (gradient[i] ?? 0) + push * (features[i] ?? 0);
  }
}
