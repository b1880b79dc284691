import { macroF1 } from './trust.ts';
import { f1Of, scoreOf, type PredictedDocument } from './predict.ts';

/** F1 by field, and `mean` of issuers: figures that later versions are held against. */
export type BaselineFigures = Readonly<Record<string, number>>;

/** A larger loss than this fails: one point. */
export const allowedLoss = 0.01;

export function figuresOf(documents: readonly PredictedDocument[]): BaselineFigures {
  const figures: Record<string, number> = { mean: rounded(macroF1(documents)) };
  for (const score of scoreOf({ documents }).scores) figures[score.field] = rounded(f1Of(score));
  return figures;
}

/** One line for each figure that is more than one point lower than stored, or that is not measured any more. */
export function lossesSince(stored: BaselineFigures, now: BaselineFigures): readonly string[] {
  return Object.entries(stored).flatMap(([name, before]) => {
    const after = now[name];
    if (after === undefined) return [`${name}: was ${before.toFixed(3)}, is not measured`];
    return before - after > allowedLoss + 1e-9
      ? [`${name}: was ${before.toFixed(3)}, is ${after.toFixed(3)}`]
      : [];
  });
}

function rounded(value: number): number {
  return Math.round(value * 1e3) / 1e3;
}
