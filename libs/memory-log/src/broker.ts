import type { Clock } from '@docfleet/domain';
import { CommittedOffsets } from './committed-offsets.ts';
import { Group } from './group.ts';
import { Network } from './network.ts';
import { PlannedFaults } from './planned-faults.ts';
import { Topics } from './topics.ts';
import { Transactions } from './transactions.ts';

export interface BrokerOptions {
  readonly clock: Clock;
  readonly random: () => number;
  /** Latency of one message in milliseconds: a constant, or a range it is drawn from. */
  readonly latencyMs: number | readonly [min: number, max: number];
  readonly sessionTimeoutMs: number;
  readonly transactionTimeoutMs: number;
  readonly maxFetchRecords: number;
}

/** The state that all processes share: topics, groups, transactions, offsets and the network. */
export class Broker {
  readonly clock: Clock;
  readonly random: () => number;
  readonly maxFetchRecords: number;
  readonly network: Network;
  readonly topics = new Topics();
  readonly committed = new CommittedOffsets();
  readonly faults = new PlannedFaults();
  readonly transactions: Transactions;
  readonly #groups = new Map<string, Group>();
  readonly #sessionTimeoutMs: number;
  #memberIds = 0;

  constructor(options: BrokerOptions) {
    const { clock, random, latencyMs, transactionTimeoutMs } = options;
    this.clock = clock;
    this.random = random;
    this.maxFetchRecords = options.maxFetchRecords;
    this.#sessionTimeoutMs = options.sessionTimeoutMs;
    const [min, max] = typeof latencyMs === 'number' ? [latencyMs, latencyMs] : latencyMs;
    const latency = min === max ? () => min : () => min + random() * (max - min);
    this.network = new Network({ clock, latency });
    this.transactions = new Transactions({
      clock,
      committed: this.committed,
      timeoutMs: transactionTimeoutMs,
    });
  }

  group(name: string): Group {
    const known = this.#groups.get(name);
    if (known !== undefined) return known;
    const group = new Group({
      clock: this.clock,
      network: this.network,
      sessionTimeoutMs: this.#sessionTimeoutMs,
      partitionCount: (topic) => this.topics.partitionCount(topic),
    });
    this.#groups.set(name, group);
    return group;
  }

  /** Member ids start with the client id, as in Kafka, and have a counter, so that runs are reproducible. */
  nextMemberId(clientId: string): string {
    this.#memberIds += 1;
    return `${clientId}#${this.#memberIds}`;
  }
}
