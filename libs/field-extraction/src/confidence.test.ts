import type { ClassCalibration } from '@docfleet/contracts';
import type { FieldValue } from '@docfleet/domain';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { calibrated, calibratedConfidence, type DoubtedDocument } from './confidence.ts';
import { oddsOf } from './value-doubt.ts';

const identity = { offset: 0, weights: { 'odds:for': 1, 'odds:against': 1 } };
const calibration: ClassCalibration = {
  values: { offsets: {}, weights: identity.weights },
  document: identity,
  decisive: ['date', 'total'],
  assured: [
    { from: 0.5, right: 0.9 },
    { from: 0.8, right: 0.98 },
  ],
  layout: '',
};

function value(name: string, confidence: number): FieldValue {
  const provenance = { page: 1, box: [0, 0, 10, 10] as const, words: 'x' };
  return { name, type: 'text', value: 'x', normalised: 'x', confidence, provenance, source: 'candidates@1' };
}

function document(
  confidences: Readonly<Record<string, number>>,
  layout: readonly string[] = [],
): DoubtedDocument {
  return {
    values: Object.entries(confidences).map(([name, confidence]) => ({
      value: value(name, confidence),
      doubt: oddsOf(confidence),
    })),
    reading: { doubt: 0, poor: 0, scanned: false },
    layout,
  };
}

describe('calibrated (D-09, D-17)', () => {
  it('leaves confidences as they are without evidence, and multiplies those of the decisive fields', () => {
    const { fields, approval } = calibrated(calibration, document({ date: 0.9, total: 0.95, company: 0.3 }));
    expect(fields.map(({ name, confidence }) => [name, confidence])).toEqual([
      ['date', 0.9],
      ['total', 0.95],
      ['company', 0.3],
    ]);
    expect(approval).toEqual({ fields: ['date', 'total'], confidence: 0.855, assured: 0.98 });
  });

  it('assures what documents of this confidence are assured', () => {
    const assured = (date: number): number =>
      calibrated(calibration, document({ date, total: 0.9999 })).approval.assured;
    expect([0.4, 0.6, 0.9].map(assured)).toEqual([0, 0.9, 0.98]);
  });

  it('is sure of nothing where a decisive field was not found', () => {
    expect(calibrated(calibration, document({ date: 0.9999 })).approval).toEqual({
      fields: ['date', 'total'],
      confidence: 0,
      assured: 0,
    });
  });

  it('is less sure of a layout that is unlike any seen', () => {
    const weights = { ...identity.weights, novelty: -2 };
    const wary = { ...calibration, values: { offsets: {}, weights }, layout: 'a b' };
    const of = (layout: readonly string[]): number =>
      calibrated(wary, document({ date: 0.9, total: 0.9 }, layout)).approval.confidence;
    expect(of(['a', 'b'])).toBe(0.81);
    expect(of(['a', 'c'])).toBeLessThan(of(['a', 'b']));
    expect(of(['c', 'd'])).toBeLessThan(of(['a', 'c']));
  });

  it('gives a probability that grows with the confidence before', () => {
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    const weight = fc.double({ min: 0, max: 3, noNaN: true });
    fc.assert(
      fc.property(share, share, weight, weight, (a, b, up, down) => {
        const values = { offsets: {}, weights: { 'odds:for': up, 'odds:against': down } };
        const of = (confidence: number): number =>
          calibratedConfidence(values, { value: value('x', confidence), doubt: oddsOf(confidence) }, 0);
        const [low, high] = [of(Math.min(a, b)), of(Math.max(a, b))];
        expect(low).toBeLessThanOrEqual(high + 1e-12);
        expect(low).toBeGreaterThanOrEqual(0);
        expect(high).toBeLessThanOrEqual(1);
      }),
    );
  });
});
