import { describe, expect, it } from 'vitest';
import { approvalRuleOf } from './approval.ts';
import type { ClassCalibration } from './class-calibration.ts';
import { calibrationKey, withWeights } from './class-weights.ts';
import { documentClasses } from './generated/classes.ts';

const found = documentClasses.find(({ name }) => name === 'receipt');
if (found === undefined) throw new Error('There is no class receipt.');
const receipt = found;

const calibration: ClassCalibration = {
  values: { offsets: { total: 0.5 }, weights: { 'odds:for': 1 } },
  document: { offset: 0, weights: { 'odds:for': 1 } },
  decisive: ['date', 'total'],
  assured: [{ from: 0.9, right: 0.98 }],
  layout: 'a b',
};

describe('withWeights', () => {
  it('takes a calibration beside the weights', () => {
    const trained = withWeights(
      receipt,
      JSON.stringify({ total: { bias: 1 }, [calibrationKey]: calibration }),
    );
    expect(trained.calibration).toEqual(calibration);
    expect(trained.fields.find(({ name }) => name === 'total')?.weights).toEqual({ bias: 1 });
  });

  it('reads a file without one, and leaves the class without one then: it was fitted for other weights', () => {
    const trained = withWeights({ ...receipt, calibration }, JSON.stringify({ total: { bias: 1 } }));
    expect(trained).not.toHaveProperty('calibration');
  });

  it('refuses a calibration of fields that the class does not have, and one that is no calibration', () => {
    const of = (changed: object): string =>
      JSON.stringify({ [calibrationKey]: { ...calibration, ...changed } });
    expect(() => withWeights(receipt, of({ decisive: ['sum'] }))).toThrow('weights for unknown fields: sum');
    expect(() => withWeights(receipt, of({ values: { offsets: { sum: 1 }, weights: {} } }))).toThrow('sum');
    expect(() => withWeights(receipt, of({ assured: 1 }))).toThrow('not {field: {feature: number}}');
  });
});

describe('approvalRuleOf (D-17)', () => {
  const unsaid = { fields: receipt.fields };
  it('is what the class says, else all required fields and 0.98', () => {
    expect(approvalRuleOf({ ...unsaid, approval: { decisive: ['total'], target: 0.9 } })).toEqual({
      decisive: ['total'],
      target: 0.9,
    });
    expect(approvalRuleOf({ ...unsaid, approval: { decisive: ['total'] } }).target).toBe(0.98);
    const required = unsaid.fields.filter((field) => field.required).map(({ name }) => name);
    expect(approvalRuleOf(unsaid)).toEqual({ decisive: required, target: 0.98 });
  });
});
