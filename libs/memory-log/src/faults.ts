import type { TopicPartition } from '@docfleet/domain';
import { TransactionError, type OutgoingRecord } from '@docfleet/record-log';
import type { Broker } from './broker.ts';
import type { OffsetCommit } from './committed-offsets.ts';
import type { MemoryMember } from './memory-member.ts';
import type { TransactionFault, TransactionMatch } from './planned-faults.ts';
import type { Process } from './process.ts';

/** A transaction that stands open until somebody ends it. */
export interface HangingTransaction {
  readonly commit: () => void;
  readonly abort: () => void;
}

/**
 * Everything that can be made to go wrong, at once and the same way every time.
 *
 * There is no fault for an offset that is read stale after a commit: the port reads offsets only inside `open`, where
 * they are true; `markers-late` is what makes `cluster.committed` lag behind an answered commit.
 */
export interface Faults {
  /** The next transaction that matches meets this fault; several wait in the order they were planned. */
  inTransaction(fault: TransactionFault, match?: TransactionMatch): void;
  /** Writes the markers that `markers-late` holds back. */
  completeTransactions(): void;
  /**
   * Somebody's transaction, begun now. It never times out; it ends when somebody opens its `transactionalId`, and
   * under `<group>.<topic>.<partition>` it is what a crashed owner leaves behind.
   *
   * @throws TransactionError `fenced` from `commit` and `abort` when it was ended by somebody else
   */
  openTransaction(parts: {
    readonly transactionalId: string;
    readonly records: readonly (OutgoingRecord & { readonly partition: number })[];
    readonly offset?: OffsetCommit;
  }): HangingTransaction;
  /** The brokers answer nothing until `brokersBack`: calls wait, transactions and writes give up after 30 s. */
  brokersAway(): void;
  brokersBack(): void;
  /** Nothing runs in the process while time passes; its memberships run out after the session timeout. */
  pause(clientId: string): void;
  wake(clientId: string): void;
  /** The process is gone without a word. `cluster.log` with the same clientId starts a new one. */
  kill(clientId: string): void;
  /** Ends every membership of a process as the client library does when it gives up. */
  loseMembership(clientId: string): void;
  /** A new generation; with `rotate` every member gets what its neighbour had. */
  rebalance(group: string, options?: { readonly rotate: boolean }): void;
  loseMetadata(group: string, at: TopicPartition): void;
  /** Moves a committed offset, back or on, without metadata. */
  moveOffset(group: string, at: TopicPartition, offset: bigint): void;
  /** Writes a record again, as a producer does that did not hear its answer. */
  duplicate(at: TopicPartition, offset: bigint): void;
  /** Keeps the newest record of each key. */
  compact(topic: string): void;
}

export interface FaultReach {
  readonly broker: Broker;
  /** Throws for a client that has no process. */
  readonly processOf: (clientId: string) => Process;
  readonly membersOf: (clientId: string) => readonly MemoryMember[];
}

export function createFaults({ broker, processOf, membersOf }: FaultReach): Faults {
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
      const ended = (): void => {
        if (!transactions.isOpen(session)) throw new TransactionError('fenced');
      };
      return {
        commit: () => {
          ended();
          transactions.complete(transactions.prepare(session));
        },
        abort: () => {
          ended();
          transactions.abort(session);
        },
      };
    },
    brokersAway: () => {
      network.goDown();
    },
    brokersBack: () => {
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
      for (const member of [...membersOf(clientId)]) member.lose(new Error('the membership was lost'));
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
      if (record?.value == null) throw new Error(`there is no record at offset ${offset}`);
      log.append({ ...record, value: record.value }, broker.clock.now(), null);
    },
    compact: (topic) => {
      for (const log of topics.logsOf(topic)) log.compact();
    },
  };
}
