import fc from 'fast-check';
import { expect, it } from 'vitest';
import { batchStateOf, countFiles, isBatchEnd } from './batch.ts';
import { runStatuses, type RunStatus } from './run.ts';

const stateOf = (statuses: readonly RunStatus[], cancelAsked = false) =>
  batchStateOf(countFiles(statuses), cancelAsked);

it.each([
  [['accepted', 'accepted'], false, 'QUEUED'],
  [['accepted', 'running', 'in_review'], false, 'PROCESSING'],
  [['in_review', 'completed'], false, 'PROCESSING'],
  [['accepted', 'completed'], false, 'PROCESSING'],
  [['running', 'cancelled'], true, 'PROCESSING'],
  [['completed', 'completed_with_gaps'], false, 'COMPLETED'],
  [['completed', 'completed'], true, 'COMPLETED'],
  [['completed', 'failed'], false, 'PARTIALLY_COMPLETED'],
  [['completed', 'failed'], true, 'PARTIALLY_COMPLETED'],
  [['completed', 'cancelled'], false, 'PARTIALLY_COMPLETED'],
  [['completed', 'cancelled'], true, 'CANCELLED'],
  [['failed', 'expired', 'rejected'], false, 'FAILED'],
  [['failed', 'cancelled'], false, 'FAILED'],
  [['failed', 'cancelled'], true, 'CANCELLED'],
  [['cancelled', 'cancelled'], false, 'CANCELLED'],
] as const)('A-02: files %j, cancelled as a batch: %s, make it %s', (statuses, cancelAsked, state) => {
  expect(stateOf(statuses, cancelAsked)).toBe(state);
});

it('A-02: a batch has ended when no file is waiting or running, and every file counts once', () => {
  const open: ReadonlySet<RunStatus> = new Set(['accepted', 'running', 'in_review']);
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom(...runStatuses), { minLength: 1, maxLength: 100 }),
      fc.boolean(),
      (statuses, cancelAsked) => {
        expect(isBatchEnd(stateOf(statuses, cancelAsked))).toBe(!statuses.some((each) => open.has(each)));
        const { files, ...groups } = countFiles(statuses);
        expect(Object.values(groups).reduce((sum, count) => sum + count, 0)).toBe(files);
      },
    ),
  );
});

it('counts the files of a draft as waiting', () => {
  expect(countFiles([null, null])).toEqual({
    files: 2,
    waiting: 2,
    running: 0,
    inReview: 0,
    completed: 0,
    failed: 0,
    cancelled: 0,
  });
});
