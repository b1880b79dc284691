/** `prepared`: the commit is decided and confirmed, but its markers are not written yet. */
export type TransactionState = 'open' | 'prepared' | 'committed' | 'aborted';

/** A transaction as the log of a partition sees it. */
export interface WriterTransaction {
  /** Transactional id of the producer. */
  readonly producer: string;
  readonly state: TransactionState;
}
