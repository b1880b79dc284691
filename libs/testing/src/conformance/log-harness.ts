import type { TopicPartition } from '@docfleet/domain';
import type { OutgoingRecord, RecordLog } from '@docfleet/record-log';

/** A transaction that somebody has begun and not ended. */
export interface BegunTransaction {
  /** Resolves when the log has answered; the records may become visible a little later. */
  commit(): Promise<void>;
  abort(): Promise<void>;
}

/** What a begun transaction holds. */
export interface TransactionParts {
  /**
   * Identity of its producer. That of a group's input partition is `<group>.<topic>.<partition>`, so a begun
   * transaction under it is what a crashed owner leaves behind.
   */
  readonly transactionalId: string;
  /** At least one, each with its partition. */
  readonly records: readonly OutgoingRecord[];
  /** The source offset that moves with the records. */
  readonly offset?: {
    readonly group: string;
    readonly at: TopicPartition;
    readonly offset: bigint;
    readonly metadata: string;
  };
}

/** A log under test, and what the port itself does not offer. One harness serves all cases of a suite. */
export interface LogHarness {
  /** Creates a topic whose name is unique to this run and starts with `label`. */
  createTopic(label: string, partitions: number): Promise<string>;
  /** A log of its own, as another process would have it. The suite closes it. */
  log(clientId: string): RecordLog;
  /** Begins a transaction outside the port, with a plain client; resolves when the log holds all its parts. */
  beginTransaction(parts: TransactionParts): Promise<BegunTransaction>;
  /** Ends whatever the harness itself has opened. */
  close(): Promise<void>;
}
