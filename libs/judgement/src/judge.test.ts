import { documentClasses, type ClassRule, type DocumentClass } from '@docfleet/contracts';
import type { DocumentFields, FieldType, FieldValue } from '@docfleet/domain';
import { builtAtMs, pageReading } from '@docfleet/testing';
import { describe, expect, it } from 'vitest';
import { judgeRun, type JudgedRun } from './judge.ts';
import type { JudgedDocument } from './judged-document.ts';

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
  monthBefore: null,
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
  const run = {
    ...{ documents: [document], pageCount: 1, expectations: {}, checks: true, acceptedAt: builtAtMs },
    ...facts,
  };
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

  it('A-02: takes a submitted class for what it is, unless the pages plainly are something else', () => {
    const submitted = (confidence: number) => judge(judged({ confidence, classSource: 'submitted' }));
    expect(submitted(0.2).verdict.verdict).toBe('approve');
    expect(submitted(0.04).verdict).toMatchObject({
      verdict: 'review',
      documents: [
        {
          findings: [
            {
              code: 'CLASS_DOUBTED',
              message:
                'The submission names the class Bill, and the pages do not look like it: confidence 0.04.',
            },
          ],
        },
      ],
    });
  });

  it('A-02: checks nothing where the submission says so, and approves nothing then', () => {
    const rules: readonly ClassRule[] = [
      {
        kind: 'date-order',
        code: 'DATES',
        severity: 'reject',
        earlier: 'from',
        later: 'to',
      },
    ];
    const fields = [...goodFields, value('to', 'date', '2024-01-01')];
    const document = judged({ fields }, rules);
    const expectations = { fullName: 'John Smith' };
    expect(judge(document, { expectations }).codes).toEqual(['DATES', 'EXPECTED_NAME_MISSING']);
    const unchecked = judge(document, { expectations, checks: false });
    expect([unchecked.verdict.verdict, unchecked.codes]).toEqual(['review', ['NOT_CHECKED']]);
    expect(judge(judged({ fields: goodFields.slice(1) }), { checks: false }).codes).toEqual([
      'FIELD_MISSING',
      'NOT_CHECKED',
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
    // Net rows with the total less its taxes, rows before a discount with the subtotal that is printed.
    const net = [value('net', 'money', '1.00'), ...goodFields];
    const rows = { rows: [row('4,00'), row('4.00')], rowsSeen: 2 };
    const withTax = { ...rule, tax: 'net' };
    expect(judge(judged({ ...rows, fields: net }, [withTax])).codes).toEqual([]);
    expect(judge(judged({ ...rows, fields: net }, [rule])).codes).toEqual(['ROWS']);
    expect(judge(judged(rows, [rule], ['Subtotal 8.00'])).codes).toEqual([]);
    expect(judge(judged(rows, [rule], ['Subtotal 8.10'])).codes).toEqual(['ROWS']);
  });
});

describe('dates', () => {
  const printed = (text: string): FieldValue => ({ ...value('from', 'date', '2025-03-04'), value: text });
  const codes = (text: string, lines: readonly string[]) =>
    judge(judged({ fields: [value('total', 'money', '9.00'), printed(text)] }, [], lines)).codes;

  it('whose day and month could be exchanged go to review where nothing says which is which', () => {
    expect(codes('03/04/2025', ['Bill'])).toEqual(['DATE_ORDER_UNDECIDED']);
    expect(codes('03/04/2025', ['Bill', 'due 03/18/2025'])).toEqual([]);
    expect(codes('4 March 2025', ['Bill'])).toEqual([]);
  });
});

describe('borders', () => {
  const number = { ...field, name: 'number', type: 'identifier', required: true, pattern: null } as const;
  const labelled = { ...number, labels: [{ phrase: 'bill number', weight: 2 }] };
  const at = (index: number, ...numbers: readonly string[]): JudgedDocument => {
    const document = judged({ index, firstPage: index, lastPage: index + numbers.length - 1 });
    const documentClass = { ...document.documentClass, fields: [labelled] };
    const pages = numbers.map((one, i) =>
      pageReading([`Bill number  ${one}`, '', '', 'Thank you'], { page: index + i }),
    );
    const fields = { ...document.fields, fields: [value('number', 'identifier', numbers[0] ?? '')] };
    return { documentClass, pages, fields };
  };
  const codesOf = (...documents: readonly JudgedDocument[]) =>
    judgeRun({
      documents,
      pageCount: 2,
      expectations: {},
      checks: true,
      acceptedAt: builtAtMs,
    }).documents.map(({ findings, gaps }) => [findings.map(({ code }) => code), gaps]);

  it('are doubtful where pages of one document have different numbers (D-05)', () => {
    expect(codesOf(at(1, 'A-1', 'A-2'))).toEqual([
      [['BORDER_DOUBTFUL'], ['page 2 may belong to another document']],
    ]);
    expect(codesOf(at(1, 'A-1', 'A-1'))).toEqual([[[], []]]);
  });

  it('are doubtful where two documents have one number', () => {
    expect(codesOf(at(1, 'A-1'), at(2, 'A-1'))).toEqual([
      [[], []],
      [['BORDER_DOUBTFUL'], ['page 2 may belong to another document']],
    ]);
    expect(codesOf(at(1, 'A-1'), at(2, 'A-2'))).toEqual([
      [[], []],
      [[], []],
    ]);
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

const findingsOf = (document: JudgedDocument, facts: Partial<JudgedRun> = {}) =>
  judge(document, facts).verdict.documents.flatMap(({ findings }) => findings);

describe('findings say what is wrong, of which field, and how bad it is', () => {
  it('a class that is unsure', () => {
    expect(findingsOf(judged({ confidence: 0.594 }))).toEqual([
      {
        code: 'CLASS_UNSURE',
        severity: 'review',
        fields: [],
        message: 'The class (Bill) is unsure: confidence 0.59.',
      },
    ]);
    expect(findingsOf(judged({ confidence: 0.6 }))).toEqual([]);
  });

  it('a class that is not known', () => {
    const document = judged({ fields: [], confidence: 0.1, firstPage: 2, lastPage: 3 });
    const unknown = { ...document, documentClass: { ...document.documentClass, fields: [] } };
    const [found] = judge(unknown, { pageCount: 2 }).verdict.documents;
    expect(found?.findings).toEqual([
      {
        code: 'CLASS_UNKNOWN',
        severity: 'review',
        fields: [],
        message: 'No known document class fits these pages.',
      },
    ]);
    expect(found?.gaps).toContain('pages 2 to 3 fit no class and were not extracted');
  });

  it('a required field that is missing', () => {
    expect(findingsOf(judged({ fields: goodFields.slice(1) }))).toEqual([
      {
        code: 'FIELD_MISSING',
        severity: 'review',
        fields: ['total'],
        message: 'The required field total was not found.',
      },
    ]);
  });

  it('a field that is unsure: for review when it is required, for information when it is not', () => {
    const fields = [
      value('total', 'money', '9.00', 0.494),
      value('from', 'date', '2025-03-01', 0.5),
      value('to', 'date', '2025-03-02', 0.4),
    ];
    expect(findingsOf(judged({ fields }))).toEqual([
      {
        code: 'FIELD_UNSURE',
        severity: 'review',
        fields: ['total'],
        message: 'The field total is unsure: confidence 0.49.',
      },
      {
        code: 'FIELD_UNSURE',
        severity: 'info',
        fields: ['to'],
        message: 'The field to is unsure: confidence 0.40.',
      },
    ]);
  });

  it('information asks for no review', () => {
    const fields = [...goodFields, value('to', 'date', '2025-03-02', 0.4)];
    expect(judge(judged({ fields })).verdict.verdict).toBe('approve');
  });
});

describe('coverage and gaps', () => {
  it('count required fields, rows and pages', () => {
    const document = judged({ fields: goodFields.slice(1), rowsSeen: 3, firstPage: 2, lastPage: 4 });
    const [found] = judge(document, { pageCount: 4 }).verdict.documents;
    expect(found?.coverage).toEqual({
      fieldsExpected: 2,
      fieldsAnswered: 1,
      rowsSeen: 3,
      rowsExtracted: 0,
      pages: 3,
      pagesRead: 1,
    });
    expect(found?.gaps).toEqual([
      'field total was not found',
      '3 of 3 rows seen were not extracted',
      '3 of 4 pages were not read',
    ]);
  });

  it('count neither fields that are not required nor rows that were extracted', () => {
    const row = { group: 'items', cells: {}, provenance: { page: 1, box: [0, 0, 1, 1] as const, words: '' } };
    const document = judged({ fields: [value('net', 'money', '1.00')], rowsSeen: 3, rows: [row] });
    const [found] = judge(document).verdict.documents;
    expect([found?.coverage.fieldsAnswered, found?.gaps.at(-1)]).toEqual([
      0,
      '2 of 3 rows seen were not extracted',
    ]);
  });

  it('name pages whose words have a mean confidence below 0.6, and not empty ones', () => {
    const read = (page: number, confidences: readonly number[]) => {
      const reading = pageReading(['word '.repeat(confidences.length)], { page });
      const words = reading.lines.flatMap((line) => line.words);
      const [line] = reading.lines;
      if (line === undefined) throw new Error('one line was made');
      const unsure = words.map((word, index) => ({ ...word, confidence: confidences[index] ?? 0 }));
      return { ...reading, lines: [{ ...line, words: unsure }] };
    };
    const pages = [
      read(1, [0.5, 0.75]),
      read(2, [0.5, 0.5]),
      { ...pageReading([]), page: 3 },
      read(4, [0.6, 0.6]),
    ];
    const document = { ...judged({ lastPage: 4 }), pages };
    expect(judge(document, { pageCount: 4 }).verdict.documents[0]?.gaps).toEqual([
      'page 2 could only be read poorly',
    ]);
  });

  it('D-07: name characters that could not be read', () => {
    const lost = { ...pageReading(['Total 1\ufffd,00 \ufffdEUR']), page: 1 };
    expect(judge({ ...judged(), pages: [lost] }).verdict.documents[0]?.gaps).toEqual([
      'page 1 has 2 characters that could not be read',
    ]);
  });

  it('name what could not be read at all', () => {
    const pages = [
      pageReading(['Bill of Jane Doe'], { unread: ['damaged-picture', 'xfa-form'] }),
      pageReading(['Total 9.00'], { page: 2, unread: ['damaged-page', 'attached-document'] }),
    ];
    const document = { ...judged({ fields: goodFields, lastPage: 2 }), pages };
    expect(judge(document, { pageCount: 2 }).verdict.documents[0]?.gaps).toEqual([
      'page 1 has a damaged picture that could not be read whole',
      'the file is an XFA form, whose content was not read',
      'page 2 is damaged and could not be read whole',
      'the file has attached documents, which were not read',
    ]);
  });

  it('count a page that two documents share once', () => {
    const documents = [judged({ fields: goodFields }), judged({ fields: goodFields, index: 2 })];
    const run = { documents, expectations: {}, checks: true, acceptedAt: builtAtMs };
    expect(judgeRun({ ...run, pageCount: 2 }).documents.map(({ gaps }) => gaps)).toEqual([
      ['1 of 2 pages were not read'],
      [],
    ]);
  });

  it('are those of the first document where pages of the file were not read', () => {
    const second = {
      ...judged({ index: 2, firstPage: 2, lastPage: 2 }),
      pages: [pageReading(['Bill of John Doe'], { page: 2 })],
    };
    const gaps = judgeRun({
      documents: [judged(), second],
      pageCount: 3,
      expectations: {},
      checks: true,
      acceptedAt: builtAtMs,
    }).documents.map((document) => document.gaps);
    expect(gaps).toEqual([['1 of 3 pages were not read'], []]);
  });

  it('a run without documents has no verdict against it', () => {
    const none = {
      documents: [],
      pageCount: 2,
      expectations: { total: '9' },
      checks: true,
      acceptedAt: builtAtMs,
    };
    expect(judgeRun(none)).toEqual({ verdict: 'approve', documents: [] });
  });
});

describe('rules at their bounds', () => {
  const at = (rule: ClassRule, fields: readonly FieldValue[], facts: Partial<DocumentFields> = {}) =>
    findingsOf(judged({ fields: [value('from', 'date', '2025-03-01'), ...fields], ...facts }, [rule])).filter(
      ({ code }) => code === rule.code,
    );
  const total = (amount: string) => value('total', 'money', amount);

  it('a sum adds, subtracts, and allows its tolerance', () => {
    const rule = {
      kind: 'sum',
      code: 'SUM',
      total: 'total',
      plus: ['net', 'tax'],
      minus: ['discount'],
      tolerance: 0.02,
      severity: 'reject',
    } as const;
    const parts = [
      value('net', 'money', '8.00'),
      value('tax', 'money', '2.00'),
      value('discount', 'money', '1.00'),
    ];
    const wrong = {
      code: 'SUM',
      severity: 'reject',
      fields: ['total', 'net', 'tax', 'discount'],
      message: 'total is not what its parts add up to.',
    };
    expect(
      ['9.00', '9.02', '8.98', '9.03', '8.97'].map((amount) => at(rule, [total(amount), ...parts])),
    ).toEqual([[], [], [], [wrong], [wrong]]);
    expect([at(rule, parts), at(rule, [total('1.00'), ...parts.slice(1)])]).toEqual([[], []]);
    expect(at(rule, [total('1.00'), ...parts.slice(0, 2)])).toEqual([]);
  });

  it('rows add up within their tolerance; rows of other tables and unreadable cells count for nothing', () => {
    const rule = {
      kind: 'rows-sum',
      code: 'ROWS',
      group: 'items',
      column: 'amount',
      total: 'total',
      tolerance: 0.02,
      severity: 'review',
    } as const;
    const row = (cells: Record<string, string>, group = 'items') => ({
      group,
      cells,
      provenance: { page: 1, box: [0, 0, 1, 1] as const, words: '' },
    });
    const rows = [row({ amount: '4.00' }), row({ amount: '5.00' }), row({ amount: '70.00' }, 'other')];
    const wrong = {
      code: 'ROWS',
      severity: 'review',
      fields: ['total'],
      message:
        'The rows add up to 9.00, which is neither total nor another amount outside them; rows may be missing.',
    };
    expect(['9.02', '8.98', '9.03', '8.97'].map((amount) => at(rule, [total(amount)], { rows }))).toEqual([
      [],
      [],
      [wrong],
      [wrong],
    ]);
    expect([
      at(rule, [], { rows }),
      at(rule, [total('1.00')], { rows: [] }),
      at(rule, [total('1.00')], { rows: [...rows, row({})] }),
      at(rule, [total('1.00')], { rows: rows.slice(2) }),
    ]).toEqual([[], [], [], []]);
  });

  it('an amount lies between its bounds, which are allowed', () => {
    const rule = {
      kind: 'amount-range',
      code: 'AMOUNT',
      field: 'total',
      min: 1,
      max: 9,
      severity: 'review',
    } as const;
    const wrong = {
      code: 'AMOUNT',
      severity: 'review',
      fields: ['total'],
      message: 'total is not between 1 and 9.',
    };
    expect(['1.00', '9.00', '0.99', '9.01'].map((amount) => at(rule, [total(amount)]))).toEqual([
      [],
      [],
      [wrong],
      [wrong],
    ]);
    expect([at(rule, []), at(rule, [total('unreadable')])]).toEqual([[], []]);
  });

  it('a day lies between its bounds, which are allowed, and says both when it does not', () => {
    const rule = {
      kind: 'date-range',
      code: 'DAY',
      field: 'to',
      from: '2000-01-01',
      daysAhead: 2,
      severity: 'review',
    } as const;
    const on = (day: string) => at(rule, [value('to', 'date', day)]);
    expect([on('2000-01-01'), on('2026-01-03'), at(rule, [])]).toEqual([[], [], []]);
    expect(on('1999-12-31')).toEqual([
      {
        code: 'DAY',
        severity: 'review',
        fields: ['to'],
        message: 'to is not between 2000-01-01 and 2026-01-03.',
      },
    ]);
  });

  it('dates in the wrong order name both fields; one alone says nothing', () => {
    const rule = {
      kind: 'date-order',
      code: 'ORDER',
      earlier: 'net',
      later: 'to',
      severity: 'review',
    } as const;
    const [early, late] = [value('net', 'date', '2025-03-02'), value('to', 'date', '2025-03-01')];
    expect([at(rule, [early]), at(rule, [late])]).toEqual([[], []]);
    expect(at(rule, [early, late])).toEqual([
      {
        code: 'ORDER',
        severity: 'review',
        fields: ['net', 'to'],
        message: 'to lies before net.',
      },
    ]);
  });

  it('wrong check digits are counted and their pages named', () => {
    const rule = { kind: 'check-digits', code: 'DIGITS', scheme: 'vat', severity: 'review' } as const;
    const lines = ['DE136695977', 'FR40303265046', 'DE136695976'];
    expect(findingsOf(judged({}, [rule], lines))).toEqual([
      {
        code: 'DIGITS',
        severity: 'review',
        fields: [],
        message: '2 vat number(s) have wrong check digits (page 1, 1).',
      },
    ]);
    expect(findingsOf(judged({}, [rule], ['DE136695976']))).toEqual([]);
  });
});

describe('expectations, one by one', () => {
  const found = (expectations: Record<string, string>, document = judged()) =>
    findingsOf(document, { expectations });
  const missing = (code: string, message: string, fields: readonly string[] = []) => [
    { code, severity: 'review', fields, message },
  ];

  it('a type by its name or its title', () => {
    expect([found({ docType: 'bill' }), found({ docType: 'BILL' })]).toEqual([[], []]);
    const titled = judged();
    const document = { ...titled, documentClass: { ...titled.documentClass, title: 'Utility bill' } };
    expect([found({ docType: 'Utility Bill' }, document), found({ docType: 'bill' }, document)]).toEqual([
      [],
      [],
    ]);
  });

  it('a type that is surely another one is refused from confidence 0.9', () => {
    const finding = (severity: string) => ({
      code: 'EXPECTED_TYPE_MISMATCH',
      severity,
      fields: [],
      message: 'The document is not of the expected type.',
    });
    expect(found({ docType: 'letter' }, judged({ confidence: 0.9 }))).toEqual([finding('reject')]);
    expect(found({ docType: 'letter' }, judged({ confidence: 0.89 }))).toEqual([finding('review')]);
    const documents = [judged(), judged({ index: 2, confidence: 0.7 })];
    const run = {
      documents,
      pageCount: 2,
      expectations: { docType: 'letter' },
      checks: true,
      acceptedAt: builtAtMs,
    };
    expect(judgeRun(run).documents.map(({ findings }) => findings)).toEqual([[finding('review')], []]);
  });

  it('a name whose words stand on one page, in any order, without single letters', () => {
    const document = judged({}, [], ['Bill of Jane', 'Doe']);
    const apart = { ...document, pages: [pageReading(['Jane']), pageReading(['Doe'], { page: 2 })] };
    const wanted = missing('EXPECTED_NAME_MISSING', 'The expected name does not stand on the pages.');
    expect([
      found({ fullName: 'Doe, Jane Q.' }, document),
      found({ fullName: 'Jane Roe' }, document),
    ]).toEqual([[], wanted]);
    expect([found({ fullName: 'Jane Doe' }, apart), found({ fullName: 'Q.' }, document)]).toEqual([
      wanted,
      wanted,
    ]);
  });

  it('a reason that stands on one of the pages', () => {
    const document = {
      ...judged(),
      pages: [pageReading(['Bill']), pageReading(['late', 'fee'], { page: 2 })],
    };
    expect(found({ reason: 'late' }, document)).toEqual([]);
    expect(found({ reason: 'hardship' }, document)).toEqual(
      missing('EXPECTED_REASON_MISSING', 'The expected reason does not stand on the pages.'),
    );
  });

  it('dates from and to a day, which is allowed', () => {
    expect([found({ dateFrom: '2025-03-01' }), found({ dateTo: '2025-03-01' })]).toEqual([[], []]);
    expect(found({ dateFrom: '2025-03-02' })).toEqual(
      missing('EXPECTED_DATE_MISMATCH', 'A date lies before 2025-03-02.', ['from']),
    );
    expect(found({ dateTo: '2025-02-28' })).toEqual(
      missing('EXPECTED_DATE_MISMATCH', 'A date lies after 2025-02-28.', ['from']),
    );
    expect(found({ dateFrom: '01/04/2025' })).toEqual(
      missing('EXPECTED_DATE_MISMATCH', 'A date lies before 2025-04-01.', ['from']),
    );
    expect(found({ dateTo: 'soon' })).toEqual(missing('EXPECTATION_INVALID', 'dateTo is not a date.'));
  });

  it('a field by its kind: dates as days, money as amounts, names as text', () => {
    expect([found({ from: '01/03/2025' }), found({ total: 'EUR 9,00' })]).toEqual([[], []]);
    expect(found({ from: '02/03/2025' })).toEqual(
      missing('EXPECTED_VALUE_MISMATCH', 'from is not what was expected.', ['from']),
    );
    const named = (type: FieldType, wanted: string) =>
      found({ net: wanted }, judged({ fields: [...goodFields, value('net', type, '12-3')] }));
    const wrong = missing('EXPECTED_VALUE_MISMATCH', 'net is not what was expected.', ['net']);
    expect([named('identifier', 'No. 123'), named('identifier', 'No. 124')]).toEqual([[], wrong]);
    for (const type of ['text', 'count', 'currency'] as const) {
      expect([named(type, '12 3'), named(type, 'No. 123')]).toEqual([[], wrong]);
    }
  });

  it('a field that the class has and the document does not is not met', () => {
    expect(found({ net: '9.00' })).toEqual(
      missing('EXPECTED_VALUE_MISMATCH', 'net is not what was expected.', ['net']),
    );
  });

  it('a field that no class here has is for information', () => {
    expect(found({ colour: 'red' })).toEqual([
      {
        code: 'EXPECTATION_UNKNOWN',
        severity: 'info',
        fields: ['colour'],
        message: 'Nothing here has a field colour.',
      },
    ]);
  });

  it('one document, and one of its pages, that meets an expectation is enough', () => {
    const letter = { ...judged({ index: 2 }), pages: [pageReading(['Dear Sir'])] };
    const [name, title] = ['letter', 'Letter'];
    const other = { ...letter, documentClass: { ...letter.documentClass, name, title } };
    const paged = { ...judged(), pages: [...judged().pages, pageReading(['Page 2'], { page: 2 })] };
    const expectations = { docType: 'bill', fullName: 'Jane Doe', reason: 'bill of' };
    const run = {
      documents: [paged, other],
      pageCount: 3,
      expectations,
      checks: true,
      acceptedAt: builtAtMs,
    };
    expect(judgeRun(run).documents.map(({ findings }) => findings)).toEqual([[], []]);
  });

  it('one document whose field is the expected one is enough', () => {
    const other = judged({
      index: 2,
      fields: [value('total', 'money', '5.00'), value('from', 'date', '2025-03-01')],
    });
    const run = {
      documents: [judged(), other],
      pageCount: 2,
      expectations: { total: '5' },
      checks: true,
      acceptedAt: builtAtMs,
    };
    expect(judgeRun(run).documents.map(({ findings }) => findings)).toEqual([[], []]);
  });
});

describe('approval by target (D-17)', () => {
  const sure = { fields: ['total'], confidence: 0.99, assured: 0.981 };
  const withTarget = (target: number, approval: DocumentFields['approval']): JudgedDocument => {
    const document = judged(approval === undefined ? {} : { approval });
    return {
      ...document,
      documentClass: { ...document.documentClass, approval: { decisive: ['total'], target } },
    };
  };

  it('approves a document that the target is assured for, and no other', () => {
    expect(judge(judged({ approval: sure })).verdict.verdict).toBe('approve');
    const unsure = judge(judged({ approval: { ...sure, assured: 0.979 } }));
    expect(unsure.verdict.verdict).toBe('review');
    expect(unsure.verdict.documents[0]?.findings).toEqual([
      {
        code: 'APPROVAL_UNSURE',
        severity: 'review',
        fields: ['total'],
        message:
          'Of documents that were as sure, 97.9 % or more are right in total; approval without a person needs 98.0 %.',
      },
    ]);
  });

  it('takes the target of the class', () => {
    expect(judge(withTarget(0.9, { ...sure, assured: 0.95 })).verdict.verdict).toBe('approve');
    expect(judge(withTarget(0.99, sure)).codes).toEqual(['APPROVAL_UNSURE']);
  });

  it('does not ask for a review because of a field that is not decisive', () => {
    const fields = [value('total', 'money', '9.00'), value('from', 'date', '2025-03-01', 0.2)];
    const { verdict } = judge(judged({ fields, approval: sure }));
    expect(verdict.verdict).toBe('approve');
    expect(verdict.documents[0]?.findings.map(({ code, severity }) => [code, severity])).toEqual([
      ['FIELD_UNSURE', 'info'],
    ]);
    expect(judge(judged({ fields })).verdict.verdict).toBe('review');
  });

  it('asks for a review where a decisive field is unsure or a required one is missing', () => {
    const unsure = [value('total', 'money', '9.00', 0.2), value('from', 'date', '2025-03-01')];
    expect(judge(judged({ fields: unsure, approval: sure })).verdict.verdict).toBe('review');
    const missing = [value('total', 'money', '9.00')];
    expect(judge(judged({ fields: missing, approval: sure })).codes).toEqual(['FIELD_MISSING']);
  });
});
