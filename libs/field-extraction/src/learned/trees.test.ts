import type { LearnedModel, ModelTensor } from '@docfleet/contracts';
import { describe, expect, it } from 'vitest';
import { numbersOf } from './tensors.ts';
import { forestOf } from './trees.ts';

const tensor = (type: 'i16' | 'u16' | 'f32', values: readonly number[]): ModelTensor => {
  const array =
    type === 'f32'
      ? Float32Array.from(values)
      : type === 'u16'
        ? Uint16Array.from(values)
        : Int16Array.from(values);
  return { type, shape: [values.length], data: Buffer.from(array.buffer).toString('base64') };
};

/** One tree that splits feature 1 at 0.5 and then feature 0 at 2, and one that is a single leaf. */
const model = (changed: Readonly<Record<string, ModelTensor>> = {}): LearnedModel => ({
  scorer: 'trees',
  fields: ['total'],
  settings: {},
  tensors: {
    'total.roots': tensor('i16', [0, -4]),
    'total.feature': tensor('u16', [1, 0]),
    'total.threshold': tensor('f32', [0.5, 2]),
    'total.left': tensor('i16', [-1, -2]),
    'total.right': tensor('i16', [1, -3]),
    'total.leaves': tensor('f32', [-1, 0.25, 3, 10]),
    ...changed,
  },
});

describe('forestOf', () => {
  it.each([
    [[0, 0], 9],
    [[0, 0.5], 9],
    [[2, 1], 10.25],
    [[2.5, 1], 13],
  ])('scores %j as %d: one leaf of each tree', (features, score) => {
    expect(forestOf(model(), 'total').score(Float32Array.from(features))).toBe(score);
  });

  it('refuses a model without the trees of the field', () => {
    expect(() => forestOf(model(), 'tax')).toThrow('The model has no tensor tax.roots.');
  });

  it('refuses a tree that comes back to a node above', () => {
    const broken = model({ 'total.right': tensor('i16', [1, 0]) });
    expect(() => forestOf(broken, 'total')).toThrow(/broken at node 1/);
  });
});

describe('numbersOf', () => {
  it.each([
    ['i16', [-300, 5]],
    ['u16', [0, 65_535]],
    ['f32', [0.5, -2]],
  ] as const)('reads %s', (type, values) => {
    expect([...numbersOf(tensor(type, values))]).toEqual(values);
  });

  it('refuses data that does not fit the shape', () => {
    expect(() => numbersOf({ ...tensor('f32', [1, 2]), shape: [3] })).toThrow(
      /shape 3 and type f32 needs 12 bytes and has 8/,
    );
  });
});
