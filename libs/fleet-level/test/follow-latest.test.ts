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
  const received: string[] = [];
  const following = followLatest({
    recordLog: fleet.cluster.log('reader'),
    codec: { decode },
    topic: 'fleet.level',
    clock: fleet.clock,
    signal: fleet.signal,
    onValue: ({ key, value }) => received.push(`${key} ${value.level}`),
    onUndecodable: () => received.push('undecodable'),
  });
  await fleet.clock.settle(following);
  return received;
}

test('delivers only the newest value of each key, then every new one', async () => {
  await fleet.clock.settle(fleet.writeLevel('L1'));
  await fleet.clock.settle(fleet.orders.setLevel('L3', { by: 'anna', reason: 'tried' }));
  await fleet.clock.settle(fleet.writeLevel('L2'));
  const received = await follow();
  expect(received.toSorted()).toEqual(['level L2', 'order L3']);
  await fleet.clock.settle(fleet.writeLevel('L4'));
  await fleet.clock.advance(10);
  expect(received.slice(2)).toEqual(['level L4']);
});

test('waits for a registry that is not available, and loses nothing', async () => {
  await fleet.clock.settle(fleet.writeLevel('L2'));
  let calls = 0;
  const received = await follow((topic, bytes) => {
    calls += 1;
    return calls < 4 ? Promise.reject(new FailureError('REGISTRY_UNAVAILABLE')) : codec.decode(topic, bytes);
  });
  expect({ received, calls }).toEqual({ received: ['level L2'], calls: 4 });
});

test('continues after a value that cannot be decoded', async () => {
  const garbage = { topic: 'fleet.level', key: Buffer.from('order'), value: Buffer.from('x'), headers: {} };
  await fleet.clock.settle(fleet.cluster.log('operator').produce([garbage]));
  await fleet.clock.settle(fleet.writeLevel('L2'));
  expect((await follow()).toSorted()).toEqual(['level L2', 'undecodable']);
});
