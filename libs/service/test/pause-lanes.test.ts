import { expect, test } from 'vitest';
import { forward, startedStage } from './started-stage.ts';

const normal = new Set(['normal'] as const);
const all = new Set(['urgent', 'high', 'normal'] as const);

test('O-10: a paused lane starts nothing and uses no attempt; the others go on, and it goes on after the pause', async () => {
  const fleet = await startedStage(forward);
  fleet.gate.pauseLanes(normal);
  await fleet.submit('held', 'L0', 'normal');
  await fleet.submit('goes on', 'L0', 'urgent');
  await fleet.clock.advance(600_000);
  expect([fleet.handled, fleet.cluster.dump('classification.retry.30s').length]).toEqual([['goes on'], 0]);
  expect(fleet.running.idleMs()).toBeLessThan(90_000);
  fleet.gate.pauseLanes(new Set());
  await fleet.clock.runUntil(() => fleet.handled.length === 2);
  await fleet.clock.settle(fleet.running.drain(1000));
});

test('O-10: records of a paused lane do not fill the look-ahead of the others', async () => {
  const fleet = await startedStage(forward, { maxRecords: 2 });
  fleet.gate.pauseLanes(normal);
  for (const name of 'abcdefgh') await fleet.submit(name, 'L0', 'normal');
  await fleet.clock.advance(5000);
  for (const name of ['1', '2', '3', '4']) await fleet.submit(name, 'L0', 'high');
  await fleet.clock.advance(60_000);
  expect(fleet.handled).toEqual(['1', '2', '3', '4']);
  fleet.gate.pauseLanes(new Set());
  await fleet.clock.runUntil(() => fleet.handled.length === 12);
  await fleet.clock.settle(fleet.running.drain(1000));
});

test('O-10: a lane that was full when it was paused leaves the look-ahead to the others', async () => {
  const fleet = await startedStage(forward, { maxRecords: 2 });
  fleet.gate.set('fleet-level', true);
  for (const name of ['a', 'b', 'c', 'd']) await fleet.submit(name, 'L0', 'normal');
  await fleet.clock.advance(5000);
  fleet.gate.pauseLanes(normal);
  fleet.gate.set('fleet-level', false);
  await fleet.submit('1', 'L0', 'high');
  await fleet.clock.advance(60_000);
  expect(fleet.handled).toEqual(['1']);
  fleet.gate.pauseLanes(new Set());
  await fleet.clock.runUntil(() => fleet.handled.length === 5);
  await fleet.clock.settle(fleet.running.drain(1000));
});

test('O-10: a paused stage holds every record over a restart, and says so in a metric', async () => {
  const fleet = await startedStage(forward);
  fleet.gate.pauseLanes(all);
  for (const lane of all) await fleet.submit(`of ${lane}`, 'L0', lane);
  await fleet.clock.advance(60_000);
  expect(await fleet.metrics.text()).toContain(
    'docfleet_lane_paused{lane="urgent",service="classification"} 1',
  );
  await fleet.clock.settle(fleet.running.drain(1000));
  expect(fleet.handled).toEqual([]);
  const passed = fleet.cluster.committed('classification').filter(({ offset }) => offset > 0n);
  expect(passed).toEqual([]);
});
