import { localCodec, type RecordCodec } from '@docfleet/contracts';
import { FailureError } from '@docfleet/domain';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { followLatest } from '../src/index.ts';
import { testFleet, type TestFleet } from './fleet-parts.ts';

let fleet: TestFleet;

beforeEach(() => {
  fleet = testFleet();
});

afterEach(() => {
  fleet.stop();
});

const codec = localCodec();

async function follow(decode: RecordCodec['decode'] = (topic, bytes) => codec.decode(topic, bytes)) {
  const told: string[] = [];
  const following = followLatest({
    recordLog: fleet.cluster.log('reader'),
    codec: { decode },
    topic: 'fleet.level',
    clock: fleet.clock,
    signal: fleet.signal,
    onValue: ({ key, value }) => told.push(`${key} ${value.level}`),
    onUndecodable: () => told.push('undecodable'),
  });
  await fleet.clock.settle(following);
  return told;
}

test('tells only the newest value of each key, then every new one', async () => {
  await fleet.clock.settle(fleet.say('L1'));
  await fleet.clock.settle(fleet.orders.setLevel('L3', { by: 'anna', reason: 'tried' }));
  await fleet.clock.settle(fleet.say('L2'));
  const told = await follow();
  expect(told.toSorted()).toEqual(['level L2', 'order L3']);
  await fleet.clock.settle(fleet.say('L4'));
  await fleet.clock.advance(10);
  expect(told.slice(2)).toEqual(['level L4']);
});

test('waits for a registry that is away, and loses nothing', async () => {
  await fleet.clock.settle(fleet.say('L2'));
  let asked = 0;
  const told = await follow((topic, bytes) => {
    asked += 1;
    return asked < 4 ? Promise.reject(new FailureError('REGISTRY_UNAVAILABLE')) : codec.decode(topic, bytes);
  });
  expect({ told, asked }).toEqual({ told: ['level L2'], asked: 4 });
});

test('passes a value that no schema reads', async () => {
  const garbage = { topic: 'fleet.level', key: Buffer.from('order'), value: Buffer.from('x'), headers: {} };
  await fleet.clock.settle(fleet.cluster.log('operator').produce([garbage]));
  await fleet.clock.settle(fleet.say('L2'));
  expect((await follow()).toSorted()).toEqual(['level L2', 'undecodable']);
});
