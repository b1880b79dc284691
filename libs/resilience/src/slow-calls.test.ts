import { expect, test } from 'vitest';
import { slowCalls } from './slow-calls.ts';

test('judges the share of slow calls from the minimum number of calls', () => {
  const calls = slowCalls({ windowMs: 1000, minCalls: 4, ratio: 0.5 });
  expect([true, false, false, true].map((slow, index) => calls.add({ at: index, slow }))).toEqual([
    false,
    false,
    false,
    true,
  ]);
});

test('calls outside of the window do not count', () => {
  const calls = slowCalls({ windowMs: 1000, minCalls: 2, ratio: 0.5 });
  calls.add({ at: 0, slow: true });
  expect([calls.add({ at: 1001, slow: true }), calls.add({ at: 1002, slow: true })]).toEqual([false, true]);
});

test('clear removes all calls', () => {
  const calls = slowCalls({ windowMs: 1000, minCalls: 2, ratio: 0.5 });
  calls.add({ at: 0, slow: true });
  calls.clear();
  expect(calls.add({ at: 1, slow: true })).toBe(false);
});
