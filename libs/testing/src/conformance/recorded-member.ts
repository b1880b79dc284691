import { partitionName, type TopicPartition } from '@docfleet/domain';
import {
  TransactionError,
  type CommittedPosition,
  type FetchedBatch,
  type GroupMember,
  type RecordLog,
} from '@docfleet/record-log';
import { until } from '../until.ts';

interface Assignment {
  readonly epoch: number;
  readonly partitions: readonly TopicPartition[];
}

/** A partition that was taken over, with what was committed then. */
interface Taken {
  readonly at: TopicPartition;
  readonly epoch: number;
  readonly committed: CommittedPosition;
}

/** A group member that writes down what it is told. */
export interface RecordedMember {
  readonly member: GroupMember;
  readonly assignments: readonly Assignment[];
  readonly batches: readonly FetchedBatch[];
  /** Calls in their order. */
  readonly calls: readonly ('assigned' | 'revoking')[];
  /** Waits for the assignment that makes `condition` true of its partitions; any when left out. */
  assigned(condition?: (partitions: readonly TopicPartition[]) => boolean): Promise<Assignment>;
  /** Waits until the partition is taken over in the newest epoch. */
  taken(at: TopicPartition): Promise<Taken>;
  /** Values fetched from a partition, as texts; of one epoch when that is given. */
  texts(at: TopicPartition, epoch?: number): string[];
  /** `nextOffset` of the newest batch of a partition. */
  nextOffset(at: TopicPartition): bigint | undefined;
}

interface JoinRecordedOptions {
  readonly group: string;
  readonly topics: readonly (readonly string[])[];
  /** Whether it opens what it is assigned and fetches from the committed offset. */
  readonly takes: boolean;
}

export async function joinRecorded(
  log: RecordLog,
  { group, topics, takes }: JoinRecordedOptions,
): Promise<RecordedMember> {
  const assignments: Assignment[] = [];
  const batches: FetchedBatch[] = [];
  const calls: ('assigned' | 'revoking')[] = [];
  const takings: Taken[] = [];
  const failures: unknown[] = [];

  const joined = log.join({
    group,
    topics,
    listener: {
      assigned: (epoch, partitions) => {
        calls.push('assigned');
        assignments.push({ epoch, partitions });
        if (takes) void joined.then((member) => Promise.all(partitions.map((at) => take(member, at, epoch))));
      },
      revoking: () => {
        calls.push('revoking');
      },
      fetched: (batch) => {
        batches.push(batch);
      },
      lost: (error) => {
        failures.push(error);
      },
    },
  });

  const take = async (member: GroupMember, at: TopicPartition, epoch: number): Promise<void> => {
    try {
      const committed = await member.open(at, epoch);
      member.fetchFrom(at, epoch, committed.offset);
      takings.push({ at, epoch, committed });
    } catch (error) {
      // A newer assignment is on its way.
      if (!(error instanceof TransactionError && error.outcome === 'fenced')) failures.push(error);
    }
  };

  const waitFor = async <T>(what: string, find: () => T | undefined): Promise<T> => {
    let found: T | undefined;
    await until(what, () => {
      if (failures.length > 0) throw new Error('the member failed', { cause: failures[0] });
      found = find();
      return found !== undefined;
    });
    if (found === undefined) throw new Error(`not found: ${what}`);
    return found;
  };

  return {
    member: await joined,
    assignments,
    batches,
    calls,
    assigned: (condition = () => true) =>
      waitFor('an assignment has come', () => {
        const newest = assignments.at(-1);
        return newest !== undefined && condition(newest.partitions) ? newest : undefined;
      }),
    taken: (at) =>
      waitFor(`${partitionName(at)} is taken over`, () =>
        takings.find((taken) => isSame(taken.at, at) && taken.epoch === assignments.at(-1)?.epoch),
      ),
    texts: (at, epoch) =>
      batches
        .filter((batch) => isSame(batch, at) && (epoch ?? batch.epoch) === batch.epoch)
        .flatMap(({ records }) => records.map(({ value }) => value?.toString() ?? '')),
    nextOffset: (at) => batches.findLast((batch) => isSame(batch, at))?.nextOffset,
  };
}

function isSame(a: TopicPartition, b: TopicPartition): boolean {
  return a.topic === b.topic && a.partition === b.partition;
}
