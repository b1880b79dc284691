import { afterEach, beforeEach, expect, test } from 'vitest';
import { testFleet, type TestFleet } from './fleet-parts.ts';

let fleet: TestFleet;

beforeEach(() => {
  fleet = testFleet();
});

afterEach(() => {
  fleet.stop();
});

const operatorOrder = { state: 'open', reason: 'tried', by: 'anna' } as const;

test('R-01 a process reports its breakers every 10 s, a little early so that processes do not report in step', async () => {
  const { member } = fleet.member('ocr');
  await fleet.clock.settle(member.join(fleet.signal));
  const startedAt = fleet.clock.now();
  await fleet.clock.advance(20_000);
  expect(
    (await fleet.reports()).map(({ at, ...report }) => ({ afterMs: at - startedAt, ...report })),
  ).toEqual(
    [0, 9000, 18_000].map((afterMs) => ({
      afterMs,
      process: 'ocr-host-1',
      service: 'ocr',
      breakers: [{ name: 'ocr', state: 'closed' }],
      measures: {},
      models: [],
    })),
  );
});

test('R-01 a change is reported within half a second, and exported', async () => {
  const { member, breaker, metrics } = fleet.member('ocr');
  await fleet.clock.settle(member.join(fleet.signal));
  await fleet.clock.advance(3000);
  breaker.set(operatorOrder);
  await fleet.clock.advance(500);
  expect((await fleet.reports()).at(-1)?.breakers).toEqual([{ name: 'ocr', state: 'open' }]);
  const text = await metrics.text();
  expect(text).toContain('docfleet_breaker_state{breaker="ocr",position="open",service="ocr"} 1');
  expect(text).toContain('docfleet_breaker_set_by_hand{breaker="ocr",service="ocr"} 1');
});

test('an undefined measure is left out', async () => {
  const { member } = fleet.member('ledger');
  member.measure('database-write-seconds', () => 0.25);
  member.measure('gpu-share', () => undefined);
  await fleet.clock.settle(member.join(fleet.signal));
  await fleet.clock.advance(10);
  expect((await fleet.reports()).at(-1)?.measures).toEqual({ 'database-write-seconds': 0.25 });
});

test('R-02 a process follows the level of the fleet from its start', async () => {
  await fleet.clock.settle(fleet.writeLevel('L4'));
  const { member, metrics } = fleet.member('preprocess');
  await fleet.clock.settle(member.join(fleet.signal));
  expect(member.currentLevel()).toEqual({ level: 'L4', reasons: ['test'], source: 'fleet' });
  expect(await metrics.text()).toContain('docfleet_degradation_level{service="preprocess"} 4');
  const levels: string[] = [];
  member.onLevel((level) => levels.push(level));
  await fleet.clock.settle(fleet.writeLevel('L0'));
  await fleet.clock.advance(10);
  expect(levels).toEqual(['L0']);
});

test('R-02 a level older than 60 s at the start is ignored', async () => {
  await fleet.clock.settle(fleet.writeLevel('L4'));
  await fleet.clock.advance(61_000);
  const { member } = fleet.member('preprocess');
  await fleet.clock.settle(member.join(fleet.signal));
  expect(member.currentLevel()).toEqual({ level: 'L0', reasons: [], source: 'self' });
});

test('R-02 a process without a level for 60 s judges by its own breakers, until it receives one', async () => {
  const { member, breaker } = fleet.member('ocr');
  await fleet.clock.settle(member.join(fleet.signal));
  await fleet.clock.settle(fleet.writeLevel('L0'));
  breaker.set(operatorOrder);
  await fleet.clock.advance(59_000);
  expect(member.level()).toBe('L0');
  await fleet.clock.advance(6000);
  expect(member.currentLevel()).toEqual({ level: 'L2', reasons: ['ocr-down'], source: 'self' });
  await fleet.clock.settle(fleet.writeLevel('L0'));
  await fleet.clock.advance(10);
  expect(member.level()).toBe('L0');
});

test('R-02 an operator sets the level for running and later processes, and releases it', async () => {
  const { member: early } = fleet.member('ocr');
  await fleet.clock.settle(early.join(fleet.signal));
  await fleet.clock.settle(
    fleet.orders.give({ kind: 'level', level: 'L4' }, { by: 'anna', reason: 'move of the store' }),
  );
  await fleet.clock.advance(3_600_000);
  const { member: late } = fleet.member('preprocess');
  await fleet.clock.settle(late.join(fleet.signal));
  const ordered = { level: 'L4', reasons: ['move of the store'], source: 'operator' };
  expect([early.currentLevel(), late.currentLevel()]).toEqual([ordered, ordered]);
  await fleet.clock.settle(fleet.orders.give({ kind: 'level', level: null }, { by: 'anna', reason: 'done' }));
  await fleet.clock.advance(10);
  expect([early.level(), late.level()]).toEqual(['L0', 'L0']);
});

test('R-01 an operator sets a breaker in running and later processes, and releases it', async () => {
  const early = fleet.member('ocr');
  await fleet.clock.settle(early.member.join(fleet.signal));
  const order = { by: 'anna', reason: 'models are put in' };
  await fleet.clock.settle(fleet.orders.give({ kind: 'breaker', breaker: 'ocr', state: 'open' }, order));
  await fleet.clock.advance(10);
  const late = fleet.member('ocr-2');
  await fleet.clock.settle(late.member.join(fleet.signal));
  const set = { state: 'open', reason: 'models are put in', by: 'anna' };
  expect([early.breaker.order, late.breaker.order]).toEqual([set, set]);
  await fleet.clock.settle(fleet.orders.give({ kind: 'breaker', breaker: 'ocr', state: null }, order));
  await fleet.clock.advance(10);
  expect([early.breaker, late.breaker].map((breaker) => [breaker.order, breaker.state])).toEqual([
    [undefined, 'closed'],
    [undefined, 'closed'],
  ]);
});

test('R-02 the worst level of the last minutes is known', async () => {
  const { member } = fleet.member('ocr');
  await fleet.clock.settle(member.join(fleet.signal));
  await fleet.clock.settle(fleet.writeLevel('L4'));
  await fleet.clock.advance(5000);
  await fleet.clock.settle(fleet.writeLevel('L0'));
  await fleet.clock.advance(5000);
  expect([member.worstWithin(1000), member.worstWithin(6000)]).toEqual(['L0', 'L4']);
});

test('a process that cannot reach the brokers continues to report', async () => {
  const { member } = fleet.member('ocr');
  await fleet.clock.settle(member.join(fleet.signal));
  fleet.cluster.faults.stopBrokers();
  await fleet.clock.advance(120_000);
  const before = (await fleet.reports()).length;
  fleet.cluster.faults.startBrokers();
  await fleet.clock.advance(60_000);
  expect((await fleet.reports()).length).toBeGreaterThan(before);
});

test('O-10 an operator pauses a lane and a stage, for running and later processes, until the release', async () => {
  const { member: early } = fleet.member('ocr');
  await fleet.clock.settle(early.join(fleet.signal));
  const seen: string[] = [];
  early.onOrders(() => seen.push([...early.orders().pausedLanes].join(' ')));
  const by = { by: 'anna', reason: 'move of the store' };
  const pause = (lane: 'high' | null, paused: boolean) =>
    fleet.clock.settle(fleet.orders.give({ kind: 'pause', stage: 'ocr', lane, paused }, by));
  await pause('high', true);
  await fleet.clock.advance(10);
  await pause(null, true);
  await fleet.clock.advance(10);
  const { member: late } = fleet.member('ocr');
  const { member: other } = fleet.member('extraction');
  await fleet.clock.settle(Promise.all([late.join(fleet.signal), other.join(fleet.signal)]));
  expect([late, other].map((member) => [...member.orders().pausedLanes])).toEqual([
    ['urgent', 'high', 'normal'],
    [],
  ]);
  await pause(null, false);
  await fleet.clock.advance(10);
  await pause('high', false);
  await fleet.clock.advance(10);
  expect(seen).toEqual(['high', 'urgent high normal', 'high', '']);
});

test('O-10 orders end by themselves at their time, without another record', async () => {
  const { member, breaker } = fleet.member('ocr');
  await fleet.clock.settle(member.join(fleet.signal));
  const by = { by: 'anna', reason: 'drill', until: fleet.clock.now() + 60_000 };
  await fleet.clock.settle(fleet.orders.give({ kind: 'level', level: 'L3' }, by));
  await fleet.clock.settle(fleet.orders.give({ kind: 'breaker', breaker: 'ocr', state: 'closed' }, by));
  await fleet.clock.settle(fleet.orders.give({ kind: 'pause', stage: 'ocr', lane: null, paused: true }, by));
  await fleet.clock.advance(50_000);
  const state = () => [member.level(), breaker.order?.state, member.orders().pausedLanes.size];
  expect(state()).toEqual(['L3', 'closed', 3]);
  await fleet.clock.advance(16_000);
  expect(state()).toEqual(['L0', undefined, 0]);
});

test('R-01 a breaker that the process sets itself stays set, whatever was ordered and released before', async () => {
  const { member, breaker } = fleet.member('ocr');
  await fleet.clock.settle(member.join(fleet.signal));
  const order = { kind: 'breaker', breaker: 'ocr', state: null } as const;
  await fleet.clock.settle(fleet.orders.give(order, { by: 'anna', reason: 'done' }));
  await fleet.clock.advance(10);
  breaker.set(operatorOrder);
  await fleet.clock.advance(60_000);
  expect(breaker.order).toEqual(operatorOrder);
});

test('O-10 an operator drains one process by its name, and pins a model version for all', async () => {
  const { member } = fleet.member('ocr');
  const { member: other } = fleet.member('extraction');
  await fleet.clock.settle(Promise.all([member.join(fleet.signal), other.join(fleet.signal)]));
  const by = { by: 'anna', reason: 'its disk is slow' };
  await fleet.clock.settle(fleet.orders.give({ kind: 'drain', process: 'ocr-host-1', drained: true }, by));
  await fleet.clock.settle(fleet.orders.give({ kind: 'models', digest: 'abc', previous: null }, by));
  await fleet.clock.advance(10);
  const isolated = { pausedLanes: new Set() };
  expect([member.orders(), other.orders()]).toEqual([
    { ...isolated, isDrained: true, models: 'abc' },
    { ...isolated, isDrained: false, models: 'abc' },
  ]);
});
