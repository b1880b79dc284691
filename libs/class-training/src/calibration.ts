/** A returned value: its confidence, and whether it is right. */
export interface Judged {
  readonly confidence: number;
  readonly right: boolean;
}

const binCount = 10;

/** Values of about the same confidence: what was said, and what was so. */
export interface CalibrationBin {
  readonly count: number;
  /** Mean confidence. */
  readonly said: number;
  /** Share that is right. */
  readonly right: number;
}

/**
 * Ten bins of the same number of values, from the least to the most sure; fewer values than bins leave some empty. Values of
 * one confidence each count as right as all of them are on average, so that their order does not matter.
 */
export function calibrationBins(judged: readonly Judged[]): readonly CalibrationBin[] {
  const sorted = [...Map.groupBy(judged, ({ confidence }) => confidence)]
    .sort(([a], [b]) => a - b)
    .flatMap(([confidence, alike]) => {
      const right = alike.filter((one) => one.right).length / alike.length;
      return alike.map(() => ({ confidence, right }));
    });
  return Array.from({ length: binCount }, (_, bin) => {
    const inside = sorted.slice(
      Math.floor((bin * sorted.length) / binCount),
      Math.floor(((bin + 1) * sorted.length) / binCount),
    );
    const count = inside.length;
    return {
      count,
      said: inside.reduce((sum, { confidence }) => sum + confidence, 0) / Math.max(1, count),
      right: inside.reduce((sum, { right }) => sum + right, 0) / Math.max(1, count),
    };
  });
}

/**
 * Expected calibration error over ten bins of the same number of values (Nixon et al., 2019): the mean distance between
 * confidence and the share of right values, weighted by bin size. 0 is perfect.
 */
export function expectedCalibrationError(judged: readonly Judged[]): number {
  return (
    calibrationBins(judged).reduce((sum, { count, said, right }) => sum + count * Math.abs(said - right), 0) /
    Math.max(1, judged.length)
  );
}

/** Probability that a right value has a higher confidence than a wrong one (area under the ROC curve); ties count half. */
export function auroc(judged: readonly Judged[]): number {
  const sorted = [...judged].sort((a, b) => a.confidence - b.confidence);
  let wins = 0;
  let wrongBelow = 0;
  for (let i = 0; i < sorted.length;) {
    let end = i;
    let right = 0;
    while (end < sorted.length && sorted[end]?.confidence === sorted[i]?.confidence) {
      right += sorted[end]?.right === true ? 1 : 0;
      end += 1;
    }
    const wrong = end - i - right;
    wins += right * (wrongBelow + wrong / 2);
    wrongBelow += wrong;
    i = end;
  }
  const rights = judged.filter(({ right }) => right).length;
  return wins / Math.max(1, rights * (judged.length - rights));
}

/** Share of right values among the most confident ones that make up `coverage` of all, from 0 to 1. */
export function accuracyAt(coverage: number, judged: readonly Judged[]): number {
  const sorted = [...judged].sort((a, b) => b.confidence - a.confidence);
  const kept = sorted.slice(0, Math.round(coverage * sorted.length));
  return kept.filter(({ right }) => right).length / Math.max(1, kept.length);
}
