import { expect, test } from 'vitest';
import { slowCalls } from './slow-calls.ts';

test('judges from the least number of calls on, by the share of slow ones', () => {
  const calls = slowCalls({ windowMs: 1000, minCalls: 4, ratio: 0.5 });
  expect([true, false, false, true].map((slow, index) => calls.note({ at: index, slow }))).toEqual([
    false,
    false,
    false,
    true,
  ]);
});

test('what left the window no longer counts', () => {
  const calls = slowCalls({ windowMs: 1000, minCalls: 2, ratio: 0.5 });
  calls.note({ at: 0, slow: true });
  expect([calls.note({ at: 1001, slow: true }), calls.note({ at: 1002, slow: true })]).toEqual([false, true]);
});

test('forgetting starts over', () => {
  const calls = slowCalls({ windowMs: 1000, minCalls: 2, ratio: 0.5 });
  calls.note({ at: 0, slow: true });
  calls.forget();
  expect(calls.note({ at: 1, slow: true })).toBe(false);
});
