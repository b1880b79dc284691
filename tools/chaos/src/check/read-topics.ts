import { createHash } from 'node:crypto';
import { partitionName } from '@docfleet/domain';
import avsc from 'avsc';
import kafkajs, { type EachBatchPayload } from 'kafkajs';

const { Kafka, logLevel } = kafkajs;

export interface ReadRecord {
  readonly topic: string;
  readonly partition: number;
  readonly offset: string;
  readonly timestamp: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly bytes: Buffer;
  readonly digest: string;
  /** Undefined when it cannot be decoded. */
  readonly value: unknown;
}

/** Time without records after which the reader stops before the end, in milliseconds. */
const idleLimitMs = 20_000;

/**
 * All committed records of some topics, read with a plain kafkajs consumer and schemas of the registry: the checker must
 * not depend on the adapters under test.
 */
export async function readTopics(options: {
  readonly broker: string;
  readonly registry: string;
  readonly topics: readonly string[];
  readonly group: string;
}): Promise<readonly ReadRecord[]> {
  const { broker, registry, topics, group } = options;
  const kafka = new Kafka({
    clientId: 'chaos-checker',
    brokers: broker.split(','),
    logLevel: logLevel.NOTHING,
  });
  const admin = kafka.admin();
  await admin.connect();
  const ends = new Map<string, number>();
  for (const topic of topics) {
    for (const { partition, high, low } of await admin.fetchTopicOffsets(topic)) {
      if (Number(high) > Number(low)) ends.set(partitionName({ topic, partition }), Number(high));
    }
  }
  await admin.disconnect();
  const consumer = kafka.consumer({ groupId: group, readUncommitted: false });
  await consumer.connect();
  await consumer.subscribe({ topics: [...topics], fromBeginning: true });
  const raw: Omit<ReadRecord, 'value'>[] = [];
  const done = Promise.withResolvers<undefined>();
  let lastBatchAt = Date.now();
  const passed = (topic: string, partition: number, next: number): void => {
    const key = partitionName({ topic, partition });
    lastBatchAt = Date.now();
    if (next >= (ends.get(key) ?? 0)) ends.delete(key);
    if (ends.size === 0) done.resolve(undefined);
  };
  // Control records at the end of a partition reach no handler.
  consumer.on(consumer.events.END_BATCH_PROCESS, ({ payload }) => {
    passed(payload.topic, payload.partition, Number(payload.lastOffset) + 1);
  });
  const eachBatch = ({ batch }: EachBatchPayload): Promise<void> => {
    for (const { offset, timestamp, value, headers: given = {} } of batch.messages) {
      const headers = Object.fromEntries(Object.entries(given).map(([name, text]) => [name, String(text)]));
      const bytes = value ?? Buffer.alloc(0);
      const digest = createHash('sha256').update(bytes).digest('hex');
      const { topic, partition } = batch;
      raw.push({ topic, partition, offset, timestamp, headers, bytes, digest });
    }
    return Promise.resolve();
  };
  const timer = setInterval(() => {
    if (Date.now() - lastBatchAt > idleLimitMs) done.resolve(undefined);
  }, 500);
  if (ends.size === 0) done.resolve(undefined);
  await consumer.run({ autoCommit: false, eachBatch });
  await done.promise;
  clearInterval(timer);
  await consumer.disconnect();
  const decode = decoderOf(registry);
  return Promise.all(raw.map(async (record) => ({ ...record, value: await decode(record.bytes) })));
}

function decoderOf(registry: string): (bytes: Buffer) => Promise<unknown> {
  const types = new Map<number, Promise<avsc.Type | undefined>>();
  const fetchType = async (id: number): Promise<avsc.Type | undefined> => {
    const answer = await fetch(`${registry}/schemas/ids/${id}`);
    if (!answer.ok) return undefined;
    const { schema } = (await answer.json()) as { readonly schema: string };
    return avsc.Type.forSchema(JSON.parse(schema) as avsc.Schema);
  };
  return async (bytes) => {
    if (bytes.length < 5 || bytes[0] !== 0) return undefined;
    const id = bytes.readUInt32BE(1);
    const type = types.get(id) ?? fetchType(id);
    types.set(id, type);
    try {
      return (await type)?.fromBuffer(bytes.subarray(5)) as unknown;
    } catch {
      return undefined;
    }
  };
}
