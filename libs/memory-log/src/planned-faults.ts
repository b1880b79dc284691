import type { TopicPartition } from '@docfleet/domain';

/** A fault of one transaction. */
export type TransactionFault =
  /** The commit happens; for the caller it is in doubt. */
  | { readonly kind: 'answer-lost' }
  /** The commit does not happen; for the caller it is in doubt, and the transaction stays open. */
  | { readonly kind: 'commit-lost' }
  /** In doubt for the caller; the commit reaches the log after `afterMs`, unless the producer is fenced by then. */
  | { readonly kind: 'commit-late'; readonly afterMs: number }
  /**
   * The commit is confirmed, but records stay invisible and the offset unchanged for `afterMs`; with null until
   * `completeTransactions`, or until the partition is opened.
   */
  | { readonly kind: 'markers-late'; readonly afterMs: number | null }
  /** The process dies, or is paused, after the log has this part and before the response arrives. */
  | { readonly kind: 'kill' | 'pause'; readonly after: 'records' | 'offset' | 'commit' };

/** Selects the transaction of a fault; absent properties match all. */
export interface TransactionMatch {
  readonly clientId?: string;
  readonly group?: string;
  readonly at?: TopicPartition;
}

interface TransactionOrigin {
  readonly clientId: string;
  readonly group: string;
  readonly at: TopicPartition;
}

/** Faults that wait for a matching transaction. */
export class PlannedFaults {
  readonly #planned: { readonly match: TransactionMatch; readonly fault: TransactionFault }[] = [];

  plan(fault: TransactionFault, match: TransactionMatch): void {
    this.#planned.push({ match, fault });
  }

  /** Removes and returns the oldest fault that matches this transaction. */
  take(origin: TransactionOrigin): TransactionFault | null {
    const index = this.#planned.findIndex(({ match }) => matches(match, origin));
    return index < 0 ? null : (this.#planned.splice(index, 1)[0]?.fault ?? null);
  }
}

function matches(match: TransactionMatch, origin: TransactionOrigin): boolean {
  return (
    (match.clientId ?? origin.clientId) === origin.clientId &&
    (match.group ?? origin.group) === origin.group &&
    (match.at?.topic ?? origin.at.topic) === origin.at.topic &&
    (match.at?.partition ?? origin.at.partition) === origin.at.partition
  );
}
