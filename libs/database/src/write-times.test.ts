import { expect, test } from 'vitest';
import { createWriteTimes, timeWrite } from './write-times.ts';

const lasting = (...durationsMs: readonly number[]) => {
  const times = createWriteTimes();
  for (const durationMs of durationsMs) times.begin(0)(durationMs);
  return times;
};

test('without writes there is no duration', () => {
  expect(createWriteTimes().percentileSeconds(1000)).toBeUndefined();
});

test('one slow write in twenty does not count, two do', () => {
  const fast = Array.from({ length: 18 }, () => 20);
  expect([
    lasting(...fast, 20, 9000).percentileSeconds(10_000),
    lasting(...fast, 8000, 9000).percentileSeconds(10_000),
  ]).toEqual([0.02, 8]);
});

test('a running write counts with its age', () => {
  const times = createWriteTimes();
  times.begin(1000);
  expect(times.percentileSeconds(7000)).toBe(6);
});

test('writes that ended more than a minute ago are forgotten', () => {
  const times = lasting(8000);
  expect([times.percentileSeconds(67_999), times.percentileSeconds(68_000)]).toEqual([8, undefined]);
});

test('the duration is of all writes, in whatever order they were made', () => {
  expect(lasting(9000, 10, 30).percentileSeconds(10_000)).toBe(9);
});

test('a write is timed from its call to its end, also when it fails', async () => {
  let now = 0;
  const times = createWriteTimes();
  const write = timeWrite(
    (durationMs: number, fails: boolean) => {
      now += durationMs;
      return fails ? Promise.reject(new Error('refused')) : Promise.resolve('written');
    },
    { times, clock: { now: () => now } },
  );
  expect(await write(100, false)).toBe('written');
  await expect(write(7000, true)).rejects.toThrow('refused');
  expect(times.percentileSeconds(now)).toBe(7);
});
