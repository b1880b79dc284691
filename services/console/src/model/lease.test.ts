import { expect, test } from 'vitest';
import { countdown, isRenewalDue, leaseTime } from './lease.ts';

const until = new Date(300_000).toISOString();

test('a lease counts down, is announced in its last minute, and ends', () => {
  expect(leaseTime(until, 300_000, 0)).toEqual({ secondsLeft: 300, phase: 'held' });
  expect(leaseTime(until, 300_000, 239_999)).toEqual({ secondsLeft: 61, phase: 'held' });
  expect(leaseTime(until, 300_000, 240_000)).toEqual({ secondsLeft: 60, phase: 'ending' });
  expect(leaseTime(until, 300_000, 299_001)).toEqual({ secondsLeft: 1, phase: 'ending' });
  expect(leaseTime(until, 300_000, 400_000)).toEqual({ secondsLeft: 0, phase: 'over' });
  expect(leaseTime(until, 300_000, -900).secondsLeft).toBe(300);
  // A short lease is not announced all the time.
  expect([leaseTime(until, 20_000, 290_000).phase, leaseTime(until, 20_000, 295_000).phase]).toEqual([
    'held',
    'ending',
  ]);
  expect([countdown(300), countdown(65), countdown(5)]).toEqual(['5:00', '1:05', '0:05']);
});

test('a lease is renewed after a third of it, for a person who is there', () => {
  const lease = { until: 300_000, leaseMs: 300_000, activeAt: 50_000 };
  expect(isRenewalDue(lease, 99_999)).toBe(false);
  expect(isRenewalDue(lease, 100_000)).toBe(true);
  expect(isRenewalDue({ ...lease, activeAt: 0 }, 200_000)).toBe(false);
});
