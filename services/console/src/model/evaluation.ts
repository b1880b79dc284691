/** A report of `evaluate`: how each value was read, without the values. */
export interface Evaluation {
  readonly documentClass: string;
  readonly classVersion: number;
  readonly set: string;
  readonly at: string;
  readonly documents: number;
  /** By field, over all documents. */
  readonly fields: readonly FieldScore[];
  /** Each value that was found, with its confidence. */
  readonly values: readonly JudgedValue[];
}

export interface FieldScore {
  readonly field: string;
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
}

export interface JudgedValue {
  readonly document: string;
  readonly field: string;
  /** 0 to 1. */
  readonly confidence: number;
  readonly isRight: boolean;
}

/** The report in a text; undefined for any other text. */
export function readEvaluation(text: string): Evaluation | undefined {
  try {
    const read = JSON.parse(text) as Partial<Evaluation> | null;
    const { documentClass, classVersion, set, at, documents, fields, values } = read ?? {};
    if (typeof documentClass !== 'string' || typeof classVersion !== 'number') return undefined;
    if (typeof set !== 'string' || typeof at !== 'string' || typeof documents !== 'number') return undefined;
    if (!Array.isArray(fields) || !fields.every(isScore)) return undefined;
    if (!Array.isArray(values) || !values.every(isValue)) return undefined;
    return { documentClass, classVersion, set, at, documents, fields, values };
  } catch {
    return undefined;
  }
}

function isScore(value: unknown): value is FieldScore {
  const { field, precision, recall, f1 } = (value ?? {}) as Record<string, unknown>;
  return typeof field === 'string' && [precision, recall, f1].every((each) => typeof each === 'number');
}

function isValue(value: unknown): value is JudgedValue {
  const { document, field, confidence, isRight } = (value ?? {}) as Record<string, unknown>;
  return (
    typeof document === 'string' &&
    typeof field === 'string' &&
    typeof confidence === 'number' &&
    typeof isRight === 'boolean'
  );
}

/** Values of about the same confidence: what was said, and what was so. */
export interface CalibrationBin {
  readonly from: number;
  readonly to: number;
  readonly count: number;
  /** Mean confidence. */
  readonly said: number;
  /** Share that is right. */
  readonly right: number;
}

/** Ten bins of the same width; those without values are left out. */
export function calibrationOf(values: readonly JudgedValue[]): readonly CalibrationBin[] {
  const binCount = 10;
  const byBin = Map.groupBy(values, ({ confidence }) =>
    Math.min(binCount - 1, Math.max(0, Math.floor(confidence * binCount))),
  );
  return [...byBin]
    .sort(([a], [b]) => a - b)
    .map(([bin, found]) => ({
      from: bin / binCount,
      to: (bin + 1) / binCount,
      count: found.length,
      said: found.reduce((sum, { confidence }) => sum + confidence, 0) / found.length,
      right: found.filter(({ isRight }) => isRight).length / found.length,
    }));
}

/** Expected calibration error (Naeini et al. 2015): mean distance of said and right, weighted by the values of a bin. */
export function calibrationError(bins: readonly CalibrationBin[]): number {
  const total = bins.reduce((sum, { count }) => sum + count, 0);
  if (total === 0) return 0;
  return bins.reduce((sum, { count, said, right }) => sum + count * Math.abs(said - right), 0) / total;
}

/** What a threshold means for the documents of an evaluation. */
export interface ThresholdEffect {
  readonly threshold: number;
  /** Of the values at or above it, the share that is right; 1 where there is none. */
  readonly precision: number;
  /** Share of the documents with a value below it: a person looks at them. */
  readonly reviewed: number;
}

export function effectOf(values: readonly JudgedValue[], threshold: number): ThresholdEffect {
  const kept = values.filter(({ confidence }) => confidence >= threshold);
  const documents = new Set(values.map(({ document }) => document));
  const doubted = new Set(
    values.filter(({ confidence }) => confidence < threshold).map(({ document }) => document),
  );
  return {
    threshold,
    precision: kept.length === 0 ? 1 : kept.filter(({ isRight }) => isRight).length / kept.length,
    reviewed: documents.size === 0 ? 0 : doubted.size / documents.size,
  };
}

/**
 * The lowest threshold from which on every higher one reaches the precision as well, so that a lucky step in between is
 * not taken. The threshold above all confidences reaches any precision: a person looks at everything.
 */
export function thresholdFor(values: readonly JudgedValue[], precision: number): ThresholdEffect {
  const above = 1.01;
  const steps = [...new Set([0, ...values.map(({ confidence }) => confidence), above])].sort((a, b) => b - a);
  let chosen = effectOf(values, above);
  for (const threshold of steps) {
    const effect = effectOf(values, threshold);
    if (effect.precision < precision) break;
    chosen = effect;
  }
  return chosen;
}
