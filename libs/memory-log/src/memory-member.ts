import { partitionName, type TopicPartition } from '@docfleet/domain';
import {
  type CommittedPosition,
  type GroupListener,
  type GroupMember,
  type LogTransaction,
  maxMetadataBytes,
  TransactionError,
} from '@docfleet/record-log';
import type { Broker } from './broker.ts';
import type { Group, GroupMessage } from './group.ts';
import type { Process } from './process.ts';
import { Tail } from './tail.ts';
import { runTransaction, type Addressed } from './transact.ts';
import type { ProducerSession } from './transactions.ts';

export interface MemoryMemberOptions {
  readonly broker: Broker;
  readonly process: Process;
  readonly group: string;
  readonly topics: readonly (readonly string[])[];
  readonly listener: GroupListener;
  readonly address: (transaction: LogTransaction) => Addressed[];
}

interface Producer {
  readonly session: ProducerSession;
  busy: boolean;
  /** Outcome of a failed transaction: the producer is unusable until the partition is opened again. */
  failed: TransactionError['outcome'] | null;
}

/** A partition that is assigned to this member in one epoch. */
interface AssignedPartition {
  readonly at: TopicPartition;
  producer: Producer | null;
  tail: Tail | null;
  paused: boolean;
}

/** A group member in one simulated process. */
export class MemoryMember implements GroupMember {
  readonly #options: MemoryMemberOptions;
  readonly #group: Group;
  readonly #unwatch: () => void;
  /** Messages of the coordinator that the process has not received yet, in order. */
  readonly #inbox: (() => void)[] = [];
  #assigned = new Map<string, AssignedPartition>();
  #epoch = 0;
  #memberId = '';
  #ended = false;
  #failJoin: ((error: Error) => void) | undefined;

  constructor(options: MemoryMemberOptions) {
    this.#options = options;
    this.#group = options.broker.group(options.group);
    this.#unwatch = options.process.watch({
      silent: () => {
        this.#group.becomeSilent(this.#memberId);
      },
      woke: () => {
        this.#group.heartbeat(this.#memberId);
        this.#checkMembership();
      },
    });
  }

  /** Resolves when the coordinator has answered; the first assignment comes after that, and so does `lost`. */
  join(): Promise<GroupMember> {
    return new Promise((resolve, reject) => {
      this.#failJoin = reject;
      this.#options.broker.network.send(() => {
        this.#deliver(() => {
          this.#failJoin = undefined;
          resolve(this);
        });
        this.#joinGroup();
      });
    });
  }

  async open(at: TopicPartition, epoch: number): Promise<CommittedPosition> {
    const { broker, process, group } = this.#options;
    this.#assignedPartition(at, epoch);
    const session = await broker.network.call<ProducerSession>(process, (reply) => {
      reply.with(broker.transactions.init(`${group}.${partitionName(at).replace('/', '.')}`));
    });
    const position = await broker.network.call<CommittedPosition>(process, (reply) => {
      reply.with(broker.committed.get(group, at));
    });
    this.#assignedPartition(at, epoch).producer = { session, busy: false, failed: null };
    return position;
  }

  fetchFrom(at: TopicPartition, epoch: number, offset: bigint | null): void {
    const assigned = this.#assigned.get(partitionName(at));
    if (assigned === undefined || epoch !== this.#epoch || this.#ended) return;
    const { broker, process, listener } = this.#options;
    assigned.tail?.stop();
    assigned.tail = new Tail({
      log: broker.topics.logAt(at),
      from: offset,
      network: broker.network,
      process,
      maxRecords: broker.maxFetchRecords,
      deliver: (records, nextOffset) => {
        listener.fetched({ ...at, epoch, records, nextOffset });
      },
    });
    if (assigned.paused) assigned.tail.pause();
  }

  async transact(at: TopicPartition, epoch: number, transaction: LogTransaction): Promise<void> {
    const { broker, process, group } = this.#options;
    if (Buffer.byteLength(transaction.metadata) > maxMetadataBytes) {
      throw new RangeError(`Offset metadata is longer than ${maxMetadataBytes} bytes`);
    }
    const { producer } = this.#assignedPartition(at, epoch);
    if (producer === null) throw new TransactionError('fenced');
    if (producer.failed !== null) throw new TransactionError(producer.failed);
    if (producer.busy) throw new Error(`Concurrent transactions on ${partitionName(at)}`);
    const records = this.#options.address(transaction);
    producer.busy = true;
    try {
      const { session } = producer;
      const { offset, metadata } = transaction;
      const fault = broker.faults.take({ clientId: process.clientId, group, at });
      await runTransaction({
        broker,
        process,
        session,
        records,
        offset: { group, at, offset, metadata },
        fault,
      });
    } catch (error) {
      producer.failed = error instanceof TransactionError ? error.outcome : 'in-doubt';
      throw error;
    } finally {
      producer.busy = false;
    }
  }

  pause(at: TopicPartition): void {
    const assigned = this.#assigned.get(partitionName(at));
    if (assigned === undefined) return;
    assigned.paused = true;
    assigned.tail?.pause();
  }

  resume(at: TopicPartition): void {
    const assigned = this.#assigned.get(partitionName(at));
    if (assigned === undefined) return;
    assigned.paused = false;
    assigned.tail?.resume();
  }

  /** Fetches are driven by events, so they stop only while the brokers are down. */
  idleMs(): number {
    return this.#options.broker.network.downMs;
  }

  async leave(): Promise<void> {
    if (this.#ended) return;
    this.#end();
    await this.#options.broker.network.call<undefined>(this.#options.process, (reply) => {
      this.#group.leave(this.#memberId);
      reply.with(undefined);
    });
  }

  /** Ends the membership as an error from inside the client would. */
  lose(error: Error): void {
    if (this.#ended) return;
    this.#end();
    this.#group.leave(this.#memberId);
    this.#options.process.run(() => {
      if (this.#failJoin === undefined) this.#options.listener.lost(error);
      else this.#failJoin(error);
    });
  }

  #end(): void {
    this.#ended = true;
    this.#unwatch();
    this.#stopFetching();
  }

  /** @throws TransactionError `fenced` when the partition is not assigned to this member in this epoch */
  #assignedPartition(at: TopicPartition, epoch: number): AssignedPartition {
    const assigned = this.#assigned.get(partitionName(at));
    if (assigned === undefined || epoch !== this.#epoch || this.#ended) throw new TransactionError('fenced');
    return assigned;
  }

  #joinGroup(): void {
    if (this.#ended) return;
    const { broker, process, topics } = this.#options;
    const memberId = broker.nextMemberId(process.clientId);
    this.#memberId = memberId;
    this.#group.join({
      memberId,
      topics,
      notify: (message) => {
        this.#deliver(() => {
          if (memberId === this.#memberId) this.#handle(message);
        });
      },
    });
    // The process may have stopped while the request was in flight.
    if (process.state !== 'running') this.#group.becomeSilent(memberId);
  }

  /** Delivers messages in order, whatever their latencies. */
  #deliver(action: () => void): void {
    const { broker, process } = this.#options;
    this.#inbox.push(action);
    broker.network.send(() => {
      process.run(() => this.#inbox.shift()?.());
    });
  }

  #handle(message: GroupMessage): void {
    if (this.#ended) return;
    this.#stopFetching();
    if (message.kind === 'rebalancing') {
      this.#options.listener.revoking();
      this.#rejoin();
      return;
    }
    this.#epoch = message.generation;
    this.#assigned = new Map(
      message.partitions.map((at) => [partitionName(at), { at, producer: null, tail: null, paused: false }]),
    );
    this.#options.listener.assigned(message.generation, message.partitions);
  }

  #rejoin(): void {
    const memberId = this.#memberId;
    this.#options.broker.network.send(() => {
      if (!this.#group.rejoin(memberId)) this.#expel(memberId);
    });
  }

  /** After a pause, checks whether the group has removed this member. */
  #checkMembership(): void {
    const memberId = this.#memberId;
    this.#options.broker.network.send(() => {
      if (!this.#group.has(memberId)) this.#expel(memberId);
    });
  }

  /** The group has removed this member: it joins as a new one. */
  #expel(memberId: string): void {
    this.#deliver(() => {
      if (this.#ended || memberId !== this.#memberId) return;
      this.#memberId = '';
      this.#stopFetching();
      this.#options.listener.revoking();
      this.#options.broker.network.send(() => {
        this.#joinGroup();
      });
    });
  }

  #stopFetching(): void {
    for (const assigned of this.#assigned.values()) assigned.tail?.stop();
  }
}
