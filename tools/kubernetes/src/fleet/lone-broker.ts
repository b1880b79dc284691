import { addressOf, choosePorts, createSecrets, isPortFree, NativeProvider } from '@docfleet/stack';
import kafkajs, { type Admin } from 'kafkajs';
import type { Context } from '../parts/context.ts';

const { Kafka, logLevel } = kafkajs;

/** A broker of its own, with one topic and a group that has read nothing of it. */
export interface LoneBroker {
  readonly address: string;
  /** Writes so many records to each partition. */
  produce(each: number): Promise<void>;
  /** Commits the end of every partition, as a group does that has read everything. */
  readAll(): Promise<void>;
  stop(): Promise<void>;
}

export interface LoneTopic {
  readonly topic: string;
  readonly group: string;
  readonly partitions: number;
}

/** Starts a broker on empty data and makes the topic. */
export async function startLoneBroker(context: Context, given: LoneTopic): Promise<LoneBroker> {
  const { layout, environment, isRoot, progress, signal, onKill } = context;
  const ports = await choosePorts({ remembered: {}, environment, isFree: isPortFree, random: Math.random });
  const abort = new AbortController();
  const machine = {
    root: layout.root,
    servers: layout.servers,
    environment,
    isRoot,
    progress,
    signal: AbortSignal.any([signal, abort.signal]),
    abortOthers: (reason: unknown) => {
      abort.abort(reason);
    },
  };
  const secrets = createSecrets();
  const provider = new NativeProvider({
    site: { layout, ports, secrets, machine },
    onChange: () => undefined,
    report: (line) => {
      progress.note(line);
    },
  });
  onKill(() => {
    provider.kill();
  });
  try {
    await provider.provision(['kafka']);
    await provider.start('kafka');
    await provider.ready('kafka');
    const address = addressOf('kafka', ports, secrets);
    const kafka = new Kafka({ clientId: 'kubernetes', brokers: [address], logLevel: logLevel.NOTHING });
    const admin = kafka.admin();
    await admin.connect();
    await createTopic(admin, given);
    return {
      address,
      produce: (each) => produce(kafka, given, each),
      readAll: async () => {
        const { topic, group } = given;
        const ends = await admin.fetchTopicOffsets(topic);
        const partitions = ends.map(({ partition, high }) => ({ partition, offset: high }));
        await admin.setOffsets({ groupId: group, topic, partitions });
      },
      stop: async () => {
        await admin.disconnect().catch(() => undefined);
        await provider.stop();
      },
    };
  } catch (error) {
    await provider.stop();
    throw error;
  }
}

async function createTopic(admin: Admin, { topic, group, partitions }: LoneTopic): Promise<void> {
  await admin.createTopics({ topics: [{ topic, numPartitions: partitions }] });
  const all = Array.from({ length: partitions }, (_, partition) => ({ partition, offset: '0' }));
  await admin.setOffsets({ groupId: group, topic, partitions: all });
}

async function produce(kafka: kafkajs.Kafka, { topic, partitions }: LoneTopic, each: number): Promise<void> {
  const producer = kafka.producer();
  await producer.connect();
  try {
    const messages = Array.from({ length: partitions * each }, (_, index) => ({
      partition: index % partitions,
      value: String(index),
    }));
    await producer.send({ topic, messages });
  } finally {
    await producer.disconnect();
  }
}
