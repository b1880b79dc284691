import { documentClasses, type ClassRule, type DocumentClass } from '@docfleet/contracts';
import type { DocumentFields, FieldType, FieldValue } from '@docfleet/domain';
import { builtAtMs, pageReading } from '@docfleet/testing';
import { describe, expect, it } from 'vitest';
import { judgeRun, type JudgedDocument, type JudgedRun } from './judge.ts';

function value(name: string, type: FieldType, normalised: string, confidence = 0.95): FieldValue {
  const provenance = { page: 1, box: [0, 0, 10, 10] as const, words: normalised };
  return { name, type, value: normalised, normalised, confidence, provenance, source: 'candidates@1' };
}

const field = {
  shape: 'line',
  description: 'A field.',
  pages: 'first',
  labels: [],
  avoid: [],
  pattern: null,
  choices: [],
  near: null,
  counts: null,
  weights: {},
} as const;

function billClass(rules: readonly ClassRule[] = []): DocumentClass {
  return {
    name: 'bill',
    version: 1,
    title: 'Bill',
    description: 'A bill.',
    dateOrder: 'day-first',
    classification: { bias: 0, cues: [], layout: {}, startsWith: [], singlePage: true },
    vocabulary: {},
    fields: [
      { ...field, name: 'net', type: 'money', required: false },
      { ...field, name: 'total', type: 'money', required: true },
      { ...field, name: 'from', type: 'date', required: true },
      { ...field, name: 'to', type: 'date', required: false },
    ],
    rows: [],
    rules,
    thresholds: { field: 0.5, documentClass: 0.6 },
    evaluation: null,
  };
}

const goodFields = [value('total', 'money', '9.00'), value('from', 'date', '2025-03-01')];

function judged(
  facts: Partial<DocumentFields> = {},
  rules: readonly ClassRule[] = [],
  lines: readonly string[] = ['Bill of Jane Doe'],
): JudgedDocument {
  return {
    documentClass: billClass(rules),
    pages: [pageReading(lines)],
    fields: {
      index: 1,
      documentClass: 'bill',
      classVersion: 1,
      confidence: 0.95,
      firstPage: 1,
      lastPage: 1,
      fields: goodFields,
      rows: [],
      rowsSeen: 0,
      ...facts,
    },
  };
}

function judge(document: JudgedDocument, facts: Partial<JudgedRun> = {}) {
  const run = { documents: [document], pageCount: 1, expectations: {}, acceptedAt: builtAtMs, ...facts };
  const verdict = judgeRun(run);
  return { verdict, codes: verdict.documents.flatMap(({ findings }) => findings.map(({ code }) => code)) };
}

describe('judgeRun', () => {
  it('approves a complete document with high confidence (D-08)', () => {
    expect(judge(judged()).verdict).toEqual({
      verdict: 'approve',
      documents: [
        {
          index: 1,
          verdict: 'approve',
          findings: [],
          coverage: {
            fieldsExpected: 2,
            fieldsAnswered: 2,
            rowsSeen: 0,
            rowsExtracted: 0,
            pages: 1,
            pagesRead: 1,
          },
          gaps: [],
        },
      ],
    });
  });

  it('reviews a document with a missing required field, and lists the gap (D-07)', () => {
    const { verdict, codes } = judge(judged({ fields: goodFields.slice(1) }));
    expect([verdict.verdict, codes, verdict.documents[0]?.gaps]).toEqual([
      'review',
      ['FIELD_MISSING'],
      ['field total was not found'],
    ]);
  });

  it('reviews fields and classes with a low confidence', () => {
    const unsure = [value('total', 'money', '9.00', 0.4), value('from', 'date', '2025-03-01')];
    expect(judge(judged({ fields: unsure, confidence: 0.5 })).codes).toEqual([
      'CLASS_UNSURE',
      'FIELD_UNSURE',
    ]);
  });

  it('lists rows and pages that were seen and not extracted (D-07)', () => {
    const { verdict } = judge(judged({ rowsSeen: 3 }), { pageCount: 4 });
    expect(verdict.documents[0]?.gaps).toEqual([
      '3 of 3 rows seen were not extracted',
      '3 of 4 pages were not read',
    ]);
  });

  it('never approves a document of no known class', () => {
    const other = documentClasses.find(({ fields }) => fields.length === 0);
    if (other === undefined) throw new Error('there is a class without fields');
    const { verdict, codes } = judge({ ...judged({ fields: [] }), documentClass: other });
    expect([verdict.verdict, codes]).toEqual(['review', ['CLASS_UNKNOWN']]);
  });
});

describe('rules', () => {
  const sum: ClassRule = {
    kind: 'sum',
    code: 'SUM',
    total: 'total',
    plus: ['net'],
    minus: [],
    tolerance: 0.01,
    severity: 'reject',
  };

  it('compare sums, and have no finding where a part was not found', () => {
    const wrong = [...goodFields, value('net', 'money', '8.00')];
    const right = [...goodFields, value('net', 'money', '9.00')];
    expect(
      [
        judge(judged({ fields: wrong }, [sum])),
        judge(judged({ fields: right }, [sum])),
        judge(judged({}, [sum])),
      ].map(({ verdict }) => verdict.verdict),
    ).toEqual(['reject', 'approve', 'approve']);
  });

  it('compare the order of dates', () => {
    const rule: ClassRule = {
      kind: 'date-order',
      code: 'REVERSED',
      earlier: 'from',
      later: 'to',
      severity: 'review',
    };
    expect(
      judge(judged({ fields: [...goodFields, value('to', 'date', '2025-02-01')] }, [rule])).codes,
    ).toEqual(['REVERSED']);
    expect(
      judge(judged({ fields: [...goodFields, value('to', 'date', '2025-03-01')] }, [rule])).codes,
    ).toEqual([]);
  });

  it('limit dates by the day the run was accepted', () => {
    const rule: ClassRule = {
      kind: 'date-range',
      code: 'DAY',
      field: 'from',
      from: '2000-01-01',
      daysAhead: 2,
      severity: 'review',
    };
    const on = (day: string) =>
      judge(judged({ fields: [value('total', 'money', '9.00'), value('from', 'date', day)] }, [rule])).codes;
    expect([on('2026-01-03'), on('2026-01-04'), on('1999-12-31')]).toEqual([[], ['DAY'], ['DAY']]);
  });

  it('compare the sum of rows', () => {
    const rule: ClassRule = {
      kind: 'rows-sum',
      code: 'ROWS',
      group: 'items',
      column: 'amount',
      total: 'total',
      tolerance: 0.01,
      severity: 'review',
    };
    const row = (amount: string) => ({
      group: 'items',
      cells: { amount },
      provenance: { page: 1, box: [0, 0, 1, 1] as const, words: amount },
    });
    expect(judge(judged({ rows: [row('4,00'), row('5.00')], rowsSeen: 2 }, [rule])).codes).toEqual([]);
    expect(judge(judged({ rows: [row('4,00'), row('6.00')], rowsSeen: 2 }, [rule])).codes).toEqual(['ROWS']);
  });
});

describe('expectations', () => {
  const codes = (expectations: Record<string, string>) => judge(judged(), { expectations }).codes;

  it('are met by words on the pages and by fields (D-08)', () => {
    expect(
      codes({
        fullName: 'DOE, Jane',
        docType: 'Bill',
        total: 'RM 9',
        dateFrom: '2025-01-01',
        dateTo: '2025-12-31',
        reason: 'bill of',
      }),
    ).toEqual([]);
  });

  it('have a code each when they are not met', () => {
    expect(
      codes({
        fullName: 'John Roe',
        docType: 'letter',
        total: '8.00',
        dateFrom: '2025-04-01',
        reason: 'hardship',
        colour: 'red',
      }),
    ).toEqual([
      'EXPECTATION_UNKNOWN',
      'EXPECTED_DATE_MISMATCH',
      'EXPECTED_TYPE_MISMATCH',
      'EXPECTED_NAME_MISSING',
      'EXPECTED_REASON_MISSING',
      'EXPECTED_VALUE_MISMATCH',
    ]);
  });

  it('reject another type with high confidence, and review it with low confidence', () => {
    const expectations = { docType: 'letter' };
    expect(judge(judged(), { expectations }).verdict.verdict).toBe('reject');
    expect(judge(judged({ confidence: 0.7 }), { expectations }).verdict.verdict).toBe('review');
  });
});
