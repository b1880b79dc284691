import { percentile } from './percentile.ts';

/** What the API said at one moment about when a document ends. */
export interface Estimate {
  /** Milliseconds since the epoch. */
  readonly atMs: number;
  readonly etaSeconds: number;
  readonly etaLowSeconds: number;
  readonly etaHighSeconds: number;
}

/** A document with the estimates that were asked for while it was on its way. */
export interface EstimatedDocument {
  readonly submittedAtMs: number;
  readonly endedAtMs: number;
  readonly estimates: readonly Estimate[];
}

/** How far estimates were from what happened. */
export interface EtaError {
  readonly documents: number;
  /** Median of the distance between estimated and real end. */
  readonly medianSeconds: number;
  /** Median of estimated minus real end: positive where documents end earlier than was said. */
  readonly medianBiasSeconds: number;
  /** The distance as a share of the time that was left, in percent. */
  readonly medianPercent: number;
  /** Documents that ended within the spread that was named, in percent; 80 is meant. */
  readonly withinSpreadPercent: number;
}

/** Errors of the estimates that were the first ones, and of those at half of the wait; null without any. */
export interface EtaErrors {
  readonly atSubmission: EtaError | null;
  readonly atHalf: EtaError | null;
}

/** An estimate counts as one at submission or at half of the wait when it is at most this far from it, as a share of the wait. */
const nearShare = 0.2;

export function etaErrorsOf(documents: readonly EstimatedDocument[]): EtaErrors {
  return { atSubmission: errorAt(0, documents), atHalf: errorAt(0.5, documents) };
}

function errorAt(share: number, documents: readonly EstimatedDocument[]): EtaError | null {
  const found = documents.flatMap((document) => {
    const { submittedAtMs, endedAtMs, estimates } = document;
    const waitMs = endedAtMs - submittedAtMs;
    const distance = ({ atMs }: Estimate): number => Math.abs(atMs - submittedAtMs - share * waitMs);
    const nearest = estimates.toSorted((a, b) => distance(a) - distance(b))[0];
    if (nearest === undefined || distance(nearest) > nearShare * waitMs) return [];
    return [{ ...nearest, leftSeconds: (endedAtMs - nearest.atMs) / 1000 }];
  });
  if (found.length === 0) return null;
  const errors = found.map(({ etaSeconds, leftSeconds }) => Math.abs(etaSeconds - leftSeconds));
  const within = found.filter(
    ({ etaLowSeconds, etaHighSeconds, leftSeconds }) =>
      etaLowSeconds <= leftSeconds && leftSeconds <= etaHighSeconds,
  );
  return {
    documents: found.length,
    medianSeconds: rounded(percentile(errors, 0.5)),
    medianBiasSeconds: rounded(
      percentile(
        found.map(({ etaSeconds, leftSeconds }) => etaSeconds - leftSeconds),
        0.5,
      ),
    ),
    medianPercent: rounded(
      100 *
        percentile(
          found.map(({ etaSeconds, leftSeconds }) => Math.abs(etaSeconds - leftSeconds) / leftSeconds),
          0.5,
        ),
    ),
    withinSpreadPercent: rounded((100 * within.length) / found.length),
  };
}

function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}
