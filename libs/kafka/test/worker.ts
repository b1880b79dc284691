import { partitionName, type TopicPartition } from '@docfleet/domain';
import { type FetchedBatch, type GroupMember, TransactionError } from '@docfleet/record-log';
import { openKafkaLog } from '../src/index.ts';

/**
 * A process that copies records from one topic to another, one transaction each, until it is killed: a minimal stage
 * for `no-loss-on-crash`. It reports each assignment (a number of partitions) and each step.
 */
const [, , broker = '', group = '', input = '', output = ''] = process.argv;

const log = openKafkaLog({ brokers: [broker], clientId: `worker-${process.pid}`, sessionTimeoutMs: 6_000 });
/** Pending copies of each partition; `name` is a new object whenever the partition is opened again. */
const queues = new Map<string, { readonly name: object; done: Promise<void> }>();

const member: GroupMember = await log.join({
  group,
  topics: [[input]],
  listener: {
    assigned: (epoch, partitions) => {
      process.send?.(partitions.length);
      for (const at of partitions) void openPartition(at, epoch);
    },
    revoking: () => undefined,
    fetched: (batch) => {
      const queue = queues.get(partitionName(batch));
      if (queue === undefined) return;
      queue.done = queue.done.then(() => copyAll(batch, queue.name));
    },
    lost: (error) => {
      throw error;
    },
  },
});

/** Opens a partition and fetches from the committed offset; earlier pending copies are dropped. */
async function openPartition(at: TopicPartition, epoch: number): Promise<void> {
  queues.delete(partitionName(at));
  try {
    const { offset } = await member.open(at, epoch);
    queues.set(partitionName(at), { name: {}, done: Promise.resolve() });
    member.fetchFrom(at, epoch, offset);
  } catch (error) {
    if (!(error instanceof TransactionError)) throw error;
  }
}

async function copyAll(batch: FetchedBatch, name: object): Promise<void> {
  for (const { offset, key, value } of batch.records) {
    if (queues.get(partitionName(batch))?.name !== name) return;
    try {
      await member.transact(batch, batch.epoch, {
        records: [{ topic: output, key, value: value ?? Buffer.alloc(0), headers: {} }],
        offset: offset + 1n,
        metadata: '',
      });
      process.send?.('step');
    } catch (error) {
      if (!(error instanceof TransactionError)) throw error;
      const isCurrent = queues.get(partitionName(batch))?.name === name;
      if (error.outcome === 'in-doubt' && isCurrent) void openPartition(batch, batch.epoch);
      return;
    }
  }
}

process.on('SIGTERM', () => {
  void log.close().then(() => process.exit(0));
});
