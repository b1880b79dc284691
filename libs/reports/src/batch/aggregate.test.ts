import { expect, test } from 'vitest';
import { sampleBatch, sampleFile } from '../../test/sample-batch.ts';
import { aggregate, toJson } from './aggregate.ts';
import type { BatchReportInput, ReportFile } from './batch-report.ts';
import { statisticsOf } from './statistics.ts';

test('A-02: a batch in figures', () => {
  const { summary } = aggregate(sampleBatch(8, 2));
  expect(summary).toMatchObject({
    files: 8,
    ended: 8,
    pages: 14,
    documents: 7,
    byVerdict: { approve: 5, review: 2, reject: 0 },
    errorRate: 1 / 8,
    failures: [{ code: 'DOC_CORRUPT', files: 1 }],
    coverage: { fieldsAnswered: 49, fieldsExpected: 63, gaps: 2, pages: 14, pagesRead: 14 },
    wallMs: 17_200,
  });
  expect(summary.byStatus).toMatchObject({ completed: 5, completed_with_gaps: 2, failed: 1, running: 0 });
  expect(summary.filesPerHour).toBeCloseTo((8 * 3_600_000) / 17_200);
});

test('percentiles are values that occurred, by nearest rank', () => {
  expect(statisticsOf([5, 1, 2, 4, 3])).toEqual({ count: 5, mean: 3, p50: 3, p95: 5, max: 5 });
  const hundred = Array.from({ length: 100 }, (_, index) => index + 1);
  expect(statisticsOf(hundred)).toMatchObject({ p50: 50, p95: 95 });
  expect(statisticsOf([])).toBeNull();
});

test('an empty batch, and one that has not ended, have figures as well', () => {
  const empty = { ...sampleBatch(0), endedAt: null };
  expect(aggregate(empty).summary).toMatchObject({
    files: 0,
    errorRate: null,
    latencyMs: null,
    filesPerHour: null,
  });
});

function checksWith(change: Partial<ReportFile>, batch: BatchReportInput = sampleBatch(2)) {
  const [first, second] = batch.files;
  if (first === undefined || second === undefined) throw new Error('two files are needed');
  const { checks } = aggregate({ ...batch, files: [first, { ...second, ...change }] });
  return Object.fromEntries(checks.map(({ name, problems }) => [name, problems]));
}

const sound = { coverageComplete: [], hashesEqual: [], timesConsistent: [], errorsExplained: [] };
const [document] = sampleFile(2).documents;
const hash = sampleFile(2).hashes?.stated ?? '';

test('A-02: a batch that kept everything passes all checks', () => {
  expect(checksWith({})).toEqual(sound);
});

test.each<[string, Partial<ReportFile>, Record<string, string[]>]>([
  [
    'a document without a coverage',
    { documents: [{ ...document, coverage: null } as never] },
    { coverageComplete: ['file 2: document 1 has no coverage'] },
  ],
  [
    'a page that was not read',
    { documents: [{ ...document, coverage: { ...document?.coverage, pages: 3, pagesRead: 2 } } as never] },
    { coverageComplete: ['file 2: document 1 has 3 pages, of which 2 were read'] },
  ],
  [
    'a result that was changed',
    { hashes: { stated: hash, computed: 'other', evidence: hash } },
    { hashesEqual: ['file 2: the hash is not that of its documents'] },
  ],
  [
    'the evidence of another result',
    { hashes: { stated: hash, computed: hash, evidence: 'other' } },
    { hashesEqual: ['file 2: the evidence belongs to another result'] },
  ],
  [
    'the same file with another result',
    { sha256: '01'.repeat(32) },
    { hashesEqual: ['file 2: has another result than file 1, which is the same file'] },
  ],
  ['an end before the beginning', { endedAt: 0 }, { timesConsistent: ['file 2: ended before it began'] }],
  [
    'a failure without a reason',
    { status: 'failed', failure: null },
    { errorsExplained: ['file 2: is failed without a reason'] },
  ],
  [
    'a file that has not ended',
    { status: 'running', endedAt: null },
    { errorsExplained: ['file 2: has not ended: running'] },
  ],
])('A-02: %s is found', (_, change, expected) => {
  expect(checksWith(change)).toEqual({ ...sound, ...expected });
});

test('A-02: problems are named up to a number, and all are counted', () => {
  const files = Array.from({ length: 150 }, (_, index) => ({ ...sampleFile(1), n: index + 1, hashes: null }));
  const check = aggregate({ ...sampleBatch(0), files }).checks.find(({ name }) => name === 'hashesEqual');
  expect([check?.problems.length, check?.problemCount]).toEqual([100, 150]);
});

test('A-02: equal results have an equal hash, whatever their times are', () => {
  const batch = sampleBatch(3);
  const later = { ...batch, files: batch.files.map((file) => ({ ...file, endedAt: 9e12, runId: 'x' })) };
  const other = { ...batch, files: batch.files.slice(0, 2) };
  expect(aggregate(later).hash).toBe(aggregate(batch).hash);
  expect(aggregate(other).hash).not.toBe(aggregate(batch).hash);
});

test('A-02: the JSON has no addresses of objects, and a repetition gives the same bytes', () => {
  const text = toJson(sampleBatch(3));
  expect(text).toBe(toJson(structuredClone(sampleBatch(3))));
  expect(text).not.toContain('s3://');
  expect(JSON.parse(text)).toMatchObject({
    schema: 'docfleet.batch/1',
    files: [{ n: 1, latencyMs: 4_900 }, {}, {}],
  });
});
