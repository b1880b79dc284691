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

/** A partition that was opened, with its committed position then. */
interface OpenedPartition {
  readonly at: TopicPartition;
  readonly epoch: number;
  readonly committed: CommittedPosition;
}

/** A group member that records calls of its listener. */
export interface RecordedMember {
  readonly member: GroupMember;
  readonly assignments: readonly Assignment[];
  readonly batches: readonly FetchedBatch[];
  /** Calls in their order. */
  readonly calls: readonly ('assigned' | 'revoking')[];
  /** Waits for an assignment whose partitions fulfil `condition`; default: any. */
  assigned(condition?: (partitions: readonly TopicPartition[]) => boolean): Promise<Assignment>;
  /** Waits until the partition is opened in the newest epoch. */
  opened(at: TopicPartition): Promise<OpenedPartition>;
  /** Values fetched from a partition, as texts; of one epoch when that is given. */
  texts(at: TopicPartition, epoch?: number): string[];
  /** `nextOffset` of the newest batch of a partition. */
  nextOffset(at: TopicPartition): bigint | undefined;
}

interface JoinRecordedOptions {
  readonly group: string;
  readonly topics: readonly (readonly string[])[];
  /** Whether it opens assigned partitions and fetches from the committed offset. */
  readonly opens: boolean;
}

export async function joinRecorded(
  log: RecordLog,
  { group, topics, opens }: JoinRecordedOptions,
): Promise<RecordedMember> {
  const assignments: Assignment[] = [];
  const batches: FetchedBatch[] = [];
  const calls: ('assigned' | 'revoking')[] = [];
  const openedPartitions: OpenedPartition[] = [];
  const failures: unknown[] = [];

  const joined = log.join({
    group,
    topics,
    listener: {
      assigned: (epoch, partitions) => {
        calls.push('assigned');
        assignments.push({ epoch, partitions });
        if (opens) void joined.then((member) => Promise.all(partitions.map((at) => open(member, at, epoch))));
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

  const open = async (member: GroupMember, at: TopicPartition, epoch: number): Promise<void> => {
    try {
      const committed = await member.open(at, epoch);
      member.fetchFrom(at, epoch, committed.offset);
      openedPartitions.push({ at, epoch, committed });
    } catch (error) {
      // There is a newer assignment.
      if (!(error instanceof TransactionError && error.outcome === 'fenced')) failures.push(error);
    }
  };

  const waitFor = async <T>(what: string, find: () => T | undefined): Promise<T> => {
    let found: T | undefined;
    await until(what, () => {
      if (failures.length > 0) throw new Error('The member failed', { cause: failures[0] });
      found = find();
      return found !== undefined;
    });
    if (found === undefined) throw new Error(`Not found: ${what}`);
    return found;
  };

  return {
    member: await joined,
    assignments,
    batches,
    calls,
    assigned: (condition = () => true) =>
      waitFor('there is an assignment', () => {
        const newest = assignments.at(-1);
        return newest !== undefined && condition(newest.partitions) ? newest : undefined;
      }),
    opened: (at) =>
      waitFor(`${partitionName(at)} is open`, () =>
        openedPartitions.find(
          (opened) => isSame(opened.at, at) && opened.epoch === assignments.at(-1)?.epoch,
        ),
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
