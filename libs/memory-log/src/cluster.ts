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
  /** All time comes from here; the cluster sets a timer for every message and none while nothing happens. */
  readonly clock: Clock;
  /** Draws latencies and where records without a key begin; 0 for ever when left out. */
  readonly random?: () => number;
  /** Partition count by topic. */
  readonly topics: Readonly<Record<string, number>>;
  /** Milliseconds one message travels, or the range it is drawn from (0). */
  readonly latencyMs?: number | readonly [min: number, max: number];
  /** How long a silent member stays in its group (10,000). */
  readonly sessionTimeoutMs?: number;
  /** Age at which an open transaction is aborted and its producer fenced (60,000). */
  readonly transactionTimeoutMs?: number;
  /** Most records in one fetched batch (500). */
  readonly maxFetchRecords?: number;
  readonly clusterId?: string;
}

/** What a group has committed, as it stands in the log. */
export type CommittedOffset = Omit<OffsetCommit, 'group'>;

/** A cluster that lives in this process. */
export interface MemoryCluster {
  /** The log as the process `clientId` sees it; the process begins with the first call. */
  log(clientId: string): RecordLog;
  /** A clock that stands still with that process; whatever runs in it must take its time from here. */
  clockOf(clientId: string): Clock;
  createTopic(topic: string, partitions: number): void;
  readonly faults: Faults;
  /** Every offset of a topic with its state, also what no reader sees. */
  dump(topic: string): readonly DumpedEntry[];
  committed(group: string): readonly CommittedOffset[];
  /** Who has what in the newest generation, by `<clientId>#<n>`. */
  assignment(group: string): ReadonlyMap<string, readonly TopicPartition[]>;
}

/**
 * One cluster in one process: what Kafka promises and what it does not, with faults on demand. Two runs with the same
 * clock, random source and calls are the same run.
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
    if (process === undefined) throw new Error(`there is no process ${clientId}`);
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
