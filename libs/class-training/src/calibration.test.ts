import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { accuracyAt, auroc, calibrationBins, expectedCalibrationError, type Judged } from './calibration.ts';

const judged = fc.array(
  fc.record({ confidence: fc.double({ min: 0, max: 1, noNaN: true }), right: fc.boolean() }),
  { maxLength: 60 },
);

describe('calibration error', () => {
  it('is the mean distance of what was said and what was so', () => {
    const values: Judged[] = Array.from({ length: 20 }, (_, i) => ({ confidence: 0.9, right: i < 18 }));
    expect(expectedCalibrationError(values.map((one) => ({ ...one, confidence: 0.7 })))).toBeCloseTo(0.2, 10);
    expect(expectedCalibrationError(values)).toBeCloseTo(0, 10);
    expect(expectedCalibrationError([{ confidence: 0.75, right: true }])).toBe(0.25);
    expect(expectedCalibrationError([])).toBe(0);
  });

  it('has ten bins with as many values each, whatever their confidences', () => {
    fc.assert(
      fc.property(judged, (values) => {
        const counts = calibrationBins(values).map(({ count }) => count);
        expect(counts).toHaveLength(10);
        expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
        expect(counts.reduce((sum, count) => sum + count, 0)).toBe(values.length);
      }),
    );
  });
});

describe('auroc', () => {
  it('is the share of pairs that stand in the right order, ties counting half', () => {
    fc.assert(
      fc.property(judged, (values) => {
        const right = values.filter((value) => value.right);
        const wrong = values.filter((value) => !value.right);
        const wins = right.flatMap(({ confidence }) =>
          wrong.map((other) =>
            confidence > other.confidence ? 1 : confidence === other.confidence ? 0.5 : 0,
          ),
        );
        const share = wins.reduce<number>((sum, win) => sum + win, 0) / Math.max(1, wins.length);
        expect(auroc(values)).toBeCloseTo(share, 10);
      }),
    );
  });
});

it('is the share of right values among the most sure ones', () => {
  const values = [0.9, 0.8, 0.7, 0.6, 0.5].map((confidence, i) => ({ confidence, right: i !== 3 }));
  expect(accuracyAt(0.6, values)).toBe(1);
  expect(accuracyAt(0.8, values)).toBe(0.75);
});
