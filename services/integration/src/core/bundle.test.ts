import type { IntegrationTask } from '@docfleet/contracts';
import {
  resultHash,
  type DocumentFields,
  type PageManifest,
  type ReadingManifest,
  type RunVerdict,
} from '@docfleet/domain';
import { expect, test } from 'vitest';
import { buildBundle, noResults, type RunResults } from './bundle.ts';

const ref = { uri: 's3://docfleet/x', sha256: '00', mediaType: 'image/png', sizeBytes: 1 };

const task: IntegrationTask = {
  context: {
    runId: '0b3a6c1e-6f0e-5a53-8d52-1f8f3c3f7a11',
    revision: 2,
    requestId: 'request-1',
    documentId: null,
    tenantId: 'acme',
    lane: 'normal',
    region: 'local',
    claimDate: '2026-01-01',
    acceptedAt: 1,
    expiresAt: 2,
    budgetMs: 600_000,
    usedMs: 10,
    timings: [],
    maxBytes: 1,
    maxPages: 1,
    maxPagePixels: 1,
    route: 'auto',
    degradation: 'L0',
    spend: 0,
    callbackUrl: null,
    expectations: {},
    documentClass: null,
    checks: true,
    round: 0,
    review: 'never',
    fourEyesAbove: null,
    fileName: 'scan.pdf',
  },
  input: null,
  ending: {
    outcomeId: 'o1',
    status: 'completed',
    verdict: 'approve',
    failure: null,
    endedBy: 'validation',
    decisionId: null,
    at: 5,
  },
  results: {},
  pageCount: 1,
};

const fields: readonly DocumentFields[] = [
  {
    index: 1,
    documentClass: 'invoice',
    classVersion: 1,
    confidence: 0.9,
    firstPage: 1,
    lastPage: 1,
    fields: [
      {
        name: 'total',
        type: 'money',
        value: '1,00',
        normalised: '1.00',
        confidence: 0.8,
        provenance: { page: 1, box: [0, 0, 10, 10], words: '1,00' },
        source: 'candidates@1',
      },
    ],
    rows: [],
    rowsSeen: 0,
  },
];

const verdict: RunVerdict = {
  verdict: 'review',
  documents: [
    {
      index: 1,
      verdict: 'review',
      findings: [{ code: 'SUM', severity: 'review', fields: ['total'], message: 'The sum differs.' }],
      coverage: {
        fieldsExpected: 2,
        fieldsAnswered: 1,
        rowsSeen: 0,
        rowsExtracted: 0,
        pages: 1,
        pagesRead: 1,
      },
      gaps: ['no date'],
    },
  ],
};

const results: RunResults = {
  manifest: {
    mediaType: 'application/pdf',
    pageCount: 1,
    pages: [{ page: 1, image: ref, widthPx: 10, heightPx: 20 }],
  } as unknown as PageManifest,
  readings: {
    pages: [{ page: 1, engine: 'onnx', engineVersion: 'v1', fromCache: false, reading: ref }],
  } as unknown as ReadingManifest,
  fields,
  verdict,
};

test('A-02: a result says that the submission named the class, and nothing where it was found', () => {
  const submitted = fields.map((each) => ({ ...each, classSource: 'submitted' as const }));
  const documentsOf = (bundle: ReturnType<typeof buildBundle>) =>
    (bundle['result.json'] as { documents: readonly object[] }).documents;
  expect(documentsOf(buildBundle(task, { ...results, fields: submitted }))).toMatchObject([
    { documentClass: 'invoice', classSource: 'submitted' },
  ]);
  expect(documentsOf(buildBundle(task, results))[0]).not.toHaveProperty('classSource');
});

test('D-11: a completed run has its documents, its evidence and its coverage', () => {
  const bundle = buildBundle(task, results);
  expect(bundle['result.json']).toMatchObject({
    schema: 'docfleet.result/1',
    outcomeId: 'o1',
    revision: 2,
    status: 'completed',
    engines: ['onnx'],
    documents: [
      { documentClass: 'invoice', verdict: 'review', gaps: ['no date'], findings: [{ code: 'SUM' }] },
    ],
  });
  expect(bundle['evidence_registry.json']).toMatchObject({
    pages: [{ page: 1, engine: 'onnx', image: ref, widthPx: 10, heightPx: 20 }],
    values: [{ document: 1, field: 'total', value: '1,00', box: [0, 0, 10, 10] }],
  });
  expect(bundle['coverage_report.json']).toMatchObject({
    documents: [{ document: 1, fieldsExpected: 2, fieldsAnswered: 1, gaps: ['no date'] }],
  });
});

test('D-11: a repetition gives the same bytes', () => {
  const text = (): string => JSON.stringify(buildBundle(task, structuredClone(results)));
  expect(text()).toBe(text());
});

test('D-11: the hash depends on the documents found only', () => {
  const hashOf = (given: IntegrationTask): unknown => buildBundle(given, results)['result.json'];
  const later = { ...task, context: { ...task.context, revision: 3, acceptedAt: 99 } };
  expect(hashOf(later)).toMatchObject({ resultHash: (hashOf(task) as { resultHash: string }).resultHash });
  expect(resultHash([{ a: 1 }])).not.toBe(resultHash([{ a: 2 }]));
});

test('a run that ended early has an empty bundle with its failure', () => {
  const failure = { code: 'DOC_CORRUPT', message: 'damaged', stage: 'preprocess', page: null };
  const failed = { ...task, ending: { ...task.ending, status: 'failed' as const, verdict: null, failure } };
  const bundle = buildBundle(failed, noResults);
  expect(bundle['result.json']).toMatchObject({ status: 'failed', failure, documents: [] });
  expect(bundle['evidence_registry.json']).toMatchObject({ pages: [], values: [] });
  expect(bundle['coverage_report.json']).toMatchObject({ documents: [] });
});

test('D-11: every artifact says what it is, and everything that is known of the run', () => {
  const [document] = fields;
  const identity = { outcomeId: 'o1', runId: task.context.runId, revision: 2 };
  const [judged] = verdict.documents;
  const documents = [
    {
      index: 1,
      documentClass: 'invoice',
      classVersion: 1,
      confidence: 0.9,
      firstPage: 1,
      lastPage: 1,
      verdict: 'review',
      findings: judged?.findings,
      gaps: ['no date'],
      fields: document?.fields,
      rows: [],
    },
  ];
  expect(buildBundle(task, results)).toEqual({
    'result.json': {
      schema: 'docfleet.result/1',
      ...identity,
      requestId: 'request-1',
      documentId: null,
      tenantId: 'acme',
      lane: 'normal',
      fileName: 'scan.pdf',
      status: 'completed',
      verdict: 'approve',
      failure: null,
      input: null,
      pageCount: 1,
      documents,
      resultHash: resultHash(documents),
      degradation: 'L0',
      route: 'auto',
      engines: ['onnx'],
      engineVersions: ['v1'],
      timings: [],
      acceptedAt: 1,
      endedAt: 5,
    },
    'evidence_registry.json': {
      schema: 'docfleet.evidence/1',
      ...identity,
      resultHash: resultHash(documents),
      pages: [
        {
          page: 1,
          engine: 'onnx',
          engineVersion: 'v1',
          fromCache: false,
          reading: ref,
          image: ref,
          widthPx: 10,
          heightPx: 20,
        },
      ],
      values: [
        {
          document: 1,
          field: 'total',
          value: '1,00',
          normalised: '1.00',
          confidence: 0.8,
          source: 'candidates@1',
          page: 1,
          box: [0, 0, 10, 10],
          words: '1,00',
        },
      ],
    },
    'coverage_report.json': {
      schema: 'docfleet.coverage/1',
      ...identity,
      documents: [{ document: 1, ...judged?.coverage, gaps: ['no date'] }],
    },
  });
});

test('D-11: a document that was not judged has no verdict, and a page without an image no size', () => {
  const bundle = buildBundle(task, { ...results, verdict: null, manifest: null });
  expect(bundle['result.json']).toMatchObject({ documents: [{ verdict: null, findings: [], gaps: [] }] });
  expect(bundle['evidence_registry.json']).toMatchObject({
    pages: [{ page: 1, reading: ref, image: null, widthPx: null, heightPx: null }],
  });
});

test('D-11: the verdict over a document is the one with its number', () => {
  const other = { ...fields[0], index: 2 } as DocumentFields;
  const bundle = buildBundle(task, { ...results, fields: [...fields, other] });
  expect(bundle['result.json']).toMatchObject({
    documents: [{ verdict: 'review' }, { verdict: null }],
  });
});

test('a run without results has none of each kind', () => {
  expect(noResults).toEqual({ manifest: null, readings: null, fields: null, verdict: null });
});

test('the hash is SHA-256 over the text of the documents, in hexadecimal', () => {
  // sha256sum of the two characters []
  expect(resultHash([])).toBe('4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945');
});
