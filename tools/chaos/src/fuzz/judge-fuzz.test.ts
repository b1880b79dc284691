import { expect, test } from 'vitest';
import { judgeFuzz, type CallResult, type FuzzObservations } from './judge-fuzz.ts';
import type { NeighbourDocument } from './neighbour.ts';
import type { Watched } from './watch.ts';

const refused: CallResult = {
  description: 'POST /v1/jobs',
  isCutOff: false,
  answer: { status: 400, mediaType: 'application/problem+json', body: '{}' },
};

const answered = (status: number, mediaType = 'application/problem+json'): CallResult => ({
  ...refused,
  answer: { status, mediaType, body: '' },
});

const document: NeighbourDocument = { requestId: 'a', runId: 'r', status: 'completed', ms: 1_000 };

const service: Watched = {
  service: 'ocr',
  unhealthy: new Set(),
  notReadyMs: 2_000,
  startBytes: 100e6,
  peakBytes: 300e6,
  ends: 0,
};

const correct: FuzzObservations = {
  calls: [refused, answered(202, 'application/json')],
  before: [document],
  beside: [document],
  services: [service],
  crossings: [],
};

const kindsOf = (observed: Partial<FuzzObservations>): string[] =>
  judgeFuzz({ ...correct, ...observed }).map(({ kind }) => kind);

test('what must be has no violation', () => {
  expect(kindsOf({})).toEqual([]);
});

test.each<[string, Partial<FuzzObservations>, string]>([
  ['an answer 500', { calls: [answered(500)] }, 'server-error'],
  ['a call without an answer', { calls: [{ ...refused, answer: undefined }] }, 'no-answer'],
  ['a refusal without a problem', { calls: [answered(404, 'text/html')] }, 'no-problem'],
  [
    'a document of the neighbour that failed',
    { beside: [{ ...document, status: 'failed' }] },
    'neighbour-failed',
  ],
  ['a document of the neighbour that was late', { beside: [{ ...document, ms: 61_000 }] }, 'neighbour-late'],
  [
    'a service that stands still',
    { services: [{ ...service, unhealthy: new Set(['no reads']) }] },
    'stands-still',
  ],
  ['a service that is not ready for long', { services: [{ ...service, notReadyMs: 21_000 }] }, 'not-ready'],
  ['a process that was started again', { services: [{ ...service, ends: 1 }] }, 'restarted'],
  ['memory that grows', { services: [{ ...service, peakBytes: 700e6 }] }, 'memory'],
  ['what is readable across tenants', { crossings: ['GET /v1/jobs/r was answered 200'] }, 'readable'],
])('detects %s', (_name, observed, kind) => {
  expect(kindsOf(observed)).toEqual([kind]);
});

test('a call that was cut off may go without an answer', () => {
  expect(kindsOf({ calls: [{ ...refused, isCutOff: true, answer: undefined }] })).toEqual([]);
});

test('late is relative to documents without the fuzzed submissions where these are slow', () => {
  expect(kindsOf({ before: [{ ...document, ms: 5_000 }], beside: [{ ...document, ms: 90_000 }] })).toEqual(
    [],
  );
});
