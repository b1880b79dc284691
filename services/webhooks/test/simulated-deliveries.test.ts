import { expect, it } from 'vitest';
import { playDeliveries } from './simulation/play-deliveries.ts';

const schedules = 60;

it('A-05: under seeded faults every event is stored once and comes to each receiver, in the order of its document', async () => {
  const counts = new Map<string, number>();
  for (let seed = 1; seed <= schedules; seed += 1) {
    const played = await playDeliveries(seed);
    expect({ seed, violations: played.violations }).toEqual({ seed, violations: [] });
    for (const [name, count] of played.counts) counts.set(name, (counts.get(name) ?? 0) + count);
  }
  // Each kind of fault was played, and messages came twice, which receivers tell by their id.
  expect(counts.size).toBe(9);
}, 120_000);
