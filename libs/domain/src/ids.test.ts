import { expect, test } from 'vitest';
import { outcomeIdOf, outcomeIdOfOrder, rejectionIdOf, runIdOf, runIdOfPosition, traceIdOf } from './ids.ts';

const at = { topic: 'documents.normal', partition: 3, offset: '42' };

test('A-04: the same tenant and requestId are always the same run, on every machine', () => {
  expect(runIdOf('acme', 'order-1')).toBe('9aad6695-146b-5bd1-80a6-5e7decdcca93');
});

test('ids differ wherever a part differs, also where parts would read the same when joined', () => {
  const ids = [
    runIdOf('a', 'bc'),
    runIdOf('ab', 'c'),
    runIdOfPosition('cluster', at, '1'),
    runIdOfPosition('cluster', { ...at, partition: 4 }, '1'),
    rejectionIdOf('cluster', at),
    outcomeIdOf('run', 1, 'ocr', at),
    outcomeIdOf('run', 2, 'ocr', at),
    outcomeIdOfOrder('run', 1, 'cancelled'),
    outcomeIdOfOrder('run', 1, 'expired'),
  ];
  expect(new Set(ids).size).toBe(ids.length);
});

test('O-05: the trace of a run is its id', () => {
  expect(traceIdOf('6A1D4C0E-5B0F-4A67-9D0A-6F1F2F6F7C11')).toBe('6a1d4c0e5b0f4a679d0a6f1f2f6f7c11');
});
