import { expect, test } from 'vitest';
import { createWriteTimes } from './write-times.ts';

test('without writes there is no median', () => {
  expect(createWriteTimes().medianSeconds(1000)).toBeUndefined();
});

test('one slow write among fast ones does not move the median', () => {
  const times = createWriteTimes();
  for (const durationMs of [10, 20, 9000]) times.begin(0)(durationMs);
  expect(times.medianSeconds(10_000)).toBe(0.02);
});

test('a running write counts with its age', () => {
  const times = createWriteTimes();
  times.begin(1000);
  expect(times.medianSeconds(7000)).toBe(6);
});

test('writes that ended more than a minute ago are forgotten', () => {
  const times = createWriteTimes();
  times.begin(0)(8000);
  expect([times.medianSeconds(67_999), times.medianSeconds(68_000)]).toEqual([8, undefined]);
});

test('the median is of all writes, in whatever order they were made', () => {
  const times = createWriteTimes();
  for (const lastsMs of [9000, 10, 30]) times.begin(0)(lastsMs);
  expect(times.medianSeconds(10_000)).toBe(0.03);
});
