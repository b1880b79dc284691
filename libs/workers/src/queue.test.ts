import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createPriorityQueue } from './queue.ts';

test('lower numbers come first, equals in order of arrival', () => {
  const queue = createPriorityQueue<string>();
  queue.push('normal 1', 2);
  queue.push('urgent', 0);
  queue.push('normal 2', 2);
  queue.push('high', 1);
  expect([queue.shift(), queue.shift(), queue.shift(), queue.shift(), queue.shift()]).toEqual([
    'urgent',
    'high',
    'normal 1',
    'normal 2',
    undefined,
  ]);
});

test('a removed item is not served and cannot be removed twice', () => {
  const queue = createPriorityQueue<string>();
  queue.push('a', 0);
  queue.push('b', 0);
  expect([queue.remove('a'), queue.remove('a'), queue.size, queue.shift()]).toEqual([true, false, 1, 'b']);
});

test('returns any sequence in the order of a stable sort by priority', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 3 })), (priorities) => {
      const queue = createPriorityQueue<number>();
      priorities.forEach((priority, index) => {
        queue.push(index, priority);
      });
      const expected = priorities
        .map((priority, index) => ({ priority, index }))
        .toSorted((a, b) => a.priority - b.priority)
        .map(({ index }) => index);
      expect(priorities.map(() => queue.shift())).toEqual(expected);
    }),
  );
});
