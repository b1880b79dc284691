import { documentClassSchema, withWeights } from '@docfleet/contracts';
import type { Line, PageReading, Word } from '@docfleet/domain';
import { pageReading } from '@docfleet/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import type { ClassDraft, Mark, MarkedExample } from './class-draft.ts';
import { draftClass } from './draft-class.ts';

const fields = [
  { name: 'number', type: 'identifier', required: true },
  { name: 'date', type: 'date', required: true },
  { name: 'total', type: 'money', required: true },
  { name: 'supplier', type: 'text', required: false },
] as const;

const suppliers = ['Northern Paper Ltd', 'Harbor Tools Inc', 'Fairview Press'];

interface Placed {
  readonly text: string;
  readonly x: number;
  readonly y: number;
  /** Default: 30. */
  readonly heightPx?: number;
}

/** A page with texts at their places, ten pixels a letter. */
function placedPage(texts: readonly Placed[]): PageReading {
  const lines = texts.map(({ text, x, y, heightPx = 30 }): Line => {
    const words = [...text.matchAll(/\S+/gu)].map(({ 0: word, index }): Word => {
      const left = x + 10 * index;
      return { text: word, box: [left, y, left + 10 * word.length, y + heightPx], confidence: 1 };
    });
    return { text, box: [x, y, x + 10 * text.length, y + heightPx], confidence: 1, words };
  });
  return pageReading([], { lines });
}

/** An invented delivery slip: its page, and the words of each value. */
function slip(n: number): MarkedExample {
  const number = `DN-${String(4_000 + 37 * n)}`;
  const date = `${String(10 + (n % 18))}/0${String(1 + (n % 8))}/2025`;
  const total = `${String(100 + 13 * n)}.50`;
  const supplier = suppliers[n % suppliers.length] ?? '';
  const page = placedPage([
    { text: 'DELIVERY SLIP', x: 900, y: 60, heightPx: 60 },
    { text: 'Slip no:', x: 100, y: 300 },
    { text: number, x: 420, y: 300 },
    { text: 'Slip date:', x: 100, y: 360 },
    { text: date, x: 420, y: 360 },
    { text: 'Order date:', x: 100, y: 420 },
    { text: `0${String(1 + (n % 9))}/01/2025`, x: 420, y: 420 },
    { text: 'Order no:', x: 100, y: 480 },
    { text: `PO-${String(900 + n)}`, x: 420, y: 480 },
    { text: 'Supplier:', x: 100, y: 540 },
    { text: supplier, x: 420, y: 540 },
    { text: 'Net', x: 100, y: 900 },
    { text: `${String(80 + 13 * n)}.25`, x: 900, y: 900 },
    { text: 'Amount due', x: 100, y: 960 },
    { text: total, x: 900, y: 960 },
    { text: 'Received in good order', x: 100, y: 1_200 },
  ]);
  const values = { number, date, total, supplier };
  const marks = Object.entries(values).map(([field, text]): Mark => ({
    field,
    page: 1,
    words: wordsOf(page, text),
  }));
  return { id: `slip-${String(n)}`, pages: [page], marks };
}

function wordsOf(page: PageReading, text: string): readonly Word[] {
  return page.lines.find((line) => line.text === text)?.words ?? [];
}

const examples = [0, 1, 2, 3, 4, 5, 6].map(slip);
const draft: ClassDraft = { name: 'delivery-slip', title: 'Delivery slip', fields, examples };

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
    if (first === undefined) throw new Error('no example');
    const wrong = first.marks.map((mark) =>
      mark.field === 'date' ? { ...mark, words: wordsOf(first.pages[0] as PageReading, 'Supplier:') } : mark,
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
          withWeights(documentClassSchema.parse(parse(classFile)), weightsFile);
        },
      ),
      { numRuns: 12 },
    );
  });

  it('gives the same for the same examples', () => {
    expect(draftClass(draft, [])).toEqual(drafted);
  });
});
