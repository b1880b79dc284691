/** A value with the probability that it is the field's, seen on its own. */
export interface ScoredValue<T> {
  readonly key: string;
  readonly probability: number;
  readonly best: T;
}

/** Occurrences of one value that speak for it: further ones are copies of these. */
const occurrences = 3;

/** Each value once: the probability that any of its three best occurrences is right (noisy-or), likeliest first. */
export function valuesOf<T>(
  candidates: readonly { readonly key: string; readonly probability: number; readonly candidate: T }[],
): readonly ScoredValue<T>[] {
  const byKey = new Map<string, { probability: number; candidate: T }[]>();
  for (const { key, probability, candidate } of candidates) {
    const list = byKey.get(key) ?? [];
    list.push({ probability, candidate });
    byKey.set(key, list);
  }
  const values = [...byKey].flatMap(([key, list]): ScoredValue<T>[] => {
    const sorted = [...list].sort((a, b) => b.probability - a.probability);
    const [first] = sorted;
    if (first === undefined) return [];
    const none = sorted
      .slice(0, occurrences)
      .reduce((all, { probability }) => all * (1 - Math.min(0.999, probability)), 1);
    return [{ key, probability: 1 - none, best: first.candidate }];
  });
  return values.sort((a, b) => b.probability - a.probability);
}

/** Mass of "none of them", beside the probabilities of all values. */
const noneMass = 0.02;

/** The share of each value, by key, when exactly one or none is right. */
export function shares(values: readonly ScoredValue<unknown>[]): ReadonlyMap<string, number> {
  const all = values.reduce((sum, { probability }) => sum + probability, noneMass);
  return new Map(values.map(({ key, probability }) => [key, probability / all]));
}

/** Values of each of two fields that are looked at together. */
const together = 8;

/**
 * The shares of the values of two fields that are decided together: a pair counts the product of both probabilities and
 * `fit`. Values beyond the eight likeliest keep a share of their own probability.
 */
export function sharesOfPairs<T>(
  first: readonly ScoredValue<T>[],
  second: readonly ScoredValue<T>[],
  fit: (a: ScoredValue<T>, b: ScoredValue<T>) => number,
): readonly [ReadonlyMap<string, number>, ReadonlyMap<string, number>] {
  const none = { key: '', probability: noneMass };
  const [a, b] = [first.slice(0, together), second.slice(0, together)];
  const sums = [new Map<string, number>(), new Map<string, number>()] as const;
  let all = 0;
  for (const one of [...a, none]) {
    for (const other of [...b, none]) {
      const fits = 'best' in one && 'best' in other ? fit(one, other) : 1;
      const mass = one.probability * other.probability * fits;
      all += mass;
      sums[0].set(one.key, (sums[0].get(one.key) ?? 0) + mass);
      sums[1].set(other.key, (sums[1].get(other.key) ?? 0) + mass);
    }
  }
  return [shareIn(first, sums[0], all), shareIn(second, sums[1], all)];
}

function shareIn(
  values: readonly ScoredValue<unknown>[],
  sums: ReadonlyMap<string, number>,
  all: number,
): ReadonlyMap<string, number> {
  return new Map(
    values.map(({ key, probability }) => [
      key,
      (sums.get(key) ?? probability * noneMass) / Math.max(1e-12, all),
    ]),
  );
}
