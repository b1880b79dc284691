/** A returned value: its confidence, and whether it is right. */
export interface Judged {
  readonly confidence: number;
  readonly right: boolean;
}

/**
 * Expected calibration error over ten bins (Guo et al., 2017): the mean distance between confidence and the share
 * of right values, weighted by bin size. 0 is perfect.
 */
export function expectedCalibrationError(judged: readonly Judged[]): number {
  const bins = Array.from({ length: 10 }, (): Judged[] => []);
  for (const one of judged) bins[Math.min(9, Math.floor(one.confidence * 10))]?.push(one);
  return bins.reduce((sum, bin) => {
    const stated = bin.reduce((all, { confidence }) => all + confidence, 0);
    const right = bin.filter((one) => one.right).length;
    return sum + Math.abs(stated - right) / Math.max(1, judged.length);
  }, 0);
}

/** Probability that a right value has a higher confidence than a wrong one (area under the ROC curve); ties count half. */
export function auroc(judged: readonly Judged[]): number {
  const right = judged.filter((one) => one.right);
  const wrong = judged.filter((one) => !one.right);
  let wins = 0;
  for (const { confidence } of right) {
    for (const other of wrong)
      wins += confidence > other.confidence ? 1 : confidence === other.confidence ? 0.5 : 0;
  }
  return wins / Math.max(1, right.length * wrong.length);
}

/** ECE, AUROC, and accuracy and coverage of the values at or above some thresholds. */
export function calibrationLine(judged: readonly Judged[]): string {
  const curve = [0.5, 0.7, 0.9].map((threshold) => {
    const kept = judged.filter(({ confidence }) => confidence >= threshold);
    const accuracy = kept.filter(({ right }) => right).length / Math.max(1, kept.length);
    const coverage = kept.length / Math.max(1, judged.length);
    return `${accuracy.toFixed(3)} of ${(100 * coverage).toFixed(0)} % from ${threshold.toFixed(1)}`;
  });
  return `ECE ${expectedCalibrationError(judged).toFixed(3)}  AUROC ${auroc(judged).toFixed(3)}  right ${curve.join(', ')}`;
}
