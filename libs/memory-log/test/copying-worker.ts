import type { MemoryCluster } from '@docfleet/memory-log';
import { TransactionError, type GroupMember, type LogRecord, type TopicPartition } from '@docfleet/stage';
import { record } from './simulated.ts';

/** What a worker believes about a transaction that is in doubt. Only `ask` is right. */
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
  next: bigint;
  isBusy: boolean;
}

const group = 'copiers';
/** How long a worker waits for the group's word after it was fenced, before it joins anew. */
const patienceMs = 15_000;

/** Copies `in` to `out`, one record a transaction: the smallest thing that can be done exactly once, or fail to. */
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
    cluster.clockOf(clientId).after(patienceMs, () => {
      if (owned.get(partition.at.partition) !== partition) return;
      owned.clear();
      void member?.leave().then(join);
    });
  };

  const takeOver = async (at: TopicPartition, epoch: number): Promise<void> => {
    const partition: Owned = { at, epoch, queue: [], next: 0n, isBusy: false };
    owned.set(at.partition, partition);
    try {
      const committed = await member?.open(at, epoch);
      partition.next = committed?.offset ?? 0n;
      member?.fetchFrom(at, epoch, partition.next);
    } catch (error) {
      if (!(error instanceof TransactionError)) throw error;
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
          for (const at of partitions) void takeOver(at, epoch);
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
  { at, epoch }: Owned,
  source: LogRecord,
): Promise<'done' | 'fenced'> {
  const text = `${at.partition}/${source.offset}`;
  const next = source.offset + 1n;
  for (;;) {
    try {
      await member?.transact(at, epoch, {
        records: [record({ topic: 'out', partition: at.partition }, text)],
        offset: next,
        metadata: '',
      });
      return 'done';
    } catch (error) {
      if (!(error instanceof TransactionError)) throw error;
      if (error.outcome === 'fenced') return 'fenced';
    }
    try {
      const committed = await member?.open(at, epoch);
      const asked = (committed?.offset ?? 0n) >= next;
      if (belief === 'ask' ? asked : belief === 'happened') return 'done';
    } catch (error) {
      if (!(error instanceof TransactionError)) throw error;
      return 'fenced';
    }
  }
}
