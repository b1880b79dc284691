import type { TopicPartition } from '@docfleet/domain';
import type { OutgoingRecord, RecordLog } from '@docfleet/record-log';

/** An open transaction. */
export interface BegunTransaction {
  /** Resolves when the log has confirmed it; the records may become visible later. */
  commit(): Promise<void>;
  abort(): Promise<void>;
}

/** Contents of an open transaction. */
export interface TransactionParts {
  /**
   * Transactional id of its producer. With that of a group's input partition, `<group>.<topic>.<partition>`, it is what
   * a crashed owner leaves open.
   */
  readonly transactionalId: string;
  /** At least one, each with its partition. */
  readonly records: readonly OutgoingRecord[];
  /** The source offset that is committed with the records. */
  readonly offset?: {
    readonly group: string;
    readonly at: TopicPartition;
    readonly offset: bigint;
    readonly metadata: string;
  };
}

/** A log under test, with operations that the port does not have. One harness is used for all cases of a suite. */
export interface LogHarness {
  /** Creates a topic whose name is unique to this run and starts with `label`. */
  createTopic(label: string, partitions: number): Promise<string>;
  /** A separate log, as in another process. The suite closes it. */
  log(clientId: string): RecordLog;
  /** Begins a transaction with a plain client; resolves when the log has all its parts. */
  beginTransaction(parts: TransactionParts): Promise<BegunTransaction>;
  /** Closes everything that the harness opened. */
  close(): Promise<void>;
}
