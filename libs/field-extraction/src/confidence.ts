import type { ClassCalibration } from '@docfleet/contracts';
import type { Approval, FieldValue } from '@docfleet/domain';
import { layoutNovelty } from './layout-words.ts';
import { oddsOf, readingDoubt, type DoubtFeatures, type ReadingFacts } from './value-doubt.ts';

/** A decided value whose confidence is not yet calibrated, with what speaks for and against it. */
export interface DoubtedValue {
  readonly value: FieldValue;
  readonly doubt: DoubtFeatures;
}

/** The values of a document before calibration, and what is known of its reading. */
export interface DoubtedDocument {
  readonly values: readonly DoubtedValue[];
  readonly reading: ReadingFacts;
  /** As `layoutWords` writes them. */
  readonly layout: readonly string[];
}

/** The values with calibrated confidences, and how sure all decisive ones together are. */
export interface CalibratedDocument {
  readonly fields: readonly FieldValue[];
  readonly approval: Approval;
}

export function calibrated(calibration: ClassCalibration, document: DoubtedDocument): CalibratedDocument {
  const known = new Set(calibration.layout.split(' '));
  const novelty = layoutNovelty(document.layout, (word) => known.has(word));
  const fields = document.values.map((one) => ({
    ...one.value,
    confidence: rounded(calibratedConfidence(calibration.values, one, novelty)),
  }));
  const decisive = calibration.decisive.map(
    (name) => fields.find((field) => field.name === name)?.confidence ?? 0,
  );
  const confidence = decisive.includes(0)
    ? 0
    : rounded(
        probabilityOf(calibration.document, documentDoubt(decisive, { reading: document.reading, novelty })),
      );
  return {
    fields,
    approval: {
      fields: calibration.decisive,
      confidence,
      assured: calibration.assured.findLast(({ from }) => from <= confidence)?.right ?? 0,
    },
  };
}

/** Calibrated confidence of one value, not rounded. */
export function calibratedConfidence(
  { offsets, weights }: ClassCalibration['values'],
  { value, doubt }: DoubtedValue,
  novelty: number,
): number {
  return probabilityOf({ offset: offsets[value.name] ?? 0, weights }, { ...doubt, novelty });
}

/** Features of the question whether all values with these confidences are right; the odds are those of their product. */
export function documentDoubt(
  confidences: readonly number[],
  { reading, novelty }: { readonly reading: ReadingFacts; readonly novelty: number },
): DoubtFeatures {
  const all = confidences.reduce((product, one) => product * one, 1);
  return { ...oddsOf(all), ...readingDoubt(reading), novelty };
}

/** Logistic function of the offset plus the weighted sum of the features. */
export function probabilityOf(
  { offset, weights }: { readonly offset: number; readonly weights: Readonly<Record<string, number>> },
  features: DoubtFeatures,
): number {
  const logOdds = Object.entries(features).reduce(
    (sum, [name, value]) => sum + (weights[name] ?? 0) * value,
    offset,
  );
  return 1 / (1 + Math.exp(-logOdds));
}

function rounded(probability: number): number {
  return Math.round(probability * 1e4) / 1e4;
}
