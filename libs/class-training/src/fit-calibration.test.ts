import type { DoubtFeatures } from '@docfleet/field-extraction';
import { describe, expect, it } from 'vitest';
import { calibrateUnseen } from './calibrate-unseen.ts';
import { expectedCalibrationError } from './calibration.ts';
import { fitCalibration, isRightIn } from './fit-calibration.ts';
import type { PredictedDocument } from './predict.ts';
import { trustOf } from './trust.ts';

const place = { page: 1, box: [0, 0, 10, 10] as const, words: 'x' };

/** A document with one value of confidence 0.9, which is right unless it was read from poor words. */
function read(n: number, { poor }: { readonly poor: boolean }): PredictedDocument {
  const doubt: DoubtFeatures = {
    'odds:for': Math.log(0.9),
    'odds:against': -Math.log(0.1),
    'value:worst': poor ? 1 : 0,
  };
  const value = { value: 'x', normalised: 'x', provenance: place, source: 'candidates@1' };
  const right = !poor || n % 10 === 0;
  return {
    id: String(n),
    group: String(n % 20),
    scores: [{ field: 'total', right: Number(right), given: 1, labelled: 1 }],
    values: { total: 'x' },
    judged: [{ field: 'total', confidence: 0.9, right }],
    missed: [],
    doubted: {
      values: [{ value: { ...value, name: 'total', type: 'money', confidence: 0.9 }, doubt }],
      reading: { doubt: 0, poor: 0, scanned: false },
      layout: ['a', `own ${n % 20}`],
    },
    approval: undefined,
  };
}

const documents = Array.from({ length: 400 }, (_, n) => read(n, { poor: n % 4 === 0 }));

describe('fitCalibration (D-09)', () => {
  const calibration = fitCalibration(documents, { decisive: ['total'] });

  it('learns which facts speak against a value', () => {
    expect(calibration.values.weights['value:worst']).toBeLessThan(-1);
  });

  it('never lets a fact point the wrong way', () => {
    const reversed = documents.map((document) => ({
      ...document,
      judged: document.judged.map((one) => ({ ...one, right: !one.right })),
    }));
    expect(fitCalibration(reversed, { decisive: ['total'] }).values.weights['value:worst']).toBe(0);
  });

  it('knows the words that several issuers have', () => {
    expect(calibration.layout).toBe('a');
  });

  it('assures more of documents that are surer', () => {
    const { assured } = calibration;
    expect(assured.at(-1)?.right).toBeGreaterThan(0.97);
    expect(assured.at(-1)?.right).toBeGreaterThan(assured[0]?.right ?? 1);
  });
});

describe('calibrateUnseen', () => {
  it('gives confidences that are nearer to what is right, on documents that it was not fitted on', () => {
    const unseen = calibrateUnseen({ documents, cpuMs: 0 }, { decisive: ['total'], folds: 4 });
    const before = expectedCalibrationError(documents.flatMap(({ judged }) => judged));
    const after = expectedCalibrationError(unseen.documents.flatMap(({ judged }) => judged));
    expect(before).toBeGreaterThan(0.09);
    expect(after).toBeLessThan(before);
    const trust = trustOf(unseen, { decisive: ['total'], target: 0.97 });
    expect(trust.shareAt97.value).toBeCloseTo(0.75, 1);
    expect(trust.approved?.share.value).toBeGreaterThan(0.6);
    expect(trust.approved?.right.value).toBeGreaterThan(0.97);
  });
});

describe('isRightIn', () => {
  const judged = [{ field: 'total', confidence: 1, right: true }];
  it('wants every decisive field right, and says nothing where nobody knows', () => {
    expect(isRightIn({ judged, missed: [] }, ['total'])).toBe(true);
    expect(isRightIn({ judged, missed: [] }, ['total', 'date'])).toBeUndefined();
    expect(isRightIn({ judged, missed: ['date'] }, ['total', 'date'])).toBe(false);
    const wrong = [{ field: 'total', confidence: 1, right: false }];
    expect(isRightIn({ judged: wrong, missed: [] }, ['total', 'date'])).toBe(false);
  });
});
