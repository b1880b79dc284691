import { randomUUID } from 'node:crypto';
import { partitionName, type TopicPartition } from '@docfleet/domain';
import type { LogRecord, OutgoingRecord, RecordLog } from '@docfleet/record-log';
import { until } from '../until.ts';
import type { BegunTransaction, LogHarness, TransactionParts } from './log-harness.ts';
import { joinRecorded, type RecordedMember } from './recorded-member.ts';

/** What one case works with; everything it opens is closed after it. */
export interface Bench {
  createTopic(partitions?: number): Promise<string>;
  /** A group name that nobody else has. */
  newGroup(): string;
  /** A log of its own, as another process would have it. */
  newLog(): RecordLog;
  /** Joins from a process of its own, takes every assigned partition over and fetches from its committed offset. */
  join(group: string, topics: readonly (readonly string[])[]): Promise<RecordedMember>;
  /** Joins from a process of its own and does nothing by itself. */
  joinIdle(group: string, topics: readonly (readonly string[])[]): Promise<RecordedMember>;
  begin(parts: TransactionParts): Promise<BegunTransaction>;
  close(): Promise<void>;
}

export function createBench(harness: LogHarness): Bench {
  const logs: RecordLog[] = [];
  const newLog = (): RecordLog => {
    const log = harness.log(`client-${randomUUID()}`);
    logs.push(log);
    return log;
  };
  return {
    createTopic: (partitions = 1) => harness.createTopic('conformance', partitions),
    newGroup: () => `conformance-${randomUUID()}`,
    newLog,
    join: (group, topics) => joinRecorded(newLog(), { group, topics, takes: true }),
    joinIdle: (group, topics) => joinRecorded(newLog(), { group, topics, takes: false }),
    begin: (parts) => harness.beginTransaction(parts),
    close: async () => {
      await Promise.all(logs.splice(0).map((log) => log.close()));
    },
  };
}

/** A record with `text` as its value. */
export function outgoing(at: TopicPartition, text: string, key: string | null = null): OutgoingRecord {
  return { ...at, key: key === null ? null : Buffer.from(key), value: Buffer.from(text), headers: {} };
}

export function textOf(record: LogRecord): string {
  return record.value?.toString() ?? '';
}

/** Everything committed in a partition, from its first offset to its high watermark. */
export async function committedTexts(log: RecordLog, at: TopicPartition): Promise<string[]> {
  const to = await log.endOffset(at);
  const records = await log.readRange({ at, from: 0n, to, signal: new AbortController().signal });
  return records.map(textOf);
}

/** Waits until a partition has `end` as its high watermark: markers are written after a commit is answered. */
export async function untilEndIs(log: RecordLog, at: TopicPartition, end: bigint): Promise<void> {
  await until(`the end of ${partitionName(at)} is ${end}`, async () => (await log.endOffset(at)) === end);
}
