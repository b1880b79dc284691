import type { MemoryCluster } from '../src/index.ts';
import type { TopicPartition } from '@docfleet/domain';
import { TransactionError, type GroupMember, type LogRecord } from '@docfleet/record-log';
import { record } from './simulated.ts';

/** What a worker assumes about a transaction in doubt. Only `ask` is correct. */
export type Belief = 'ask' | 'happened' | 'did not happen';

export interface CopyingWorkerOptions {
  readonly cluster: MemoryCluster;
  readonly clientId: string;
  readonly belief: Belief;
}

interface Owned {
  readonly at: TopicPartition;
  readonly epoch: number;
  readonly queue: LogRecord[];
  /** The offset that this worker knows to be committed. */
  committed: bigint | null;
  isBusy: boolean;
}

const group = 'copiers';
/** Time that a fenced worker waits for a new assignment before it rejoins, in milliseconds. */
const assignmentTimeoutMs = 15_000;

/** Copies `in` to `out`, one record in each transaction: a minimal exactly-once worker. */
export async function startCopying(options: CopyingWorkerOptions): Promise<void> {
  const { cluster, clientId } = options;
  const owned = new Map<number, Owned>();
  let membership = 0;
  let member: GroupMember | undefined;

  const copyAll = async (partition: Owned): Promise<void> => {
    if (partition.isBusy) return;
    partition.isBusy = true;
    for (let source = partition.queue.shift(); source !== undefined; source = partition.queue.shift()) {
      const result = await copy(options, member, partition, source);
      if (result === 'fenced') {
        rejoinUnlessReplaced(partition);
        return;
      }
    }
    partition.isBusy = false;
  };

  const rejoinUnlessReplaced = (partition: Owned): void => {
    cluster.clockOf(clientId).after(assignmentTimeoutMs, () => {
      if (owned.get(partition.at.partition) !== partition) return;
      owned.clear();
      void member?.leave().then(join);
    });
  };

  const openPartition = async (at: TopicPartition, epoch: number): Promise<void> => {
    const partition: Owned = { at, epoch, queue: [], committed: null, isBusy: false };
    owned.set(at.partition, partition);
    try {
      const position = await member?.open(at, epoch);
      partition.committed = position?.offset ?? null;
      member?.fetchFrom(at, epoch, partition.committed);
    } catch (error) {
      outcomeOf(error);
    }
  };

  const join = async (): Promise<void> => {
    membership += 1;
    const own = membership;
    const joined = cluster.log(clientId).join({
      group,
      topics: [['in']],
      listener: {
        assigned: (epoch, partitions) => {
          if (own !== membership) return;
          owned.clear();
          for (const at of partitions) void openPartition(at, epoch);
        },
        revoking: () => undefined,
        fetched: ({ partition, epoch, records }) => {
          const target = owned.get(partition);
          if (own !== membership || target?.epoch !== epoch) return;
          target.queue.push(...records);
          void copyAll(target);
        },
        lost: () => {
          if (own !== membership) return;
          owned.clear();
          void join();
        },
      },
    });
    try {
      member = await joined;
    } catch {
      await join();
    }
  };

  await join();
}

async function copy(
  { belief }: CopyingWorkerOptions,
  member: GroupMember | undefined,
  partition: Owned,
  source: LogRecord,
): Promise<'done' | 'fenced'> {
  const { at, epoch } = partition;
  const records = [record({ topic: 'out', partition: at.partition }, `${at.partition}/${source.offset}`)];
  const offset = source.offset + 1n;
  for (;;) {
    try {
      await member?.transact(at, epoch, { records, offset, metadata: '' });
      partition.committed = offset;
      return 'done';
    } catch (error) {
      if (outcomeOf(error) === 'fenced') return 'fenced';
    }
    let found: bigint | null;
    try {
      found = (await member?.open(at, epoch))?.offset ?? null;
    } catch (error) {
      outcomeOf(error);
      return 'fenced';
    }
    const happened = belief === 'ask' ? found === offset : belief === 'happened';
    // Neither the old nor the new offset: this worker is a zombie, and another one has committed since.
    const isMine = happened || found === partition.committed || belief !== 'ask';
    if (!isMine) return 'fenced';
    if (happened) {
      partition.committed = offset;
      return 'done';
    }
  }
}

function outcomeOf(error: unknown): TransactionError['outcome'] {
  if (error instanceof TransactionError) return error.outcome;
  throw error;
}
