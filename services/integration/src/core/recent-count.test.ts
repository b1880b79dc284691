import fc from 'fast-check';
import { expect, test } from 'vitest';
import { RecentCount } from './recent-count.ts';

test('O-03: counts the events of the last ten minutes, as a rate an hour', () => {
  const count = new RecentCount(0);
  for (let at = 0; at < 1_200_000; at += 20_000) count.add(at);
  expect(count.perHour(1_199_999)).toBe(180);
  expect(count.perHour(1_499_999)).toBe(90);
  expect(count.perHour(1_900_000)).toBe(0);
});

test('O-03: a process that has just started is not taken for a slow one, nor one event for a fast one', () => {
  const count = new RecentCount(0);
  count.add(1_000);
  expect([count.perHour(2_000), count.perHour(120_000)]).toEqual([60, 30]);
});

test('never counts more than what was added within the window, nor keeps more than its buckets', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(700_000), { maxLength: 50 }), (steps) => {
      const count = new RecentCount(0);
      let now = 600_000;
      const times = steps.map((step) => {
        now += step;
        count.add(now);
        return now;
      });
      const within = times.filter((at) => at > now - 600_000).length;
      expect(count.perHour(now) / 6).toBeLessThanOrEqual(within);
      expect(count.perHour(now) / 6).toBeGreaterThanOrEqual(times.filter((at) => at > now - 590_000).length);
    }),
  );
});
