import type { TopicPartition } from '@docfleet/domain';
import type { CommittedPosition, GroupListener, GroupMember, LogTransaction } from '@docfleet/record-log';
import type { Kafka } from 'kafkajs';
import type { LogLine } from './client.ts';
import { ClusterLink } from './cluster-link.ts';
import { Membership } from './membership.ts';
import { PartitionFetcher } from './partition-fetcher.ts';
import { PartitionTransactions } from './transactions.ts';

export interface MemberOptions {
  readonly kafka: Kafka;
  readonly brokers: readonly string[];
  readonly sessionTimeoutMs: number;
  readonly log: LogLine;
  readonly group: string;
  readonly topics: readonly (readonly string[])[];
  readonly listener: GroupListener;
  /** Told the number of partitions that cannot be read, when it changes. */
  readonly onUnreadable?: (partitions: number) => void;
}

/** A member of a group: membership, fetcher and transactional producers, which share one epoch. */
export class KafkaGroupMember implements GroupMember {
  readonly #listener: GroupListener;
  readonly #link: ClusterLink;
  readonly #fetcher: PartitionFetcher;
  readonly #transactions: PartitionTransactions;
  readonly #membership: Membership;
  #epoch = 0;
  /** Aborted when the current epoch ends. */
  #current = new AbortController();

  constructor(options: MemberOptions) {
    const { kafka, log, listener, group, onUnreadable } = options;
    this.#listener = listener;
    this.#link = new ClusterLink(kafka, log);
    this.#fetcher = new PartitionFetcher({
      kafka,
      log,
      deliver: (batch) => {
        listener.fetched(batch);
      },
      ...(onUnreadable && { onUnreadable }),
    });
    this.#transactions = new PartitionTransactions({
      kafka,
      link: this.#link,
      group,
      log,
      signalOf: (epoch) => this.#signalOf(epoch),
    });
    this.#membership = new Membership({
      ...options,
      onAssigned: (partitions) => {
        this.#assigned(partitions);
      },
      onRevoking: () => {
        listener.revoking();
      },
      settled: () => listener.settled?.() ?? Promise.resolve(),
      onLost: (error) => {
        this.#endEpoch('The membership was lost');
        listener.lost(error);
      },
    });
  }

  open(at: TopicPartition, epoch: number): Promise<CommittedPosition> {
    return this.#transactions.open(at, epoch);
  }

  fetchFrom(at: TopicPartition, epoch: number, offset: bigint | null): void {
    if (!this.#signalOf(epoch).aborted) this.#fetcher.start(at, epoch, offset);
  }

  transact(at: TopicPartition, epoch: number, transaction: LogTransaction): Promise<void> {
    return this.#transactions.transact(at, epoch, transaction);
  }

  pause(at: TopicPartition): void {
    this.#fetcher.pause(at);
  }

  resume(at: TopicPartition): void {
    this.#fetcher.resume(at);
  }

  idleMs(): number {
    return Math.max(this.#membership.idleMs(), this.#fetcher.idleMs());
  }

  async leave(): Promise<void> {
    this.#fetcher.stopAll();
    await this.#membership.leave();
    this.#endEpoch('The member left the group');
    await Promise.all([this.#transactions.close(), this.#fetcher.close()]);
    await this.#link.close();
  }

  #assigned(partitions: readonly TopicPartition[]): void {
    this.#endEpoch('The group was rebalanced');
    this.#epoch += 1;
    this.#current = new AbortController();
    this.#transactions.retain(partitions);
    this.#listener.assigned(this.#epoch, partitions);
  }

  #endEpoch(why: string): void {
    this.#fetcher.stopAll();
    this.#current.abort(new Error(why));
  }

  #signalOf(epoch: number): AbortSignal {
    return epoch === this.#epoch
      ? this.#current.signal
      : AbortSignal.abort(new Error('The group was rebalanced'));
  }
}
