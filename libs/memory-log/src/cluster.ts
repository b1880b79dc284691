import type { Clock, TopicPartition } from '@docfleet/domain';
import type { RecordLog } from '@docfleet/record-log';
import { Broker } from './broker.ts';
import type { OffsetCommit } from './committed-offsets.ts';
import { dumpLogs, type DumpedEntry } from './dump.ts';
import { createFaults, type Faults } from './faults.ts';
import type { MemoryMember } from './memory-member.ts';
import { MemoryRecordLog } from './memory-record-log.ts';
import { Process } from './process.ts';

export interface MemoryClusterOptions {
  /** The only source of time; the cluster sets one timer for each message and none while idle. */
  readonly clock: Clock;
  /** Random numbers for latencies and the first partition of records without a key; default: always 0. */
  readonly random?: () => number;
  /** Partition count by topic. */
  readonly topics: Readonly<Record<string, number>>;
  /** Latency of one message in milliseconds, or the range it is drawn from; default 0. */
  readonly latencyMs?: number | readonly [min: number, max: number];
  /** Session timeout of members, in milliseconds; default 10,000. */
  readonly sessionTimeoutMs?: number;
  /** Age at which an open transaction is aborted and its producer fenced, in milliseconds; default 60,000. */
  readonly transactionTimeoutMs?: number;
  /** Most records in one fetched batch; default 500. */
  readonly maxFetchRecords?: number;
  readonly clusterId?: string;
}

/** Committed position of a group in a partition. */
export type CommittedOffset = Omit<OffsetCommit, 'group'>;

/** A cluster in memory. */
export interface MemoryCluster {
  /** The log for the simulated process `clientId`, which starts with the first call. */
  log(clientId: string): RecordLog;
  /** A clock that stops while that process is paused; code that runs in the process must use it. */
  clockOf(clientId: string): Clock;
  createTopic(topic: string, partitions: number): void;
  topicNames(): readonly string[];
  readonly faults: Faults;
  /** Every offset of a topic with its state, including entries that readers do not see. */
  dump(topic: string): readonly DumpedEntry[];
  committed(group: string): readonly CommittedOffset[];
  /** Assignment of the newest generation, by member id (`<clientId>#<n>`). */
  assignment(group: string): ReadonlyMap<string, readonly TopicPartition[]>;
}

/**
 * A cluster in memory with the guarantees of Kafka, and faults on demand. Runs with the same clock, random source and
 * calls are identical.
 */
export function createMemoryCluster(options: MemoryClusterOptions): MemoryCluster {
  const broker = new Broker({
    clock: options.clock,
    random: options.random ?? (() => 0),
    latencyMs: options.latencyMs ?? 0,
    sessionTimeoutMs: options.sessionTimeoutMs ?? 10_000,
    transactionTimeoutMs: options.transactionTimeoutMs ?? 60_000,
    maxFetchRecords: options.maxFetchRecords ?? 500,
  });
  for (const [topic, partitions] of Object.entries(options.topics)) broker.topics.create(topic, partitions);
  const clusterId = options.clusterId ?? 'memory';
  const processes = new Map<string, Process>();
  const members = new Map<Process, MemoryMember[]>();

  const knownProcess = (clientId: string): Process => {
    const process = processes.get(clientId);
    if (process === undefined) throw new Error(`Unknown process ${clientId}`);
    return process;
  };
  const runningProcess = (clientId: string): Process => {
    const known = processes.get(clientId);
    if (known !== undefined && known.state !== 'dead') return known;
    const process = new Process(clientId, options.clock);
    processes.set(clientId, process);
    members.set(process, []);
    return process;
  };

  return {
    log: (clientId) => {
      const process = runningProcess(clientId);
      const onMember = (member: MemoryMember): void => {
        members.get(process)?.push(member);
      };
      return new MemoryRecordLog({ broker, process, clusterId, onMember });
    },
    clockOf: (clientId) => runningProcess(clientId).clock,
    createTopic: (topic, partitions) => {
      broker.topics.create(topic, partitions);
    },
    topicNames: () => broker.topics.names(),
    faults: createFaults({
      broker,
      processOf: knownProcess,
      membersOf: (clientId) => members.get(knownProcess(clientId)) ?? [],
    }),
    dump: (topic) => dumpLogs(broker.topics.logsOf(topic)),
    committed: (group) =>
      broker.committed.all(group).map(({ at, offset, metadata }) => ({ at, offset, metadata })),
    assignment: (group) => broker.group(group).assignment(),
  };
}
