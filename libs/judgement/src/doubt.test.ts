import { documentClasses } from '@docfleet/contracts';
import type { DocumentFields, Finding, RunVerdict } from '@docfleet/domain';
import { expect, test } from 'vitest';
import { doubtOf } from './doubt.ts';

const [first] = documentClasses;
if (first === undefined) throw new Error('there is no document class');
const [definition] = first.fields;
if (definition === undefined) throw new Error('the class has no field');
const documentClass = {
  ...first,
  fields: [
    { ...definition, name: 'total', required: true },
    { ...definition, name: 'note', required: false },
  ],
};

const provenance = { page: 1, box: [0, 0, 1, 1] as const, words: '' };

function judged(confidences: Readonly<Record<string, number>>, more: Partial<DocumentFields> = {}) {
  const fields: DocumentFields = {
    ...{ index: 1, documentClass: 'bill', classVersion: 1, confidence: 0.95, firstPage: 1, lastPage: 1 },
    fields: Object.entries(confidences).map(([name, confidence]) => ({
      ...{ name, type: 'text', value: 'x', normalised: 'x', confidence, provenance, source: 'candidates@1' },
    })),
    rows: [],
    rowsSeen: 0,
    ...more,
  };
  return { fields, documentClass };
}

const coverage = {
  ...{ fieldsExpected: 1, fieldsAnswered: 1, rowsSeen: 0, rowsExtracted: 0, pages: 1, pagesRead: 1 },
};
const verdictWith = (...found: readonly Pick<Finding, 'code' | 'severity'>[]): RunVerdict => ({
  verdict: 'review',
  documents: [
    {
      ...{ index: 1, verdict: 'review', coverage, gaps: [] },
      findings: found.map((finding) => ({ ...finding, fields: [], message: '' })),
    },
  ],
});

test('H-01: the doubt is that of the least sure decisive value', () => {
  const unsure = verdictWith({ code: 'FIELD_UNSURE', severity: 'review' });
  expect(doubtOf([judged({ total: 0.75, note: 0.1 })], unsure)).toBe(0.25);
  expect(doubtOf([judged({ total: 0.75 }), judged({ total: 0.5 })], unsure)).toBe(0.5);
  expect(doubtOf([judged({ total: 1 }, { confidence: 0.25 })], unsure)).toBe(0.75);
  expect(doubtOf([judged({ total: 1 }, { confidence: 0.25, classSource: 'submitted' })], unsure)).toBe(0);
});

test('D-17: with a calibration the doubt is that of all decisive fields together', () => {
  const approval = { fields: ['total'], confidence: 0.75, assured: 0.9 };
  const unsure = verdictWith({ code: 'APPROVAL_UNSURE', severity: 'review' });
  expect(doubtOf([judged({ total: 0.5, note: 0.1 }, { approval })], unsure)).toBe(0.25);
  expect(doubtOf([judged({ total: 1 }, { approval, confidence: 0.5 })], unsure)).toBe(0.5);
});

test('H-01: where something is missing or wrong, nothing is sure', () => {
  expect(doubtOf([judged({ note: 1 })], verdictWith())).toBe(1);
  expect(doubtOf([judged({ total: 1 })], verdictWith({ code: 'SUM', severity: 'review' }))).toBe(1);
  expect(doubtOf([judged({ total: 0.75 })], verdictWith({ code: 'SUM', severity: 'info' }))).toBe(0.25);
  expect(doubtOf([], verdictWith())).toBe(1);
});
