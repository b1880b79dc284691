import type { TopicPartition } from '@docfleet/domain';
import { TransactionError, type OutgoingRecord } from '@docfleet/record-log';
import type { Broker } from './broker.ts';
import type { OffsetCommit } from './committed-offsets.ts';
import type { MemoryMember } from './memory-member.ts';
import type { TransactionFault, TransactionMatch } from './planned-faults.ts';
import type { Process } from './process.ts';

/** A transaction that stays open until `commit` or `abort`. */
export interface HangingTransaction {
  readonly commit: () => void;
  readonly abort: () => void;
}

/**
 * Faults that can be injected; they take effect at once and are reproducible.
 *
 * There is no fault for an offset that is read stale after a commit: the port reads offsets only inside `open`, where
 * they are current; `markers-late` is what makes `cluster.committed` lag behind an answered commit.
 */
export interface Faults {
  /** Injects a fault into the next transaction that matches; planned faults apply in their order. */
  inTransaction(fault: TransactionFault, match?: TransactionMatch): void;
  /** Writes the markers that `markers-late` holds back. */
  completeTransactions(): void;
  /**
   * Begins a transaction that never times out; it is aborted when a producer with its `transactionalId` is initialised.
   * With the id `<group>.<topic>.<partition>` it is what a crashed owner leaves open.
   *
   * @throws TransactionError `fenced` from `commit` and `abort` when another producer has assertOpen it
   */
  openTransaction(parts: {
    readonly transactionalId: string;
    readonly records: readonly (OutgoingRecord & { readonly partition: number })[];
    readonly offset?: OffsetCommit;
  }): HangingTransaction;
  /** Brokers do not answer until `startBrokers`: calls wait, transactions and writes fail after 30 s. */
  stopBrokers(): void;
  startBrokers(): void;
  /** Nothing runs in the process; its memberships end after the session timeout. */
  pause(clientId: string): void;
  wake(clientId: string): void;
  /** Ends the process without cleanup. `cluster.log` with the same clientId starts a new one. */
  kill(clientId: string): void;
  /** Ends every membership of a process as a fatal error of the client library does. */
  loseMembership(clientId: string): void;
  /** Starts a new generation; with `rotate` every member gets the partitions of the next one. */
  rebalance(group: string, options?: { readonly rotate: boolean }): void;
  loseMetadata(group: string, at: TopicPartition): void;
  /** Moves a committed offset, backwards or forwards, without metadata. */
  moveOffset(group: string, at: TopicPartition, offset: bigint): void;
  /** Writes a record again, as a producer without idempotence does after a lost response. */
  duplicate(at: TopicPartition, offset: bigint): void;
  /** Keeps the newest record of each key. */
  compact(topic: string): void;
}

export interface FaultContext {
  readonly broker: Broker;
  /** Throws for a client that has no process. */
  readonly processOf: (clientId: string) => Process;
  readonly membersOf: (clientId: string) => readonly MemoryMember[];
}

export function createFaults({ broker, processOf, membersOf }: FaultContext): Faults {
  const { faults, network, transactions, committed, topics } = broker;
  return {
    inTransaction: (fault, match = {}) => {
      faults.plan(fault, match);
    },
    completeTransactions: () => {
      for (const transaction of transactions.prepared()) transactions.complete(transaction);
    },
    openTransaction: ({ transactionalId, records, offset }) => {
      const session = transactions.init(transactionalId);
      for (const record of records) transactions.append(session, topics.logAt(record), record);
      if (offset !== undefined) transactions.addOffset(session, offset);
      transactions.neverTimeOut(session);
      const assertOpen = (): void => {
        if (!transactions.isOpen(session)) throw new TransactionError('fenced');
      };
      return {
        commit: () => {
          assertOpen();
          transactions.complete(transactions.prepare(session));
        },
        abort: () => {
          assertOpen();
          transactions.abort(session);
        },
      };
    },
    stopBrokers: () => {
      network.goDown();
    },
    startBrokers: () => {
      network.comeBack();
    },
    pause: (clientId) => {
      processOf(clientId).pause();
    },
    wake: (clientId) => {
      processOf(clientId).wake();
    },
    kill: (clientId) => {
      processOf(clientId).kill();
    },
    loseMembership: (clientId) => {
      for (const member of [...membersOf(clientId)]) member.lose(new Error('The membership was lost'));
    },
    rebalance: (group, options = { rotate: false }) => {
      broker.group(group).rebalance(options);
    },
    loseMetadata: (group, at) => {
      const { offset } = committed.get(group, at);
      if (offset !== null) committed.set({ group, at, offset, metadata: '' });
    },
    moveOffset: (group, at, offset) => {
      committed.set({ group, at, offset, metadata: '' });
    },
    duplicate: (at, offset) => {
      const log = topics.logAt(at);
      const record = log.entries[Number(offset)]?.record;
      if (record?.value == null) throw new Error(`No record at offset ${offset}`);
      log.append({ ...record, value: record.value }, broker.clock.now(), null);
    },
    compact: (topic) => {
      for (const log of topics.logsOf(topic)) log.compact();
    },
  };
}
