import { createMemoryCluster, type MemoryCluster, type MemoryClusterOptions } from '../src/index.ts';
import { partitionName, type TopicPartition } from '@docfleet/domain';
import {
  type FetchedBatch,
  type GroupMember,
  type OutgoingRecord,
  TransactionError,
} from '@docfleet/record-log';
import { virtualClock, type VirtualClock } from '@docfleet/testing';

export const input: TopicPartition = { topic: 'in', partition: 0 };
export const output: TopicPartition = { topic: 'out', partition: 0 };
export const group = 'group';

/** A member in a separate process that opens every assigned partition. */
export interface SimulatedMember {
  readonly member: GroupMember;
  /** Latest epoch in which each partition was opened, and its committed position then. */
  readonly opened: Map<string, { epoch: number; offset: bigint | null; metadata: string }>;
  readonly calls: string[];
  readonly batches: FetchedBatch[];
}

export interface Simulation {
  readonly clock: VirtualClock;
  readonly cluster: MemoryCluster;
  readonly join: (clientId: string) => Promise<SimulatedMember>;
  /** Committed values of the output. */
  readonly outputs: () => string[];
  readonly write: (...texts: string[]) => Promise<void>;
}

export function simulate(options: Partial<MemoryClusterOptions> = {}): Simulation {
  const clock = virtualClock(0);
  const cluster = createMemoryCluster({ clock, topics: { in: 2, out: 1 }, latencyMs: 1, ...options });
  return {
    clock,
    cluster,
    join: async (clientId) => {
      const joined = await clock.settle(joinAndOpen(cluster, clientId));
      await clock.advance(20);
      return joined;
    },
    outputs: () =>
      cluster
        .dump('out')
        .filter(({ kind, state }) => kind === 'record' && state === 'committed')
        .map(({ record }) => record?.value?.toString() ?? ''),
    write: async (...texts) => {
      await clock.settle(cluster.log('tenant').produce(texts.map((text) => record(input, text))));
    },
  };
}

async function joinAndOpen(cluster: MemoryCluster, clientId: string): Promise<SimulatedMember> {
  const opened: SimulatedMember['opened'] = new Map();
  const calls: string[] = [];
  const batches: FetchedBatch[] = [];
  const joined = cluster.log(clientId).join({
    group,
    topics: [['in']],
    listener: {
      assigned: (epoch, partitions) => {
        calls.push(`assigned ${partitions.map(({ partition }) => partition).join(',')}`);
        for (const at of partitions) {
          void joined.then(async (member) => {
            const position = await member.open(at, epoch).catch(ifFenced);
            if (position === undefined) return;
            opened.set(partitionName(at), { epoch, ...position });
            member.fetchFrom(at, epoch, position.offset);
          });
        }
      },
      revoking: () => calls.push('revoking'),
      fetched: (batch) => batches.push(batch),
      lost: (error) => calls.push(`lost: ${error.message}`),
    },
  });
  return { member: await joined, opened, calls, batches };
}

function ifFenced(error: unknown): undefined {
  if (!(error instanceof TransactionError)) throw error;
}

export function record(at: TopicPartition, text: string): OutgoingRecord & { readonly partition: number } {
  return { ...at, key: null, value: Buffer.from(text), headers: {} };
}

/** A transaction that writes `text` and moves the offset of the input. */
export function step(text: string, offset: bigint, metadata = '') {
  return { records: [record(output, text)], offset, metadata };
}

/** Latest epoch in which a member opened the input. */
export function epochOf(member: SimulatedMember): number {
  const opened = member.opened.get(partitionName(input));
  if (opened === undefined) throw new Error('The input was not opened');
  return opened.epoch;
}
