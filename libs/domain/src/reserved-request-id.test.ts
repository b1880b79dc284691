import { expect, it } from 'vitest';
import { batchIdOf, requestIdOfBatchFile } from './ids.ts';
import { isReservedRequestId } from './reserved-request-id.ts';

it('A-02, A-04: ids of files of batches and drop folders are reserved, and what only begins like them is not', () => {
  const batchId = batchIdOf('acme', 'r');
  const reserved = [
    requestIdOfBatchFile(batchId, 1),
    requestIdOfBatchFile(batchId, 100),
    `drop-${'0a'.repeat(32)}`,
  ];
  expect(reserved.map(isReservedRequestId)).toEqual([true, true, true]);
  const free = [
    'batch-2026-11',
    `batch-${batchId}`,
    `my-batch-${batchId}-1`,
    'drop-1',
    `drop-${'0a'.repeat(32)}-2`,
    '',
  ];
  expect(free.map(isReservedRequestId)).toEqual(free.map(() => false));
});
