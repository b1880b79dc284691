import { partitionName, type TopicPartition } from '@docfleet/domain';
import {
  maxMetadataBytes,
  TransactionError,
  type CommittedPosition,
  type GroupListener,
  type GroupMember,
  type LogTransaction,
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
  /** How its last transaction failed: then it is of no use until the partition is opened again. */
  failed: TransactionError['outcome'] | null;
}

/** A partition as this member has it in one epoch. */
interface Share {
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
  /** What the coordinator has said and the process has not heard yet, in order. */
  readonly #inbox: (() => void)[] = [];
  #shares = new Map<string, Share>();
  #epoch = 0;
  #memberId = '';
  #over = false;
  #failJoin: ((error: Error) => void) | undefined;

  constructor(options: MemoryMemberOptions) {
    this.#options = options;
    this.#group = options.broker.group(options.group);
    this.#unwatch = options.process.watch({
      silent: () => {
        this.#group.silent(this.#memberId);
      },
      woke: () => {
        this.#group.heard(this.#memberId);
        this.#checkMembership();
      },
    });
  }

  /** Resolves when the coordinator has answered; the first assignment comes after that, and so does `lost`. */
  join(): Promise<GroupMember> {
    return new Promise((resolve, reject) => {
      this.#failJoin = reject;
      this.#options.broker.network.send(() => {
        this.#tell(() => {
          this.#failJoin = undefined;
          resolve(this);
        });
        this.#sitDown();
      });
    });
  }

  async open(at: TopicPartition, epoch: number): Promise<CommittedPosition> {
    const { broker, process, group } = this.#options;
    this.#shareOf(at, epoch);
    const session = await broker.network.call<ProducerSession>(process, (reply) => {
      reply.with(broker.transactions.init(`${group}.${partitionName(at).replace('/', '.')}`));
    });
    const position = await broker.network.call<CommittedPosition>(process, (reply) => {
      reply.with(broker.committed.get(group, at));
    });
    this.#shareOf(at, epoch).producer = { session, busy: false, failed: null };
    return position;
  }

  fetchFrom(at: TopicPartition, epoch: number, offset: bigint | null): void {
    const share = this.#shares.get(partitionName(at));
    if (share === undefined || epoch !== this.#epoch || this.#over) return;
    const { broker, process, listener } = this.#options;
    share.tail?.stop();
    share.tail = new Tail({
      log: broker.topics.logAt(at),
      from: offset,
      network: broker.network,
      process,
      maxRecords: broker.maxFetchRecords,
      deliver: (records, nextOffset) => {
        listener.fetched({ ...at, epoch, records, nextOffset });
      },
    });
    if (share.paused) share.tail.hold();
  }

  async transact(at: TopicPartition, epoch: number, transaction: LogTransaction): Promise<void> {
    const { broker, process, group } = this.#options;
    if (Buffer.byteLength(transaction.metadata) > maxMetadataBytes) {
      throw new RangeError(`offset metadata is longer than ${maxMetadataBytes} bytes`);
    }
    const { producer } = this.#shareOf(at, epoch);
    if (producer === null) throw new TransactionError('fenced');
    if (producer.failed !== null) throw new TransactionError(producer.failed);
    if (producer.busy) throw new Error(`two transactions at once on ${partitionName(at)}`);
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
    const share = this.#shares.get(partitionName(at));
    if (share === undefined) return;
    share.paused = true;
    share.tail?.hold();
  }

  resume(at: TopicPartition): void {
    const share = this.#shares.get(partitionName(at));
    if (share === undefined) return;
    share.paused = false;
    share.tail?.release();
  }

  /** Fetches are answered by events, so the loop stands still only while the brokers do. */
  idleMs(): number {
    return this.#options.broker.network.downMs;
  }

  async leave(): Promise<void> {
    if (this.#over) return;
    this.#end();
    await this.#options.broker.network.call<undefined>(this.#options.process, (reply) => {
      this.#group.leave(this.#memberId);
      reply.with(undefined);
    });
  }

  /** Ends the membership as an error from inside the client would. */
  lose(error: Error): void {
    if (this.#over) return;
    this.#end();
    this.#group.leave(this.#memberId);
    this.#options.process.run(() => {
      if (this.#failJoin === undefined) this.#options.listener.lost(error);
      else this.#failJoin(error);
    });
  }

  #end(): void {
    this.#over = true;
    this.#unwatch();
    this.#stopFetching();
  }

  /** @throws TransactionError `fenced` when the partition is not this member's in this epoch */
  #shareOf(at: TopicPartition, epoch: number): Share {
    const share = this.#shares.get(partitionName(at));
    if (share === undefined || epoch !== this.#epoch || this.#over) throw new TransactionError('fenced');
    return share;
  }

  #sitDown(): void {
    if (this.#over) return;
    const { broker, process, topics } = this.#options;
    const memberId = broker.nextMemberId(process.clientId);
    this.#memberId = memberId;
    this.#group.join({
      memberId,
      topics,
      tell: (message) => {
        this.#tell(() => {
          if (memberId === this.#memberId) this.#hear(message);
        });
      },
    });
    // It may have stopped while the request was on its way.
    if (process.state !== 'running') this.#group.silent(memberId);
  }

  /** Delivers in order whatever the latencies are. */
  #tell(action: () => void): void {
    const { broker, process } = this.#options;
    this.#inbox.push(action);
    broker.network.send(() => {
      process.run(() => this.#inbox.shift()?.());
    });
  }

  #hear(message: GroupMessage): void {
    if (this.#over) return;
    this.#stopFetching();
    if (message.kind === 'rebalancing') {
      this.#options.listener.revoking();
      this.#rejoin();
      return;
    }
    this.#epoch = message.generation;
    this.#shares = new Map(
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

  /** A process that stood still finds out whether the group went on without it. */
  #checkMembership(): void {
    const memberId = this.#memberId;
    this.#options.broker.network.send(() => {
      if (!this.#group.has(memberId)) this.#expel(memberId);
    });
  }

  /** The group knows this member no more: it joins as a new one. */
  #expel(memberId: string): void {
    this.#tell(() => {
      if (this.#over || memberId !== this.#memberId) return;
      this.#memberId = '';
      this.#stopFetching();
      this.#options.listener.revoking();
      this.#options.broker.network.send(() => {
        this.#sitDown();
      });
    });
  }

  #stopFetching(): void {
    for (const share of this.#shares.values()) share.tail?.stop();
  }
}
