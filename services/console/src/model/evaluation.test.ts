import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  calibrationError,
  calibrationOf,
  effectOf,
  readEvaluation,
  thresholdFor,
  type JudgedValue,
} from './evaluation.ts';

const value = (document: string, confidence: number, isRight: boolean): JudgedValue => ({
  document,
  field: 'total',
  confidence,
  isRight,
});
const values = [value('a', 0.95, true), value('b', 0.9, true), value('c', 0.6, false), value('d', 0.5, true)];

test('values are put together by confidence, and the distance to the truth is measured', () => {
  const bins = calibrationOf([...values, value('e', 1, false)]);
  expect(bins.map(({ from, count, right }) => [from, count, right])).toEqual([
    [0.5, 1, 1],
    [0.6, 1, 0],
    [0.9, 3, 2 / 3],
  ]);
  expect(calibrationError(calibrationOf([value('a', 0.8, true)]))).toBeCloseTo(0.2);
  expect(calibrationError([])).toBe(0);
});

test('a threshold lets through what reaches it, and a person looks at the documents with less', () => {
  expect(effectOf(values, 0.6)).toEqual({ threshold: 0.6, precision: 2 / 3, reviewed: 0.25 });
  expect(thresholdFor(values, 0.99)).toEqual({ threshold: 0.9, precision: 1, reviewed: 0.5 });
  expect(thresholdFor(values, 0.7).threshold).toBe(0.9);
  expect(thresholdFor(values, 0)).toMatchObject({ threshold: 0, reviewed: 0 });
  expect(thresholdFor([value('a', 1, false)], 0.5)).toEqual({ threshold: 1.01, precision: 1, reviewed: 1 });
});

test('the threshold for a precision reaches it, and a higher precision needs no less review', () => {
  const judged = fc.record({
    document: fc.constantFrom('a', 'b', 'c', 'd'),
    field: fc.constant('total'),
    confidence: fc.double({ min: 0, max: 1, noNaN: true }),
    isRight: fc.boolean(),
  });
  const share = fc.double({ min: 0, max: 1, noNaN: true });
  fc.assert(
    fc.property(fc.array(judged), share, share, (found, a, b) => {
      const [low, high] = a < b ? [a, b] : [b, a];
      const [lower, higher] = [thresholdFor(found, low), thresholdFor(found, high)];
      expect(higher.precision).toBeGreaterThanOrEqual(high);
      expect(higher.reviewed).toBeGreaterThanOrEqual(lower.reviewed);
    }),
  );
});

test('a report is read as it was written, and any other text is none', () => {
  const report = {
    ...{
      documentClass: 'receipt',
      classVersion: 1,
      set: 'sroie',
      at: '2026-01-31T00:00:00.000Z',
      documents: 4,
    },
    fields: [{ field: 'total', precision: 1, recall: 1, f1: 1 }],
    values,
  };
  expect(readEvaluation(JSON.stringify(report))).toEqual(report);
  for (const text of [
    '',
    'null',
    '{}',
    JSON.stringify({ ...report, values: [7] }),
    JSON.stringify({ ...report, fields: 1 }),
  ]) {
    expect(readEvaluation(text)).toBeUndefined();
  }
});
