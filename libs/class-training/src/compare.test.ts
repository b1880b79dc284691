import { describe, expect, it } from 'vitest';
import { compare, comparisonTable, gainOf } from './compare.ts';
import type { ScoredDocument } from './predict.ts';

/** A document with one field, read right or not. */
function read(id: string, group: string, isRight: boolean): ScoredDocument {
  return {
    id,
    group,
    scores: [{ field: 'total', right: Number(isRight), given: 1, labelled: 1 }],
    values: {},
    judged: [{ confidence: 0.9, right: isRight }],
  };
}

const of = (...documents: ScoredDocument[]) => ({ documents, cpuMs: 1 });

describe('compare', () => {
  it('counts each group the same, however many documents it has', () => {
    const many = Array.from({ length: 9 }, (_, i) => `many-${String(i)}`);
    const before = of(...many.map((id) => read(id, 'many', false)), read('one', 'one', true));
    const after = of(...many.map((id) => read(id, 'many', true)), read('one', 'one', false));
    const comparison = compare(before, after);
    expect(comparison.micro).toMatchObject({ before: 0.1, after: 0.9 });
    expect(comparison.byGroup).toEqual({ before: 0.5, after: 0.5 });
    expect(gainOf(comparison)).toBe(0);
    expect(comparison.won).toHaveLength(9);
    expect(comparison.lost).toEqual(['one']);
  });

  it('leaves out groups without a label', () => {
    const unlabelled = { ...read('x', 'x', false), scores: [] };
    expect(
      compare(of(read('a', 'a', true), unlabelled), of(read('a', 'a', true), unlabelled)).byGroup,
    ).toEqual({
      before: 1,
      after: 1,
    });
  });

  it('prints gain and loss with their sign', () => {
    expect(comparisonTable(compare(of(read('a', 'a', true)), of(read('a', 'a', false)))).split('\n')).toEqual(
      [
        'F1                   before    after      gain   labels',
        'total                1.0000   0.0000   -1.0000        1',
        'micro                1.0000   0.0000   -1.0000        1',
        'mean of groups       1.0000   0.0000   -1.0000',
        'calibration error    0.1000   0.9000   +0.8000',
        '1 documents in 1 groups; completely right now: 0 more, 1 no longer (a)',
      ],
    );
  });
});
