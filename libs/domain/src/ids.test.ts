import { expect, test } from 'vitest';
import {
  outcomeIdOf,
  outcomeIdOfDecision,
  outcomeIdOfOrder,
  rejectionIdOf,
  reviewTaskIdOf,
  runIdOf,
  runIdOfSubmission,
  traceIdOf,
} from './ids.ts';

const unnamed = { tenantId: 'acme', requestId: null };
const first = { runId: 'run', revision: 1, round: 0 };
const at = { topic: 'documents.normal', partition: 3, offset: '42' };
const source = { ...at, timestampMs: 1, clusterId: 'cluster' };

test('A-04: the same tenant and requestId are always the same run, on every machine', () => {
  expect(runIdOf('acme', 'order-1')).toBe('9aad6695-146b-5bd1-80a6-5e7decdcca93');
  expect(runIdOfSubmission({ tenantId: 'acme', requestId: 'order-1' }, source)).toBe(
    '9aad6695-146b-5bd1-80a6-5e7decdcca93',
  );
});

test('M-01: a submission without a requestId is named by where its record was first written', () => {
  expect(runIdOfSubmission(unnamed, source)).toBe('f077190d-49b5-5fe5-a531-f75040077932');
  expect(runIdOfSubmission(unnamed, { ...source, redrive: { revision: 2, at: 5 } })).toBe(
    'f077190d-49b5-5fe5-a531-f75040077932',
  );
});

test('ids differ wherever a part differs, also where parts would read the same when joined', () => {
  const ids = [
    runIdOf('a', 'bc'),
    runIdOf('ab', 'c'),
    runIdOfSubmission(unnamed, source),
    runIdOfSubmission(unnamed, { ...source, partition: 4 }),
    rejectionIdOf('cluster', at),
    outcomeIdOf({ ...first, revision: 2 }, 'ocr', at),
    outcomeIdOf({ ...first, round: 1 }, 'ocr', at),
    outcomeIdOf(first, 'ocr', at),
    outcomeIdOfDecision('run', 1, 'decision-1'),
    outcomeIdOfDecision('run', 1, 'decision-2'),
    outcomeIdOfDecision('run', 2, 'decision-1'),
    reviewTaskIdOf(first),
    reviewTaskIdOf({ ...first, round: 1 }),
    reviewTaskIdOf({ ...first, revision: 2 }),
    outcomeIdOfOrder('run', 1, 'cancelled'),
    outcomeIdOfOrder('run', 1, 'expired'),
  ];
  expect(new Set(ids).size).toBe(ids.length);
});

test('O-05: the trace of a run is its id', () => {
  expect(traceIdOf('6A1D4C0E-5B0F-4A67-9D0A-6F1F2F6F7C11')).toBe('6a1d4c0e5b0f4a679d0a6f1f2f6f7c11');
});

test('every id is the same on every machine and for ever', () => {
  expect([
    runIdOfSubmission(unnamed, { ...source, timestampMs: 1_700_000_000_000 }),
    rejectionIdOf('cluster', at),
    outcomeIdOf(first, 'ocr', at),
    outcomeIdOfOrder('run', 1, 'cancelled'),
    outcomeIdOfOrder('run', 1, 'expired'),
  ]).toEqual([
    'cc3dda47-2370-5837-ba6f-72b61057c812',
    '90eae938-29ce-5ff6-afad-e2fd96b1660a',
    '43b881e0-52cd-58b0-846c-f1da446e6b12',
    '70c7d215-11a7-59a1-bb08-2585c59fb36e',
    'e41b6af0-1048-565b-8553-ce1419395ef0',
  ]);
});
