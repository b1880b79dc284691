import { expect, test } from 'vitest';
import { createWriteTimes } from './fleet-write-times.ts';

test('nothing was written: there is nothing to say', () => {
  expect(createWriteTimes().medianSeconds(1000)).toBeUndefined();
});

test('one slow write among quick ones is not a slow database', () => {
  const times = createWriteTimes();
  for (const lastsMs of [10, 20, 9000]) times.begin(0)(lastsMs);
  expect(times.medianSeconds(10_000)).toBe(0.02);
});

test('a write that does not end counts with its age', () => {
  const times = createWriteTimes();
  times.begin(1000);
  expect(times.medianSeconds(7000)).toBe(6);
});

test('what ended more than a minute ago is forgotten', () => {
  const times = createWriteTimes();
  times.begin(0)(8000);
  expect([times.medianSeconds(67_999), times.medianSeconds(68_000)]).toEqual([8, undefined]);
});

test('the median is of all writes, in whatever order they were made', () => {
  const times = createWriteTimes();
  for (const lastsMs of [9000, 10, 30]) times.begin(0)(lastsMs);
  expect(times.medianSeconds(10_000)).toBe(0.03);
});
