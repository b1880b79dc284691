import { documentClassSchema, withWeights } from '@docfleet/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { draft, examples, fields, slip, wordsOf } from '../../test/sample-draft.ts';
import type { MarkedExample } from './class-draft.ts';
import { draftClass } from './draft-class.ts';

describe('draftClass', () => {
  const drafted = draftClass(draft, []);

  it('proposes the label words that stand beside the marked values, and those of other values to avoid', () => {
    const { fields: found, classification } = documentClassSchema.parse(parse(drafted.classFile));
    expect(found.map(({ name, labels }) => [name, labels.map(({ phrase }) => phrase)])).toEqual([
      ['number', ['slip no']],
      ['date', ['slip date']],
      ['total', ['amount due']],
      ['supplier', ['supplier']],
    ]);
    expect(found.find(({ name }) => name === 'date')?.avoid).toEqual([{ phrase: 'order date', weight: 1 }]);
    expect(found.find(({ name }) => name === 'number')?.pattern).toBe(String.raw`[A-Z]{2}-\d{3,6}`);
    expect(classification.startsWith).toEqual(['delivery slip']);
    expect(classification.cues.map(({ phrase }) => phrase)).toContain('received in good order');
  });

  it('gives weights for its fields that the class takes', () => {
    const documentClass = documentClassSchema.parse(parse(drafted.classFile));
    const { fields: weighted } = withWeights(documentClass, drafted.weightsFile);
    expect(weighted.map(({ weights }) => Object.keys(weights).length > 10)).toEqual([true, true, true, true]);
  });

  it('reads each example right with what the others teach', () => {
    expect(drafted.micro).toEqual({ field: 'micro', right: 28, given: 28, labelled: 28 });
    expect(drafted.problems).toEqual([]);
  });

  it('names marks that are no value of their type, and fields that are marked too seldom', () => {
    const [first, ...rest] = examples;
    const [page] = first?.pages ?? [];
    if (first === undefined || page === undefined) throw new Error('no example');
    const wrong = first.marks.map((mark) =>
      mark.field === 'date' ? { ...mark, words: wordsOf(page, 'Supplier:') } : mark,
    );
    const without = rest.map((each, i) =>
      i < 4 ? { ...each, marks: each.marks.filter(({ field }) => field !== 'supplier') } : each,
    );
    const { problems } = draftClass(
      {
        ...draft,
        examples: [{ ...first, marks: wrong.filter(({ field }) => field !== 'supplier') }, ...without],
      },
      [],
    );
    expect(problems).toEqual([
      { code: 'MARKED_TOO_SELDOM', field: 'supplier', example: null },
      { code: 'NOT_A_VALUE', field: 'date', example: 'slip-0' },
    ]);
  });

  it('gives a class file of the schema for whatever was marked', () => {
    const word = fc.record({ line: fc.nat(15), word: fc.nat(3) });
    const marking = fc.record({
      field: fc.constantFrom(...fields.map(({ name }) => name)),
      words: fc.array(word, { minLength: 1, maxLength: 4 }),
    });
    fc.assert(
      fc.property(
        fc.array(fc.array(marking, { maxLength: 4 }), { minLength: 5, maxLength: 5 }),
        (markings) => {
          const strange = markings.map((marks, n): MarkedExample => {
            const { id, pages } = slip(n);
            const byField = new Map(marks.map((mark) => [mark.field, mark]));
            return {
              id,
              pages,
              marks: [...byField.values()].map(({ field, words }) => ({
                field,
                page: 1,
                words: words.flatMap((at) => pages[0]?.lines[at.line]?.words[at.word] ?? []),
              })),
            };
          });
          const { classFile, weightsFile } = draftClass({ ...draft, examples: strange }, []);
          expect(withWeights(documentClassSchema.parse(parse(classFile)), weightsFile).name).toBe(draft.name);
        },
      ),
      { numRuns: 12 },
    );
  });

  it('gives the same for the same examples', () => {
    expect(draftClass(draft, [])).toEqual(drafted);
  });
});
