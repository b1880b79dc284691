import { groupOf, poolsAmong, type Pool, type RunContext } from '@docfleet/contracts';
import {
  type Clock,
  laneOfTopic,
  partitionName,
  sleep,
  type SourcePosition,
  type StageName,
  type TopicPartition,
} from '@docfleet/domain';
import { type GroupListener, type GroupMember, type RecordLog, TransactionError } from '@docfleet/record-log';
import type { RunningStage } from '@docfleet/stage';
import type { Boundary } from '../plan/plan.ts';
import type { Breakpoint } from './breakpoints.ts';
import { FairnessMonitor } from './fairness-monitor.ts';
import type { World } from './world.ts';

/** Stops and replaces processes. */
export interface ProcessKeeper {
  stop(process: SimulatedProcess, breakpoint: Pick<Breakpoint, 'how' | 'forMs'>): void;
  /** The log will stop this process: detect it, and start another. */
  expectStop(process: SimulatedProcess, breakpoint: Breakpoint): void;
}

/** A process of a stage. */
export class SimulatedProcess {
  readonly id: string;
  readonly stage: StageName;
  /** The pool that it works for; null: the stage itself. */
  readonly pool: string | null;
  /** Pools of the deployment when it started. */
  readonly pools: readonly Pool[];
  readonly clock: Clock;
  readonly log: RecordLog;
  readonly startedAtMs: number;
  state: 'running' | 'paused' | 'leaving' | 'exited' = 'running';
  /** Time of its last wake, in milliseconds since the epoch. */
  wokeAtMs = 0;
  running: RunningStage | undefined;
  /** By partition: number of times that this process lost it. */
  readonly timesLost = new Map<string, number>();
  /** By group: what it is assigned. */
  readonly #assigned = new Map<string, ReadonlySet<string>>();
  /** By partition: the epoch of its last open. */
  readonly #openedIn = new Map<string, number>();
  /** Partitions that it opened without a committed position, and has not committed since. */
  readonly #uncommitted = new Set<string>();
  readonly fairness: FairnessMonitor;
  /** Records fetched from a lane and not decoded yet; a retry has the same origin, but waits until it is due. */
  readonly #fetchedFromLanes = new Set<string>();
  readonly #world: World;
  readonly #keeper: ProcessKeeper;

  constructor(options: {
    readonly id: string;
    readonly stage: StageName;
    readonly pool: string | null;
    readonly world: World;
    readonly keeper: ProcessKeeper;
  }) {
    const { id, stage, pool, world, keeper } = options;
    this.id = id;
    this.stage = stage;
    this.pool = pool;
    this.pools = world.pools;
    this.#world = world;
    this.#keeper = keeper;
    this.clock = world.cluster.clockOf(id);
    this.startedAtMs = world.clock.now();
    this.fairness = new FairnessMonitor(world.plan.slots);
    this.log = this.#instrument(world.cluster.log(id));
  }

  /** Reaches a boundary inside of the process. Never resolves if the process is killed here. */
  async reach(boundary: Boundary): Promise<void> {
    const breakpoint = this.#world.breakpoints.hit(this.stage, boundary);
    if (breakpoint !== undefined) await this.#stopAt(breakpoint);
  }

  async #stopAt(breakpoint: Breakpoint): Promise<void> {
    this.#count(breakpoint);
    this.#world.clock.after(0, () => {
      this.#keeper.stop(this, breakpoint);
    });
    await sleep(this.clock, 0);
  }

  /** Passes a boundary at a server, while this process waits for the response. */
  pass(boundary: Boundary): Breakpoint | undefined {
    const breakpoint = this.#world.breakpoints.hit(this.stage, boundary);
    if (breakpoint === undefined) return undefined;
    this.#count(breakpoint);
    this.#keeper.stop(this, breakpoint);
    return breakpoint;
  }

  /** Stops inside of a transaction by a fault of the log; a rebalance may happen at any time meanwhile. */
  #stopInTransaction(
    breakpoint: Breakpoint,
    at: TopicPartition,
    after: 'records' | 'offset' | 'commit',
  ): void {
    const { cluster, clock } = this.#world;
    if (breakpoint.how === 'rebalance') {
      clock.after(breakpoint.forMs % 300, () => {
        this.#keeper.stop(this, breakpoint);
      });
      return;
    }
    cluster.faults.inTransaction({ kind: breakpoint.how, after }, { clientId: this.id, at });
    this.#keeper.expectStop(this, breakpoint);
  }

  /**
   * Puts this transaction in doubt if that is planned. Metadata that will be lost must not be empty, so that only the
   * metadata shows that the step was committed.
   */
  #putInDoubt(at: TopicPartition, metadata: string): Breakpoint | undefined {
    const { breakpoints, cluster } = this.#world;
    const breakpoint = breakpoints.hit(
      this.stage,
      'doubt',
      ({ losesMetadata }) => !losesMetadata || metadata !== '',
    );
    if (breakpoint === undefined) return undefined;
    const kind = breakpoint.losesMetadata || breakpoint.forMs % 2 === 0 ? 'answer-lost' : 'commit-lost';
    cluster.faults.inTransaction({ kind }, { clientId: this.id, at });
    return breakpoint;
  }

  async #stopInDoubt(breakpoint: Breakpoint, at: TopicPartition): Promise<void> {
    const { cluster, history, replays } = this.#world;
    if (breakpoint.losesMetadata) {
      replays.set(this.stage, (replays.get(this.stage) ?? 0) + 1);
      cluster.faults.loseMetadata(this.groupOf(at), at);
      history.count('metadata lost in a doubt');
    }
    await this.#stopAt(breakpoint);
  }

  #count(breakpoint: Breakpoint): void {
    this.#world.history.count(`boundary ${breakpoint.stage} ${breakpoint.boundary} ${breakpoint.how}`);
    this.#world.history.note(() => `${this.id} is stopped at "${breakpoint.boundary}" (${breakpoint.how})`);
  }

  #instrument(log: RecordLog): RecordLog {
    return {
      join: async (options) =>
        this.#instrumentMember(
          await log.join({
            ...options,
            listener: this.#instrumentListener(options.group, options.listener),
          }),
        ),
      follow: (options) => log.follow(options),
      readRange: async (options) => {
        const records = await log.readRange(options);
        await this.reach('look');
        return records;
      },
      endOffset: (at) => log.endOffset(at),
      partitionOf: (topic, key) => log.partitionOf(topic, key),
      topicNames: () => log.topicNames(),
      clusterId: () => log.clusterId(),
      produce: (records) => log.produce(records),
      close: () => log.close(),
    };
  }

  #note(text: () => string): void {
    this.#world.history.note(() => `${this.id} ${text()}`);
  }

  /** Counts losses of each partition. */
  #noteAssignment(group: string, partitions: readonly TopicPartition[]): void {
    this.fairness.clear();
    const now = new Set(partitions.map(partitionName));
    for (const name of this.#assigned.get(group) ?? []) if (!now.has(name)) this.#noteLoss(name);
    this.#assigned.set(group, now);
  }

  /** How many of its partitions have no position that it knows from a commit. */
  get partitionsWithoutPosition(): number {
    return this.#uncommitted.size;
  }

  /** Whether a partition is of the process's own work, and not of a removed pool that it finishes. */
  isOwn({ topic }: Pick<TopicPartition, 'topic'>): boolean {
    return (poolsAmong([topic])[0] ?? null) === this.pool;
  }

  /** The group under which it reads a partition. */
  groupOf({ topic }: Pick<TopicPartition, 'topic'>): string {
    return groupOf(this.stage, poolsAmong([topic])[0] ?? null);
  }

  #noteLoss(name: string): void {
    this.timesLost.set(name, (this.timesLost.get(name) ?? 0) + 1);
    this.fairness.clear();
  }

  /** The runtime has received a record with the origin `source`. */
  received(run: RunContext, source: SourcePosition & { readonly timestampMs: number }): void {
    if (!this.isOwn(source)) return;
    const lane = laneOfTopic(source.topic);
    const waits = this.#fetchedFromLanes.delete(positionOf(source)) && lane !== undefined;
    const waiting = waits ? { lane, tenantId: run.tenantId, arrivedAtMs: source.timestampMs } : null;
    this.fairness.arrived(run.runId, waiting, this.clock.now());
  }

  #instrumentListener(group: string, listener: GroupListener): GroupListener {
    return {
      assigned: (epoch, partitions) => {
        this.#noteAssignment(group, partitions);
        this.#note(() => `is assigned ${partitions.map(partitionName).join(' ')} in epoch ${String(epoch)}`);
        listener.assigned(epoch, partitions);
      },
      revoking: () => {
        this.#note(() => 'is notified of a rebalance');
        listener.revoking();
      },
      settled: () => listener.settled?.() ?? Promise.resolve(),
      fetched: (batch) => {
        if (laneOfTopic(batch.topic) !== undefined)
          for (const record of batch.records) this.#fetchedFromLanes.add(positionOf(record));
        listener.fetched(batch);
      },
      lost: (error) => {
        this.#note(() => `has lost its membership: ${String(error)}`);
        this.#noteAssignment(group, []);
        listener.lost(error);
      },
    };
  }

  #instrumentMember(member: GroupMember): GroupMember {
    return {
      open: async (at, epoch) => {
        // Opened again in the same epoch: its tasks may have been abandoned.
        if (this.#openedIn.get(partitionName(at)) === epoch) this.#noteLoss(partitionName(at));
        this.#openedIn.set(partitionName(at), epoch);
        const committed = await member.open(at, epoch);
        if (committed.offset === null) this.#uncommitted.add(partitionName(at));
        this.#note(() => `opens ${partitionName(at)}, committed at ${String(committed.offset)}`);
        return committed;
      },
      fetchFrom: (at, epoch, offset) => {
        member.fetchFrom(at, epoch, offset);
      },
      transact: async (at, epoch, transaction) => {
        for (const boundary of ['records', 'offset', 'commit'] as const) {
          if (boundary === 'records' && transaction.records.length === 0) continue;
          const breakpoint = this.#world.breakpoints.hit(this.stage, boundary);
          if (breakpoint === undefined) continue;
          this.#count(breakpoint);
          this.#stopInTransaction(breakpoint, at, boundary);
        }
        const { offset, records, metadata } = transaction;
        const doubt = this.#putInDoubt(at, metadata);
        try {
          await member.transact(at, epoch, transaction);
          this.#uncommitted.delete(partitionName(at));
        } catch (error) {
          // Fenced, or moved by another owner while in doubt: tasks may be abandoned without a rebalance.
          this.#noteLoss(partitionName(at));
          this.#note(() => `could not commit ${partitionName(at)} to ${String(offset)}: ${String(error)}`);
          const isDoubt = error instanceof TransactionError && error.outcome === 'in-doubt';
          if (isDoubt && doubt !== undefined) await this.#stopInDoubt(doubt, at);
          throw error;
        }
        this.#note(
          () => `commits ${partitionName(at)} to ${String(offset)} with ${String(records.length)} records`,
        );
        await this.reach('committed');
      },
      pause: (at) => {
        member.pause(at);
      },
      resume: (at) => {
        member.resume(at);
      },
      idleMs: () => member.idleMs(),
      leave: () => member.leave(),
    };
  }
}

function positionOf({
  topic,
  partition,
  offset,
}: TopicPartition & { readonly offset: bigint | string }): string {
  return `${topic}/${String(partition)}/${String(offset)}`;
}
