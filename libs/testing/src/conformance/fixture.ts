import { partitionName, type TopicPartition } from '@docfleet/domain';
import { randomUUID } from 'node:crypto';
import { type LogRecord, type OutgoingRecord, type RecordLog } from '@docfleet/record-log';
import { until } from '../until.ts';
import type { BegunTransaction, LogHarness, TransactionParts } from './log-harness.ts';
import { joinRecorded, type RecordedMember } from './recorded-member.ts';

/** Fixture of one case; everything it opens is closed after the case. */
export interface Fixture {
  createTopic(partitions?: number): Promise<string>;
  /** A unique group name. */
  newGroup(): string;
  /** A separate log, as in another process. */
  newLog(): RecordLog;
  /** Joins with a separate log, opens every assigned partition and fetches from its committed offset. */
  join(group: string, topics: readonly (readonly string[])[]): Promise<RecordedMember>;
  /** Joins with a separate log, and opens nothing. */
  joinIdle(group: string, topics: readonly (readonly string[])[]): Promise<RecordedMember>;
  begin(parts: TransactionParts): Promise<BegunTransaction>;
  close(): Promise<void>;
}

export function createFixture(harness: LogHarness): Fixture {
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
    join: (group, topics) => joinRecorded(newLog(), { group, topics, opens: true }),
    joinIdle: (group, topics) => joinRecorded(newLog(), { group, topics, opens: false }),
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

/** All committed records of a partition, from its first offset to its high watermark. */
export async function committedTexts(log: RecordLog, at: TopicPartition): Promise<string[]> {
  const to = await log.endOffset(at);
  const records = await log.readRange({ at, from: 0n, to, signal: new AbortController().signal });
  return records.map(textOf);
}

/** Waits until the high watermark of a partition is `end`: markers are written after a commit is confirmed. */
export async function untilEndIs(log: RecordLog, at: TopicPartition, end: bigint): Promise<void> {
  await until(
    `the end offset of ${partitionName(at)} is ${end}`,
    async () => (await log.endOffset(at)) === end,
  );
}
