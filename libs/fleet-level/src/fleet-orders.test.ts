import { degradationLevels, localCodec } from '@docfleet/contracts';
import { lanes, stageNames } from '@docfleet/domain';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isStanding, keyOf, orderOf, orderRecord, pausedLanes, type FleetOrder } from './fleet-orders.ts';

const name = fc.stringMatching(/^[a-z][a-z0-9.-]{0,30}$/);
const orders: fc.Arbitrary<FleetOrder> = fc.oneof(
  fc.record({
    kind: fc.constant('level' as const),
    level: fc.option(fc.constantFrom(...degradationLevels)),
  }),
  fc.record({
    kind: fc.constant('breaker' as const),
    breaker: name,
    state: fc.option(fc.constantFrom('open' as const, 'closed' as const)),
  }),
  fc.record({
    kind: fc.constant('pause' as const),
    stage: fc.constantFrom(...stageNames),
    lane: fc.option(fc.constantFrom(...lanes)),
    paused: fc.boolean(),
  }),
  fc.record({ kind: fc.constant('drain' as const), process: name, drained: fc.boolean() }),
  fc.record({
    kind: fc.constant('models' as const),
    digest: fc.option(name),
    previous: fc.option(name),
  }),
);
const by = { by: 'anna', reason: 'drill' };

test('O-10 an order is read back as it was given, by every release of its record', async () => {
  const codec = localCodec();
  await fc.assert(
    fc.asyncProperty(orders, async (order) => {
      const { key, value } = orderRecord(order, by, 1000);
      const read = await codec.decode('fleet.level', await codec.encode('fleet.level', value));
      expect(orderOf(key, read)?.order).toEqual(order);
      expect(key).toBe(keyOf(order));
    }),
  );
});

test('O-10 an order stands until it is released or its time is over', () => {
  const order = { kind: 'pause', stage: 'ocr', lane: null, paused: true } as const;
  const given = (what: FleetOrder, until?: number) => {
    const { key, value } = orderRecord(what, { ...by, until }, 1000);
    const read = orderOf(key, value);
    if (read === undefined) throw new Error('not read');
    return read;
  };
  expect([
    isStanding(given(order), 1e15),
    isStanding(given(order, 5000), 4999),
    isStanding(given(order, 5000), 5000),
    isStanding(given({ ...order, paused: false }), 1000),
  ]).toEqual([true, true, false, false]);
  expect([...pausedLanes([given({ ...order, lane: 'high' })], 'ocr', 2000)]).toEqual(['high']);
  expect([...pausedLanes([given(order)], 'extraction', 2000)]).toEqual([]);
});

test.each(['level', 'pause/nowhere', 'pause/ocr/slow', 'later/kind'])('ignores a record of key %s', (key) => {
  expect(orderOf(key, orderRecord({ kind: 'level', level: 'L2' }, by, 0).value)).toBeUndefined();
});
