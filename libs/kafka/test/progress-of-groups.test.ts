import { afterAll, expect, test } from 'vitest';
import { openKafkaAdmin } from '../src/index.ts';
import { kafkaHarness, testBroker } from './kafka-harness.ts';

const harness = kafkaHarness();
const admin = openKafkaAdmin({ brokers: [testBroker()], clientId: 'progress' });

afterAll(async () => {
  await admin.close();
  await harness.close();
});

test('O-03: the end of a partition counts open transactions and markers; a committed position has its metadata', async () => {
  const topic = await harness.createTopic('progress', 2);
  const other = await harness.createTopic('progress-other', 1);
  const record = { topic, partition: 1, key: null, value: Buffer.from('x'), headers: {} };
  // On a broker that has just started, the coordinator of the group has to be found first.
  await admin.committed(topic, [topic]);
  const first = await harness.beginTransaction({
    transactionalId: `${topic}-first`,
    records: [record],
    offset: { group: topic, at: { topic, partition: 1 }, offset: 7n, metadata: 'window' },
  });
  await first.commit();
  const second = await harness.beginTransaction({
    transactionalId: `${topic}-second`,
    records: [record],
  });
  const positions = await admin.committed(topic, [topic, other]);
  const ends = await admin.endOffsets(positions);
  const sorted = <T extends { topic: string; partition: number }>(all: readonly T[]): T[] =>
    [...all].sort((a, b) =>
      `${a.topic}${String(a.partition)}`.localeCompare(`${b.topic}${String(b.partition)}`),
    );
  expect(sorted(positions)).toEqual(
    sorted([
      { topic, partition: 0, offset: null, metadata: '' },
      { topic, partition: 1, offset: 7n, metadata: 'window' },
      { topic: other, partition: 0, offset: null, metadata: '' },
    ]),
  );
  // A record and its marker, and a record whose transaction is open.
  expect(sorted(ends)).toEqual(
    sorted([
      { topic, partition: 0, offset: 0n },
      { topic, partition: 1, offset: 3n },
      { topic: other, partition: 0, offset: 0n },
    ]),
  );
  await second.abort();
});
