import type { Candidate, Features } from './candidate.ts';

/** The chosen candidate of a field, with its probability. */
export interface Decision {
  readonly candidate: Candidate;
  /** 0 to 1: the sum over all candidates with the same value. */
  readonly confidence: number;
  /** The same sum of the second best value; 0 without one. */
  readonly second: number;
  /** Probability that none of the candidates is right. */
  readonly none: number;
  /** How many other values have a tenth of the confidence or more. */
  readonly rivals: number;
  /** Whether the learned score alone and the other features alone choose the same value; undefined without a learned score. */
  readonly agreement: boolean | undefined;
}

/** Weighted sum of features. */
export function scoreOf(features: Features, weights: Readonly<Record<string, number>>): number {
  let score = 0;
  for (const [name, value] of Object.entries(features)) score += (weights[name] ?? 0) * value;
  return score;
}

/**
 * Conditional logit: the probability of a candidate is exp(score) over the sum of exp(score) of all candidates and
 * exp(0) for "none of them". Probabilities of the same value are added.
 */
export function probabilities(
  candidates: readonly Candidate[],
  weights: Readonly<Record<string, number>>,
): readonly number[] {
  const scores = candidates.map((candidate) => scoreOf(candidate.features, weights));
  const most = Math.max(0, ...scores);
  const parts = scores.map((score) => Math.exp(score - most));
  const sum = parts.reduce((total, part) => total + part, Math.exp(-most));
  return parts.map((part) => part / sum);
}

/**
 * A value with this probability is returned even where "none of them" is more likely: the decision threshold that
 * maximises F1 is half of the F1 reached (Lipton, Elkan and Naryanaswamy, 2014). Its confidence stays low.
 */
const minProbability = 0.3;

/** The most likely value; undefined where none is likely enough. */
export function decide(
  candidates: readonly Candidate[],
  weights: Readonly<Record<string, number>>,
): Decision | undefined {
  const chances = probabilities(candidates, weights);
  const byValue = new Map<string, { best: Candidate; bestChance: number; sum: number }>();
  let all = 0;
  for (const [i, candidate] of candidates.entries()) {
    const chance = chances[i] ?? 0;
    all += chance;
    const key = keyOf(candidate.normalised);
    const known = byValue.get(key);
    if (known === undefined) byValue.set(key, { best: candidate, bestChance: chance, sum: chance });
    else {
      known.sum += chance;
      if (chance > known.bestChance) {
        known.best = candidate;
        known.bestChance = chance;
      }
    }
  }
  const top = [...byValue.values()].reduce<{ best: Candidate; sum: number } | undefined>(
    (best, value) => (best === undefined || value.sum > best.sum ? value : best),
    undefined,
  );
  if (top === undefined || (top.sum < minProbability && top.sum <= 1 - all)) return undefined;
  const others = [...byValue.values()].filter((value) => value !== top).map(({ sum }) => sum);
  return {
    candidate: top.best,
    confidence: top.sum,
    second: Math.max(0, ...others),
    none: Math.max(0, 1 - all),
    agreement: agreementOf(candidates, weights),
    rivals: others.filter((sum) => sum >= top.sum / 10).length,
  };
}

/** Two readings of different make: by the learned score alone, and by all other features. */
function agreementOf(
  candidates: readonly Candidate[],
  weights: Readonly<Record<string, number>>,
): boolean | undefined {
  const learned = bestKey(candidates, ({ features }) =>
    features['learned:none'] === 0 ? (features['learned'] ?? 0) : -Infinity,
  );
  if (learned === undefined) return undefined;
  const others = Object.fromEntries(
    Object.entries(weights).filter(([name]) => name !== 'learned' && !name.startsWith('learned:')),
  );
  return (
    learned ===
    bestKey(candidates, ({ features }) =>
      features['learned:only'] === 1 ? -Infinity : scoreOf(features, others),
    )
  );
}

/** Key of the value with the highest score; undefined where none has one. */
function bestKey(
  candidates: readonly Candidate[],
  score: (candidate: Candidate) => number,
): string | undefined {
  let best: { key: string; score: number } | undefined;
  for (const candidate of candidates) {
    const one = score(candidate);
    if (one > (best?.score ?? -Infinity)) best = { key: keyOf(candidate.normalised), score: one };
  }
  return best?.key;
}

/** Values that differ only in case, spaces or punctuation are the same. */
export function keyOf(normalised: string): string {
  return normalised
    .toUpperCase()
    .replace(/[^\p{L}\d.-]/gu, '')
    .replace(/[.-]+$/, '');
}
