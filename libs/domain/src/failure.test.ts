import fc from 'fast-check';
import { expect, test } from 'vitest';
import { failure, FailureError, failures, isFailureCode, toFailure } from './failure.ts';

test('a failure is found through the causes around it', () => {
  const thrown = new Error('outer', {
    cause: new Error('middle', { cause: new FailureError('DOC_CORRUPT', { page: 3 }) }),
  });
  expect(toFailure(thrown)).toEqual({
    code: 'DOC_CORRUPT',
    message: failures.DOC_CORRUPT.message,
    details: { page: 3 },
  });
});

test('a full disk is a full store', () => {
  expect(toFailure(Object.assign(new Error('write'), { code: 'ENOSPC' })).code).toBe('STORE_FULL');
});

test('an error without a code is an internal error', () => {
  expect(toFailure(new TypeError('x is not a function'))).toEqual(failure('INTERNAL_ERROR'));
});

test('it does not throw, whatever was thrown', () => {
  const hostile = Object.defineProperty({}, 'cause', {
    get: () => {
      throw new Error('no');
    },
  });
  const circular: { cause?: unknown } = {};
  circular.cause = circular;
  expect([hostile, circular].map((thrown) => toFailure(thrown).code)).toEqual([
    'INTERNAL_ERROR',
    'INTERNAL_ERROR',
  ]);
  fc.assert(
    fc.property(fc.anything(), (thrown) => {
      expect(isFailureCode(toFailure(thrown).code)).toBe(true);
    }),
  );
});
