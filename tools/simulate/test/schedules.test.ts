import { expect, test } from 'vitest';
import { makePlan } from '../src/plan/make-plan.ts';
import { playSeeds, everyNth } from '../src/play-seeds.ts';
import { runSchedule } from '../src/run-schedule.ts';

const seeds = 300;

test('M-15: over seeded schedules of faults every accepted revision ends once, and nothing is stuck or lost', async () => {
  const tally = await playSeeds(everyNth(1, 1 + seeds, 1));
  expect(tally.failed).toEqual([]);
  expect(tally.schedules).toBe(seeds);
  const hit = [...tally.counts.keys()].filter((name) => name.startsWith('fault '));
  expect(hit.length).toBeGreaterThanOrEqual(24);
}, 180_000);

test('a schedule is the same every time, so that a failing one can be looked at', async () => {
  const [first, second] = [
    await runSchedule(makePlan(7), { verbose: true }),
    await runSchedule(makePlan(7), { verbose: true }),
  ];
  expect(second.lines).toEqual(first.lines);
  expect(second.steps).toBe(first.steps);
});

test('every schedule has at least five documents of two tenants in three lanes, two members a stage and two faults', () => {
  for (const seed of everyNth(1, 500, 1)) {
    const { documents, faults, membersPerStage } = makePlan(seed);
    expect(documents.length).toBeGreaterThanOrEqual(5);
    expect(new Set(documents.map(({ lane }) => lane)).size).toBe(3);
    expect(new Set(documents.map(({ tenantId }) => tenantId)).size).toBe(2);
    expect(membersPerStage).toBeGreaterThanOrEqual(2);
    expect(faults.length).toBeGreaterThanOrEqual(2);
  }
});
