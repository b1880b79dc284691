import { FailureError } from '@docfleet/domain';
import { expect, test } from 'vitest';
import { fromWireError, parseFromChild, toWireError } from './messages.ts';

test('a failure keeps its code and details across the boundary', () => {
  const back = fromWireError(toWireError(new FailureError('DOC_CORRUPT', { page: 3 })));
  expect(back).toBeInstanceOf(FailureError);
  expect(back).toMatchObject({ code: 'DOC_CORRUPT', details: { page: 3 } });
});

test('any other error stays a plain error', () => {
  expect(fromWireError(toWireError(new TypeError('no such thing')))).not.toBeInstanceOf(FailureError);
  expect(fromWireError(toWireError('a string')).message).toBe('a string');
});

test.each([undefined, null, 'ready', 7, {}, { kind: 'other' }])('%j is not a message', (message) => {
  expect(parseFromChild(message)).toBeUndefined();
});

test('a message is returned unchanged', () => {
  expect(parseFromChild({ kind: 'done', id: 4, output: 'x' })).toEqual({ kind: 'done', id: 4, output: 'x' });
});
