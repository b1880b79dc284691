import { expect, test } from 'vitest';
import { failureText } from './run.mjs';

test('a failure is its message; a fault of the program also says where', () => {
  expect(failureText(new Error('no labels'))).toBe('no labels');
  expect(failureText('no labels')).toBe('no labels');
  expect(failureText(new TypeError('x is undefined'))).toMatch(
    /^TypeError: x is undefined\n +at .*run\.test\.ts/,
  );
});
