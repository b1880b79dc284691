import type { MemoryCluster } from '../src/index.ts';
import type { TopicPartition } from '@docfleet/domain';
import { TransactionError, type GroupMember, type LogRecord } from '@docfleet/record-log';
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
  /** What this worker knows to be committed. */
  committed: bigint | null;
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
    // Neither where it was nor where it was to go: a zombie finds that somebody else has worked here since.
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
