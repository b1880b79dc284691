import type { OutgoingRecord } from '@docfleet/record-log';
import { describe, expect, it } from 'vitest';
import { fakeProducers, textsOf } from '../test/fake-producers.ts';
import { RecordSender, type RecordSenderOptions } from './record-sender.ts';

const record = (text: string, partition = 0): OutgoingRecord => ({
  topic: 't',
  partition,
  key: null,
  value: Buffer.from(text),
  headers: {},
});

/** A record without a partition, of another topic. */
const keyed = (text: string, topic: string): OutgoingRecord => ({
  topic,
  key: Buffer.from('key'),
  value: Buffer.from(text),
  headers: {},
});

/** Partition 0 is led by broker 0, and so on. */
function senderOf(kafka: RecordSenderOptions['kafka'], parts: Partial<RecordSenderOptions> = {}) {
  const failedSends: unknown[] = [];
  const sender = new RecordSender({
    kafka,
    limitMs: 5_000,
    partitionOf: () => Promise.resolve(0),
    leaderOf: ({ partition }) => Promise.resolve(String(partition)),
    onFailedSend: (error) => failedSends.push(error),
    ...parts,
  });
  return { sender, failedSends };
}

const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

const answered = (): Promise<void> => Promise.resolve();

describe('RecordSender', () => {
  it('sends the records of each partition in their order', async () => {
    const { kafka, seen } = fakeProducers(answered);
    const { sender } = senderOf(kafka);
    await sender.produce([record('a'), record('b', 1), record('c')]);
    expect(textsOf(seen.batches)).toEqual([['a', 'c'], ['b']]);
  });

  it('R-06: a record whose topic is not found yet holds no other', async () => {
    const { kafka, seen } = fakeProducers(answered);
    const found = Promise.withResolvers<number>();
    const { sender } = senderOf(kafka, { partitionOf: () => found.promise });
    const waiting = sender.produce([keyed('a', 'unknown')]);
    await sender.produce([record('b')]);
    expect(textsOf(seen.batches)).toEqual([['b']]);
    found.resolve(0);
    await waiting;
    expect(textsOf(seen.batches)).toEqual([['b'], ['a']]);
  });

  it('R-06: a partition without a leader holds no other', async () => {
    const { kafka, seen } = fakeProducers(answered);
    const elected = Promise.withResolvers<string>();
    const { sender } = senderOf(kafka, {
      leaderOf: ({ partition }) => (partition === 1 ? elected.promise : Promise.resolve('0')),
    });
    const waiting = sender.produce([record('a', 1)]);
    await sender.produce([record('b', 0)]);
    expect(textsOf(seen.batches)).toEqual([['b']]);
    elected.resolve('0');
    await waiting;
    expect(textsOf(seen.batches)).toEqual([['b'], ['a']]);
  });

  it('sends nothing of a call with a record whose topic is not found', async () => {
    const { kafka, seen } = fakeProducers(answered);
    const missing = new Error('topic unknown was not found');
    const { sender, failedSends } = senderOf(kafka, { partitionOf: () => Promise.reject(missing) });
    await expect(sender.produce([record('a'), keyed('b', 'unknown')])).rejects.toMatchObject({
      code: 'BROKER_UNAVAILABLE',
      cause: missing,
    });
    expect({ batches: seen.batches, failedSends }).toEqual({ batches: [], failedSends: [] });
  });

  it('keeps the order of calls for one topic, whoever chooses the partition', async () => {
    const { kafka, seen } = fakeProducers(answered);
    const { sender } = senderOf(kafka, { partitionOf: () => settle().then(() => 0) });
    await Promise.all([sender.produce([keyed('a', 't')]), sender.produce([record('b')])]);
    expect(textsOf(seen.batches)).toEqual([['a'], ['b']]);
  });

  it('R-06: a send that its broker does not answer holds no send to another broker', async () => {
    const stuck = Promise.withResolvers<undefined>();
    const { kafka, seen } = fakeProducers(([batch]) =>
      String(batch?.messages[0]?.value) === 'stuck' ? stuck.promise : Promise.resolve(),
    );
    const { sender } = senderOf(kafka);
    const waiting = sender.produce([record('stuck', 0)]);
    await sender.produce([record('free', 1)]);
    const behind = sender.produce([record('behind', 0)]);
    await settle();
    expect(textsOf(seen.batches)).toEqual([['stuck'], ['free']]);
    stuck.resolve(undefined);
    await Promise.all([waiting, behind]);
    expect(textsOf(seen.batches)).toEqual([['stuck'], ['free'], ['behind']]);
  });

  it('keeps the order of a partition while its leader changes', async () => {
    const stuck = Promise.withResolvers<undefined>();
    const { kafka, seen } = fakeProducers((_, producer) =>
      producer === 1 ? stuck.promise : Promise.resolve(),
    );
    let leader = 1;
    const { sender } = senderOf(kafka, { leaderOf: () => Promise.resolve(String(leader)) });
    const first = sender.produce([record('first')]);
    await settle();
    leader = 2;
    const second = sender.produce([record('second')]);
    await settle();
    expect(textsOf(seen.batches)).toEqual([['first']]);
    stuck.resolve(undefined);
    await Promise.all([first, second]);
    expect(textsOf(seen.batches)).toEqual([['first'], ['second']]);
  });

  it.each([
    ['MESSAGE_TOO_LARGE', 'RECORD_TOO_LARGE'],
    ['INVALID_RECORD', 'RECORD_INVALID'],
    ['NOT_ENOUGH_REPLICAS', 'BROKER_UNAVAILABLE'],
  ])('R-06: says whether the broker refuses the record or is away: %s', async (type, code) => {
    const { kafka } = fakeProducers(() => Promise.reject(Object.assign(new Error(type), { type })));
    const { sender } = senderOf(kafka);
    await expect(sender.produce([record('a')])).rejects.toMatchObject({ code });
  });

  it('reports a failed send, because leaders may have changed', async () => {
    const { kafka } = fakeProducers(() => Promise.reject(new Error('connection lost')));
    const { sender, failedSends } = senderOf(kafka);
    await expect(sender.produce([record('a')])).rejects.toMatchObject({ code: 'BROKER_UNAVAILABLE' });
    expect(failedSends).toHaveLength(1);
  });
});
