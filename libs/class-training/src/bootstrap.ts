/** A figure with the interval in which it lies in 95 of 100 draws of other issuers. */
export interface Figure {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

const draws = 400;
const seed = 2026;

/**
 * A statistic of grouped things with its bootstrap interval (Efron, 1979; percentiles 2.5 and 97.5): whole groups are drawn
 * with replacement, because documents of one issuer are alike. Seeded, so the same documents give the same interval.
 * A statistic of a draw that does not exist, such as an AUROC without errors, is NaN and is left out.
 * @param isBiased the statistic of a draw is larger than that of the items because a draw has repetitions, as a calibration
 *   error is: then the distances from the value are turned round (basic bootstrap, Davison and Hinkley, 1997), and not
 *   below 0
 */
export function figureOf<T extends { readonly group: string }>(
  items: readonly T[],
  statistic: (drawn: readonly T[]) => number,
  isBiased = false,
): Figure {
  const groups = [...Map.groupBy(items, ({ group }) => group).values()];
  const random = randomFrom(seed);
  const found = Array.from({ length: draws }, () =>
    statistic(
      groups.flatMap((_, draw) =>
        // A group that is drawn twice is two groups.
        (groups[Math.floor(random() * groups.length)] ?? []).map((item) => ({
          ...item,
          group: `${item.group} ${draw}`,
        })),
      ),
    ),
  )
    .filter((value) => !Number.isNaN(value))
    .sort((a, b) => a - b);
  const at = (share: number): number => found[Math.floor(share * (found.length - 1))] ?? Number.NaN;
  const value = statistic(items);
  return isBiased
    ? { value, low: Math.max(0, 2 * value - at(0.975)), high: Math.max(0, 2 * value - at(0.025)) }
    : { value, low: at(0.025), high: at(0.975) };
}

/** Mulberry32 (Ettinger, 2017): numbers from 0, below 1, the same for the same seed. */
function randomFrom(start: number): () => number {
  let state = start;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
