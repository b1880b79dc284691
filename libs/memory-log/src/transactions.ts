import type { Clock } from '@docfleet/domain';
import { type OutgoingRecord, TransactionError } from '@docfleet/record-log';
import type { CommittedOffsets, OffsetCommit } from './committed-offsets.ts';
import type { PartitionLog } from './partition-log.ts';
import type { TransactionState, WriterTransaction } from './transaction-state.ts';

export interface Transaction extends WriterTransaction {
  state: TransactionState;
  readonly logs: Set<PartitionLog>;
  readonly offsets: OffsetCommit[];
  readonly waiters: (() => void)[];
  cancelTimeout: () => void;
}

interface Producer {
  epoch: number;
  current: Transaction | null;
}

/** A producer: its transactional id and epoch. */
export interface ProducerSession {
  readonly id: string;
  readonly epoch: number;
}

export interface TransactionsOptions {
  readonly clock: Clock;
  readonly committed: CommittedOffsets;
  /** Age at which an open transaction is aborted and its producer fenced, in milliseconds. */
  readonly timeoutMs: number;
}

/** The transaction coordinator: every producer's epoch and its unfinished transaction. */
export class Transactions {
  readonly #options: TransactionsOptions;
  readonly #producers = new Map<string, Producer>();

  constructor(options: TransactionsOptions) {
    this.#options = options;
  }

  /** Fences the previous producer with this id and ends its transaction: an open one aborts, a prepared one completes. */
  init(id: string): ProducerSession {
    const producer = this.#producers.get(id) ?? { epoch: -1, current: null };
    this.#producers.set(id, producer);
    producer.epoch += 1;
    if (producer.current !== null) this.#end(producer.current);
    return { id, epoch: producer.epoch };
  }

  /** Runs `action` when the markers of the producer's last transaction are written; a new one cannot begin before. */
  whenFinished(session: ProducerSession, action: () => void): void {
    const current = this.#producers.get(session.id)?.current;
    if (current?.state === 'prepared') current.waiters.push(action);
    else action();
  }

  /** @throws TransactionError `fenced` */
  append(session: ProducerSession, log: PartitionLog, record: OutgoingRecord): void {
    const transaction = this.#transactionOf(session);
    transaction.logs.add(log);
    log.append(record, this.#options.clock.now(), transaction);
  }

  /** @throws TransactionError `fenced` */
  addOffset(session: ProducerSession, offset: OffsetCommit): void {
    this.#transactionOf(session).offsets.push(offset);
  }

  /**
   * Decides the commit; `complete` then makes it visible.
   *
   * @throws TransactionError `fenced`
   */
  prepare(session: ProducerSession): Transaction {
    const transaction = this.#transactionOf(session);
    transaction.cancelTimeout();
    transaction.state = 'prepared';
    return transaction;
  }

  /** Writes the markers of a prepared transaction, unless they are written. */
  complete(transaction: Transaction): void {
    if (transaction.state === 'prepared') this.#end(transaction);
  }

  neverTimeOut(session: ProducerSession): void {
    this.#transactionOf(session).cancelTimeout();
  }

  /** Whether this session has a transaction that can still be committed. */
  isOpen(session: ProducerSession): boolean {
    const producer = this.#producers.get(session.id);
    return producer?.epoch === session.epoch && producer.current?.state === 'open';
  }

  /** @throws TransactionError `fenced` */
  abort(session: ProducerSession): void {
    this.#end(this.#transactionOf(session));
  }

  /** Every transaction whose markers are still missing. */
  prepared(): Transaction[] {
    const current = [...this.#producers.values()].map((producer) => producer.current);
    return current.filter((transaction) => transaction !== null).filter(({ state }) => state === 'prepared');
  }

  #transactionOf(session: ProducerSession): Transaction {
    const producer = this.#producers.get(session.id);
    if (producer?.epoch !== session.epoch) throw new TransactionError('fenced');
    producer.current ??= this.#begin(session.id, producer);
    return producer.current;
  }

  #begin(id: string, producer: Producer): Transaction {
    const transaction: Transaction = {
      producer: id,
      state: 'open',
      logs: new Set(),
      offsets: [],
      waiters: [],
      cancelTimeout: this.#options.clock.after(this.#options.timeoutMs, () => {
        producer.epoch += 1;
        this.#end(transaction);
      }),
    };
    return transaction;
  }

  #end(transaction: Transaction): void {
    transaction.cancelTimeout();
    transaction.state = transaction.state === 'prepared' ? 'committed' : 'aborted';
    const producer = this.#producers.get(transaction.producer);
    if (producer !== undefined) producer.current = null;
    if (transaction.state === 'committed') {
      for (const offset of transaction.offsets) this.#options.committed.set(offset);
    }
    for (const log of transaction.logs) log.finish(transaction);
    for (const waiter of transaction.waiters) waiter();
  }
}
