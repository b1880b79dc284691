import { expect, it } from 'vitest';
import { etaErrorsOf, type Estimate, type EstimatedDocument } from './eta.ts';

const estimate = (atMs: number, etaSeconds: number): Estimate => ({
  atMs,
  etaSeconds,
  etaLowSeconds: etaSeconds - 1,
  etaHighSeconds: etaSeconds + 1,
});

const document = (...estimates: readonly Estimate[]): EstimatedDocument => ({
  submittedAtMs: 0,
  endedAtMs: 10_000,
  estimates,
});

it('compares the estimates at submission and at half of the wait with what happened', () => {
  const documents = [
    document(estimate(0, 11), estimate(1_000, 99), estimate(5_000, 5)),
    document(estimate(0, 14), estimate(4_500, 7.5)),
    document(estimate(0, 8)),
  ];
  expect(etaErrorsOf(documents)).toEqual({
    atSubmission: {
      documents: 3,
      medianSeconds: 2,
      medianBiasSeconds: 1,
      medianPercent: 20,
      withinSpreadPercent: 33.33,
    },
    atHalf: {
      documents: 2,
      medianSeconds: 0,
      medianBiasSeconds: 0,
      medianPercent: 0,
      withinSpreadPercent: 50,
    },
  });
});

it('takes no estimate for one of another time', () => {
  expect(etaErrorsOf([document(estimate(2_500, 7)), document()])).toEqual({
    atSubmission: null,
    atHalf: null,
  });
});
