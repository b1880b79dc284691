import { avroTypeOf, type IntegrationTask } from '@docfleet/contracts';
import type { DocumentFields } from '@docfleet/domain';
import { expect, test } from 'vitest';
import { noResults, type RunResults } from './bundle.ts';
import { terminalEventOf } from './terminal-event.ts';

const bundle = {
  uri: 's3://docfleet/result.json',
  sha256: '00',
  mediaType: 'application/json',
  sizeBytes: 1,
};

const task: IntegrationTask = {
  context: {
    runId: '0b3a6c1e-6f0e-5a53-8d52-1f8f3c3f7a11',
    revision: 1,
    requestId: null,
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
    fileName: null,
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

function documentWith(index: number, values: readonly string[]): DocumentFields {
  return {
    index,
    documentClass: 'invoice',
    classVersion: 1,
    confidence: 1,
    firstPage: index,
    lastPage: index,
    fields: values.map((value) => ({
      name: 'note',
      type: 'text' as const,
      value,
      normalised: value,
      confidence: 1,
      provenance: { page: index, box: [0, 0, 1, 1], words: value },
      source: 'candidates@1',
    })),
    rows: [],
    rowsSeen: 0,
  };
}

const eventOf = (results: RunResults, given = task): ReturnType<typeof terminalEventOf> =>
  terminalEventOf({ task: given, results, bundle, supersedes: null });

test('the event of a completed run has its documents with their fields', () => {
  const { topic, value } = eventOf({ ...noResults, fields: [documentWith(1, ['a'])] });
  expect(topic).toBe('documents.completed');
  expect(value).toMatchObject({
    status: 'completed',
    fieldsOmitted: false,
    documents: [{ index: 1, fields: [{ name: 'note', value: 'a' }] }],
  });
});

test('D-03: the event of a completed run names the engines, including the fallback', () => {
  const pages = (['onnx', 'tesseract', 'onnx'] as const).map((engine, index) => ({
    page: index + 1,
    engine,
  }));
  const readings = { pages } as unknown as RunResults['readings'];
  expect(eventOf({ ...noResults, readings }).value).toMatchObject({ engines: ['onnx', 'tesseract'] });
});

test('M-18: the event stays below the record limit, however much was found', () => {
  const note = '\u6f22'.repeat(500);
  const fields = Array.from({ length: 200 }, (_, index) => documentWith(index + 1, [note, note]));
  const findings = Array.from({ length: 40 }, () => ({
    code: 'X',
    severity: 'review' as const,
    fields: [],
    message: note,
  }));
  const coverage = {
    fieldsExpected: 1,
    fieldsAnswered: 1,
    rowsSeen: 0,
    rowsExtracted: 0,
    pages: 1,
    pagesRead: 1,
  };
  const documents = fields.map(({ index }) => ({
    index,
    verdict: 'review' as const,
    findings,
    coverage,
    gaps: Array.from({ length: 40 }, () => note),
  }));
  const { topic, value } = eventOf({ ...noResults, fields, verdict: { verdict: 'review', documents } });
  expect(value).toMatchObject({ fieldsOmitted: true });
  expect(avroTypeOf(topic).toBuffer(value).length).toBeLessThan(256 * 1024);
});

test.each(['failed', 'cancelled', 'expired'] as const)(
  'a run that ends %s has its failure on the failed topic',
  (status) => {
    const failure = { code: 'DOC_CORRUPT', message: 'damaged', stage: 'preprocess', page: 2 };
    const given = { ...task, ending: { ...task.ending, status, verdict: null, failure } };
    expect(eventOf(noResults, given)).toMatchObject({
      topic: 'documents.failed',
      value: { status, failure, bundle },
    });
  },
);

test('M-15: a repetition gives the same event', () => {
  const results = { ...noResults, fields: [documentWith(1, ['a'])] };
  expect(eventOf(results)).toEqual(eventOf(structuredClone(results)));
});

const coverage = {
  fieldsExpected: 1,
  fieldsAnswered: 1,
  rowsSeen: 0,
  rowsExtracted: 0,
  pages: 1,
  pagesRead: 1,
};

/** The verdict over document 1 with these remarks. */
function verdictWith(messages: readonly string[], gaps: readonly string[]): RunResults['verdict'] {
  const findings = messages.map((message) => ({
    code: 'SUM',
    severity: 'review' as const,
    fields: [],
    message,
  }));
  return { verdict: 'approve', documents: [{ index: 1, verdict: 'approve', findings, coverage, gaps }] };
}

const common = {
  outcomeId: 'o1',
  runId: task.context.runId,
  revision: 1,
  supersedes: null,
  requestId: null,
  tenantId: 'acme',
  documentId: null,
  lane: 'normal',
  bundle,
  timings: [],
  degradation: 'L0',
  acceptedAt: 1,
  endedAt: 5,
  callbackUrl: null,
};

test('a completed run tells everything that is known of it', () => {
  const results = {
    ...noResults,
    fields: [documentWith(1, ['a'])],
    verdict: verdictWith(['The sum differs.'], ['no date']),
  };
  const given = { ...task, ending: { ...task.ending, status: 'completed_with_gaps' as const } };
  expect(eventOf(results, given)).toEqual({
    topic: 'documents.completed',
    value: {
      ...common,
      status: 'completed_with_gaps',
      verdict: 'approve',
      documents: [
        {
          index: 1,
          documentClass: 'invoice',
          classVersion: 1,
          confidence: 1,
          firstPage: 1,
          lastPage: 1,
          classSource: 'classified',
          verdict: 'approve',
          findings: ['The sum differs.'],
          gaps: ['no date'],
          fields: [
            {
              name: 'note',
              type: 'text',
              value: 'a',
              normalised: 'a',
              confidence: 1,
              page: 1,
              box: [0, 0, 1, 1],
              source: 'machine',
            },
          ],
        },
      ],
      fieldsOmitted: false,
      engines: [],
      pageCount: 1,
    },
  });
});

test('what was not judged is for review', () => {
  const given = { ...task, ending: { ...task.ending, verdict: null } };
  expect(eventOf({ ...noResults, fields: [documentWith(1, ['a'])] }, given).value).toMatchObject({
    verdict: 'review',
    documents: [{ verdict: 'review', findings: [], gaps: [] }],
  });
});

test('an ending that says failed without a failure is an internal error', () => {
  const given = { ...task, ending: { ...task.ending, status: 'failed' as const, verdict: null } };
  expect(eventOf(noResults, given).value).toEqual({
    ...common,
    status: 'failed',
    failure: {
      code: 'INTERNAL_ERROR',
      message: 'An unexpected error occurred.',
      stage: null,
      page: null,
    },
  });
});

test('M-18: a value in the event is cut at 500 characters', () => {
  const { value } = eventOf({ ...noResults, fields: [documentWith(1, ['x'.repeat(501)])] });
  const cut = 'x'.repeat(500);
  expect(value).toMatchObject({ documents: [{ fields: [{ value: cut, normalised: cut }] }] });
});

test('M-18: 400 fields travel in the event, and of more none', () => {
  const omitted = (count: number): unknown => {
    const { value } = eventOf({ ...noResults, fields: [documentWith(1, Array<string>(count).fill('a'))] });
    return 'fieldsOmitted' in value && [value.fieldsOmitted, value.documents[0]?.fields.length];
  };
  expect([omitted(400), omitted(401)]).toEqual([
    [false, 400],
    [true, 0],
  ]);
});

test('M-18: 48 Ki characters of names, values, findings and gaps travel in the event, and of more none', () => {
  const omitted = (gapLength: number): unknown => {
    // Each field is its name of 4 characters and twice 500.
    const { value } = eventOf({
      ...noResults,
      fields: [documentWith(1, Array<string>(40).fill('x'.repeat(500)))],
      verdict: verdictWith(['f'.repeat(1000)], ['g'.repeat(gapLength)]),
    });
    return 'fieldsOmitted' in value && value.fieldsOmitted;
  };
  const rest = 48 * 1024 - 40 * 1004 - 1000;
  expect([omitted(rest), omitted(rest + 1)]).toEqual([false, true]);
});

test('M-18: without its fields a document still has two findings and two gaps of 60 characters', () => {
  const long = 'y'.repeat(61);
  const { value } = eventOf({
    ...noResults,
    fields: [documentWith(1, Array<string>(401).fill('a'))],
    verdict: verdictWith([long, 'b', 'c'], [long, 'e', 'f']),
  });
  expect(value).toMatchObject({
    documents: [{ findings: [long.slice(0, 60), 'b'], gaps: [long.slice(0, 60), 'e'] }],
  });
});
