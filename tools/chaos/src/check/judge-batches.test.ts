import { expect, it, test } from 'vitest';
import type { BatchRow, TerminalEvent } from './facts.ts';
import { judgeBatches } from './judge-batches.ts';

const counts = { files: 2, waiting: 0, running: 0, inReview: 0, completed: 1, failed: 1, cancelled: 0 };

const row: BatchRow = {
  batchId: 'b',
  tenantId: 't',
  state: 'PARTIALLY_COMPLETED',
  revision: 1,
  counts,
  cancelAsked: false,
  runIds: ['x', 'y'],
  changedIn: '12',
  runsEndedIn: ['11', '12'],
  events: [{ type: 'batch.partially_completed', revision: 1, counts }],
};

const terminal = (runId: string, status: string): TerminalEvent => ({
  ...{ position: `documents.completed/0/${runId}`, tenantId: 't', runId, revision: 1, outcomeId: runId },
  ...{ status, code: null, verdict: null, fields: [], bundleUri: '', digest: '' },
});

const judged = (
  batches: readonly BatchRow[],
  { statuses = ['completed', 'failed'], answered = ['b'] }: { statuses?: string[]; answered?: string[] } = {},
): readonly string[] =>
  judgeBatches(
    { batches, terminal: [terminal('x', statuses[0] ?? ''), terminal('y', statuses[1] ?? '')] },
    { batches: new Map([['b', ['x', 'y']]]), answeredBatches: new Set(answered) },
  ).map(({ detail }) => detail);

it('A-02: has nothing against a batch that ended once, with its last run', () => {
  expect(judged([row])).toEqual([]);
});

const wrongCounts = { ...counts, completed: 2, failed: 0 };

test.each<[string, Partial<BatchRow>, string[]]>([
  [
    'a batch that says nothing',
    { events: [] },
    [
      'said nothing instead of batch.partially_completed 1 of {"cancelled":0,"completed":1,"failed":1,"files":2,"inReview":0,"running":0,"waiting":0}',
    ],
  ],
  ['a second end', { revision: 2 }, ['has ended 2 times']],
  [
    'an end apart from its runs',
    { changedIn: '13' },
    ['ended in a transaction that has ended none of its runs'],
  ],
  ['another file', { runIds: ['x', 'y', 'z'] }, ['has the runs x, y, z instead of x, y']],
])('A-02: detects %s', (_name, change, details) => {
  expect(judged([{ ...row, ...change }])).toEqual(details.map((detail) => `b: ${detail}`));
});

test.each<[string, Partial<BatchRow>]>([
  ['an event that is told twice', { events: [...row.events, ...row.events] }],
  ['an event with other counts', { events: [{ type: 'batch.completed', revision: 1, counts: wrongCounts }] }],
  ['counts unlike its runs', { counts: wrongCounts }],
  ['a state unlike its counts', { state: 'FAILED' }],
  ['a batch that goes on', { state: 'PROCESSING' }],
])('A-02: detects %s', (_name, change) => {
  expect(judged([{ ...row, ...change }])).toHaveLength(1);
});

it('A-02: detects a batch that is lost, doubled under another key, or cancelled without a request', () => {
  expect(judged([])).toEqual(['b: was accepted and is not there']);
  expect(judged([row, { ...row, batchId: 'c' }])).toEqual(['c: nobody has submitted it']);
  expect(judged([row], { answered: ['b', 'd'] })).toEqual(['d: was accepted and is not there']);
  const cancelled = { ...counts, failed: 0, cancelled: 1 };
  const type = 'batch.cancelled';
  const ended = {
    ...row,
    counts: cancelled,
    state: 'CANCELLED',
    events: [{ type, revision: 1, counts: cancelled }],
  };
  const statuses = ['completed', 'cancelled'];
  expect(judged([{ ...ended, cancelAsked: true }], { statuses })).toEqual([]);
  expect(judged([ended], { statuses })).toHaveLength(2);
});
