import type { ReviewedDocument } from '@docfleet/domain';
import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { facts, fieldOf, invoice, verdict, work } from '../test/sample.ts';
import { applyChanges, type AppliedChanges } from './apply-changes.ts';
import { beginReview } from './begin-review.ts';
import { reviewChangeSchema, type ReviewChange } from './change.ts';
import { isRefusal } from './facts.ts';
import type { ChangeRecord } from './slot.ts';
import { undoableOf } from './undoable.ts';

function apply(
  changes: readonly ReviewChange[],
  documents: readonly ReviewedDocument[] = work,
  undoable: readonly ChangeRecord[] = [],
): AppliedChanges {
  const result = applyChanges({ documents, changes, undoable, facts });
  if (isRefusal(result)) throw new Error(result.refusal);
  return result;
}

function refusalOf(...changes: readonly ReviewChange[]): unknown {
  const result = applyChanges({ documents: work, changes, undoable: [], facts });
  return isRefusal(result) ? result : undefined;
}

const field = (documents: readonly ReviewedDocument[], name: string) =>
  documents[0]?.fields.find((each) => each.name === name);

test('a review begins with the machine values, each kept as the original, and the findings of its verdict', () => {
  const [document] = work;
  expect(document).toMatchObject({
    classState: 'machine',
    findings: [{ code: 'FIELD_UNSURE' }],
    rows: [
      { id: 1, state: 'machine' },
      { id: 2, state: 'machine' },
    ],
  });
  expect(document?.fields[0]).toEqual({
    ...invoice.fields[0],
    state: 'machine',
    original: invoice.fields[0],
  });
});

describe('a field', () => {
  it('gets what a person typed in its normal form, and keeps what the machine had found', () => {
    const { documents, records } = apply([
      {
        op: 'set',
        document: 1,
        field: 'grand_total',
        value: ' EUR 1.234,50 ',
        page: 2,
        box: [1, 2, 3, 4],
        words: 'x',
      },
    ]);
    const changed = {
      name: 'grand_total',
      type: 'money',
      value: 'EUR 1.234,50',
      normalised: '1234.50',
      confidence: 1,
      provenance: { page: 2, box: [1, 2, 3, 4], words: 'x' },
      source: 'person',
      state: 'changed',
      original: invoice.fields[0],
    };
    expect(field(documents, 'grand_total')).toEqual(changed);
    expect(records).toEqual([
      {
        kind: 'set',
        document: 1,
        field: 'grand_total',
        before: field(work, 'grand_total'),
        after: changed,
      },
    ]);
  });

  it('is confirmed by the value that the machine has, and keeps its source', () => {
    const confirmed = { ...fieldOf({ name: 'grand_total' }), confidence: 1, state: 'confirmed' };
    for (const change of [
      { op: 'confirm', document: 1, field: 'grand_total' },
      { op: 'set', document: 1, field: 'grand_total', value: '12.50' },
    ] as const) {
      expect(field(apply([change]).documents, 'grand_total')).toMatchObject(confirmed);
    }
  });

  it('is added where the machine had none, and removed without being lost', () => {
    const { documents } = apply([
      { op: 'set', document: 1, field: 'issue_date', value: '31.01.2026' },
      { op: 'remove', document: 1, field: 'grand_total' },
      { op: 'remove', document: 1, field: 'seller' },
    ]);
    expect(field(documents, 'issue_date')).toMatchObject({
      normalised: '2026-01-31',
      state: 'added',
      original: null,
      provenance: { page: 1, box: [0, 0, 0, 0] },
    });
    expect(field(documents, 'grand_total')).toMatchObject({ state: 'removed', value: '12.50' });
    expect(field(documents, 'seller')).toMatchObject({ state: 'removed', value: '', original: null });
  });

  it.each([
    [{ op: 'set', document: 2, field: 'grand_total', value: '1.00' }, 'no document 2'],
    [{ op: 'set', document: 1, field: 'no_such', value: '1.00' }, 'no field no_such'],
    [{ op: 'set', document: 1, field: 'grand_total', value: 'twelve' }, 'one amount is expected'],
    [{ op: 'set', document: 1, field: 'grand_total', value: '1.00 and 2.00' }, 'one amount is expected'],
    [{ op: 'set', document: 1, field: 'issue_date', value: 'soon' }, 'a date is expected'],
    [{ op: 'set', document: 1, field: 'currency', value: 'money' }, 'a currency is expected'],
    [{ op: 'set', document: 1, field: 'grand_total', value: '  ' }, 'needs a value'],
    [{ op: 'set', document: 1, field: 'grand_total', value: '1.00', page: 4 }, 'Page 4 is not of document 1'],
    [
      { op: 'set', document: 1, field: 'grand_total', value: '1.00', page: 1, box: [0, 0, 1_001, 5] },
      'ends outside the page',
    ],
    [
      { op: 'set', document: 1, field: 'grand_total', value: '1.00', page: 1, box: [-1, 0, 1, 5] },
      'begins outside',
    ],
    [
      { op: 'set', document: 1, field: 'grand_total', value: '1.00', page: 1, box: [9, 0, 1, 5] },
      'behind its right',
    ],
    [{ op: 'confirm', document: 1, field: 'seller' }, 'no value that could be confirmed'],
    [{ op: 'undo' }, 'no change of yours'],
  ] as const)('refuses %o', (change, message) => {
    expect(refusalOf(change as unknown as ReviewChange)).toMatchObject({
      at: 0,
      refusal: expect.stringContaining(message) as string,
    });
  });
});

describe('a row', () => {
  it('is added, changed, confirmed and removed', () => {
    const { documents } = apply([
      { op: 'addRow', document: 1, group: 'items', cells: { amount: '9.00' }, page: 3 },
      { op: 'setRow', document: 1, row: 1, cells: { amount: '5.00' } },
      { op: 'setRow', document: 1, row: 2, cells: { amount: '3.00' } },
      { op: 'removeRow', document: 1, row: 1 },
    ]);
    expect(documents[0]?.rows).toMatchObject([
      { id: 1, state: 'removed', cells: { amount: '5.00' }, original: { cells: { amount: '1.00' } } },
      { id: 2, state: 'confirmed' },
      { id: 3, state: 'added', original: null, provenance: { page: 3 } },
    ]);
  });

  it('has cells of its table only', () => {
    expect(refusalOf({ op: 'addRow', document: 1, group: 'none', cells: { amount: '1' } })).toMatchObject({
      refusal: expect.stringContaining('no table none') as string,
    });
    expect(refusalOf({ op: 'setRow', document: 1, row: 1, cells: { colour: 'red' } })).toMatchObject({
      refusal: expect.stringContaining('no column colour') as string,
    });
    expect(refusalOf({ op: 'removeRow', document: 1, row: 9 })).toBeDefined();
  });
});

describe('a document', () => {
  it('gets another class with the fields that both have', () => {
    const { documents } = apply([{ op: 'setClass', document: 1, documentClass: 'receipt' }]);
    expect(documents[0]).toMatchObject({
      documentClass: 'receipt',
      confidence: 1,
      classSource: 'submitted',
      classState: 'changed',
      rows: [],
    });
    const names = facts.classes.find(({ name }) => name === 'receipt')?.fields.map(({ name }) => name) ?? [];
    expect(documents[0]?.fields.every(({ name }) => names.includes(name))).toBe(true);
    expect(refusalOf({ op: 'setClass', document: 1, documentClass: 'poem' })).toBeDefined();
  });

  it('is divided with what stands on its pages, and joined again', () => {
    const { documents } = apply([{ op: 'split', document: 1, atPage: 2 }]);
    expect(documents).toMatchObject([
      {
        index: 1,
        firstPage: 1,
        lastPage: 1,
        rowsSeen: 1,
        fields: [{ name: 'grand_total' }],
        rows: [{ id: 1 }],
      },
      {
        index: 2,
        firstPage: 2,
        lastPage: 3,
        rowsSeen: 1,
        fields: [{ name: 'invoice_number' }],
        rows: [{ id: 2 }],
      },
    ]);
    expect(apply([{ op: 'merge', document: 1 }], documents).documents).toMatchObject([
      { index: 1, firstPage: 1, lastPage: 3, rowsSeen: 2, rows: [{ id: 1 }, { id: 3 }] },
    ]);
    expect(refusalOf({ op: 'split', document: 1, atPage: 1 })).toBeDefined();
    expect(refusalOf({ op: 'split', document: 1, atPage: 4 })).toBeDefined();
    expect(refusalOf({ op: 'merge', document: 1 })).toBeDefined();
  });
});

test('a call makes all of its changes or none, and says which one does not fit', () => {
  expect(
    refusalOf({ op: 'confirm', document: 1, field: 'grand_total' }, { op: 'removeRow', document: 1, row: 9 }),
  ).toMatchObject({ at: 1 });
});

test('what somebody else has changed since is not taken back', () => {
  const mine = apply([{ op: 'set', document: 1, field: 'grand_total', value: '1.00' }]);
  const theirs = apply([{ op: 'set', document: 1, field: 'grand_total', value: '2.00' }], mine.documents);
  const result = applyChanges({
    documents: theirs.documents,
    changes: [{ op: 'undo' }],
    undoable: mine.records,
    facts,
  });
  expect(result).toMatchObject({ refusal: expect.stringContaining('somebody else') as string });
});

const documentIndex = fc.integer({ min: 1, max: 4 });
const fieldName = fc.constantFrom('grand_total', 'invoice_number', 'seller', 'issue_date', 'no_such');
const rowId = fc.integer({ min: 1, max: 6 });
const cells = fc.record({ amount: fc.constantFrom('1.00', '3.00', 'x') });
const edits: fc.Arbitrary<ReviewChange> = fc.oneof(
  fc.record({
    op: fc.constant('set' as const),
    document: documentIndex,
    field: fieldName,
    value: fc.constantFrom('12.50', 'A-7', '2026-01-31', 'Smith'),
  }),
  fc.record({
    op: fc.constantFrom('confirm' as const, 'remove' as const),
    document: documentIndex,
    field: fieldName,
  }),
  fc.record({
    op: fc.constant('addRow' as const),
    document: documentIndex,
    group: fc.constant('items'),
    cells,
  }),
  fc.record({ op: fc.constant('setRow' as const), document: documentIndex, row: rowId, cells }),
  fc.record({ op: fc.constant('removeRow' as const), document: documentIndex, row: rowId }),
  fc.record({
    op: fc.constant('setClass' as const),
    document: documentIndex,
    documentClass: fc.constantFrom('receipt', 'invoice', 'other'),
  }),
  fc.record({
    op: fc.constant('split' as const),
    document: documentIndex,
    atPage: fc.integer({ min: 1, max: 4 }),
  }),
  fc.record({ op: fc.constant('merge' as const), document: documentIndex }),
);

/** Applies what fits, each change as a call of its own. */
function applyFitting(changes: readonly ReviewChange[]): AppliedChanges {
  let documents = work;
  const records: ChangeRecord[] = [];
  for (const change of changes) {
    const standing = undoableOf(records.toReversed(), 1);
    const result = applyChanges({ documents, changes: [change], undoable: standing, facts });
    if (isRefusal(result)) continue;
    ({ documents } = result);
    records.push(...result.records);
  }
  return { documents, records };
}

const withoutFindings = (documents: readonly ReviewedDocument[]) =>
  documents.map((document) => ({ ...document, findings: [], gaps: [] }));

test('whatever was changed, taking everything back gives the machine documents again', () => {
  fc.assert(
    fc.property(
      fc.array(fc.oneof(edits, fc.constant({ op: 'undo' } as const)), { maxLength: 25 }),
      (changes) => {
        const { documents, records } = applyFitting(changes);
        // As they come from the database, where keys have another order.
        const stored = JSON.parse(JSON.stringify(records)) as ChangeRecord[];
        const standing = undoableOf(stored.toReversed(), Infinity).toReversed();
        const undone = apply(
          standing.map(() => ({ op: 'undo' })),
          documents,
          standing,
        );
        expect(withoutFindings(undone.documents)).toEqual(withoutFindings(work));
      },
    ),
  );
});

test('whatever was changed, documents are numbered in order, share no page, and have each field once', () => {
  fc.assert(
    fc.property(fc.array(edits, { maxLength: 25 }), (changes) => {
      const { documents } = applyFitting(changes);
      expect(documents.map(({ index }) => index)).toEqual(documents.map((_, at) => at + 1));
      expect(
        documents.flatMap(({ firstPage, lastPage }) =>
          Array.from({ length: lastPage - firstPage + 1 }, (_, at) => firstPage + at),
        ),
      ).toEqual([1, 2, 3]);
      for (const { fields, rows } of documents) {
        expect(new Set(fields.map(({ name }) => name)).size).toBe(fields.length);
        expect(new Set(rows.map(({ id }) => id)).size).toBe(rows.length);
      }
    }),
  );
});

test('control characters, lone surrogates and texts that are too long are no changes', () => {
  const set = (value: string) =>
    reviewChangeSchema.safeParse({ op: 'set', document: 1, field: 'seller', value }).success;
  expect(['Smith & Söhne\nBerlin', 'a\u0000b', 'a\u0007b', '\ud800', 'x'.repeat(4_001)].map(set)).toEqual([
    true,
    false,
    false,
    false,
    false,
  ]);
});

test('the verdict of the machine is not changed by a review that begins', () => {
  expect(beginReview([invoice], verdict)).toEqual(work);
});
