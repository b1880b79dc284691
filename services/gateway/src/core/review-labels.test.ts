import { documentClasses } from '@docfleet/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { labelRows, type ReviewedValue } from './review-labels.ts';

const runId = '5f0c1f0e-0000-5000-8000-000000000001';
const facts = { index: 1, documentClass: 'receipt', firstPage: 1, lastPage: 1 };
const value = (name: string, state: ReviewedValue['state'], text = '9.00'): ReviewedValue => ({
  name,
  state,
  value: text,
  normalised: `normal ${text}`,
});
const rowsOf = (fields: readonly ReviewedValue[], documentClass = 'receipt') =>
  labelRows(
    { runId, decidedAt: 0, mediaType: 'image/jpeg', documents: [{ ...facts, documentClass, fields }] },
    documentClasses,
  );

describe('H-03: labelRows', () => {
  it('has what a person confirmed, corrected or added, null for what was removed, and nothing else', () => {
    const fields = [
      value('company', 'machine', 'Corner Shop'),
      value('date', 'confirmed', '01/02/2018'),
      value('address', 'removed', 'Main Street 1'),
      value('total', 'changed'),
    ];
    expect(rowsOf(fields)).toEqual([
      {
        id: runId,
        file: `${runId}.jpg`,
        documentClass: 'receipt',
        decidedAt: '1970-01-01T00:00:00.000Z',
        date: '01/02/2018',
        address: null,
        total: '9.00',
      },
    ]);
  });

  it('has no row for a document that was approved without a look at its values', () => {
    expect(rowsOf([value('total', 'machine')])).toEqual([]);
    expect(rowsOf([])).toEqual([]);
  });

  it('takes the keys and the form that the class is scored with, or the names of its fields', () => {
    expect(rowsOf([value('issue_date', 'changed', '1 May 2025')], 'invoice')[0]).toMatchObject({
      issue_date: 'normal 1 May 2025',
    });
    expect(rowsOf([value('subject', 'confirmed', 'Hello')], 'letter')[0]).toMatchObject({ subject: 'Hello' });
  });

  it('names the pages of each document of a file with several', () => {
    const documents = [1, 2].map((index) => ({
      ...facts,
      index,
      firstPage: index,
      lastPage: index,
      fields: [value('total', 'confirmed')],
    }));
    const rows = labelRows({ runId, decidedAt: 0, mediaType: 'text/plain', documents }, documentClasses);
    expect(rows.map(({ id, file, pages }) => [id, file, pages])).toEqual([
      [`${runId}-1`, `${runId}.bin`, [1, 1]],
      [`${runId}-2`, `${runId}.bin`, [2, 2]],
    ]);
  });

  it('never has a value that no person looked at, whatever was reviewed', () => {
    const states = ['machine', 'confirmed', 'changed', 'added', 'removed'] as const;
    const names = documentClasses.flatMap(({ fields }) => fields.map(({ name }) => name));
    const field = fc.record({
      name: fc.constantFrom(...names),
      state: fc.constantFrom(...states),
      value: fc.string(),
      normalised: fc.string(),
    });
    const document = fc.record({
      index: fc.integer({ min: 1, max: 9 }),
      documentClass: fc.constantFrom('unheard-of', ...documentClasses.map(({ name }) => name)),
      firstPage: fc.constant(1),
      lastPage: fc.constant(2),
      fields: fc.uniqueArray(field, { selector: ({ name }) => name }),
    });
    fc.assert(
      fc.property(fc.array(document, { maxLength: 4 }), (documents) => {
        // Marked, so that a value of the machine is known wherever it turns up.
        const marked = documents.map((one) => ({
          ...one,
          fields: one.fields.map((each) =>
            each.state === 'machine' ? { ...each, value: 'UNSEEN', normalised: 'UNSEEN' } : each,
          ),
        }));
        const rows = labelRows(
          { runId, decidedAt: 0, mediaType: 'image/png', documents: marked },
          documentClasses,
        );
        expect(rows.flatMap((row) => Object.values(row))).not.toContain('UNSEEN');
      }),
    );
  });
});
