import type { RunContext } from '@docfleet/contracts';
import {
  lanes,
  sleep,
  partitionName,
  type Clock,
  type Lane,
  type SourcePosition,
  type StageName,
  type TopicPartition,
} from '@docfleet/domain';
import { TransactionError } from '@docfleet/record-log';
import type { GroupListener, GroupMember, RecordLog } from '@docfleet/record-log';
import type { RunningStage } from '@docfleet/stage';
import type { Boundary } from '../plan/plan.ts';
import type { Trap } from './traps.ts';
import { Turns } from './turns.ts';
import type { World } from './world.ts';

/** What can be done to a process from outside. */
export interface ProcessKeeper {
  stop(process: SimulatedProcess, trap: Pick<Trap, 'how' | 'forMs'>): void;
  /** The log will stop this process by itself: find out, and start another. */
  expectStop(process: SimulatedProcess, trap: Trap): void;
}

/** A process of a stage. */
export class SimulatedProcess {
  readonly id: string;
  readonly stage: StageName;
  readonly clock: Clock;
  readonly log: RecordLog;
  readonly startedAtMs: number;
  state: 'running' | 'paused' | 'leaving' | 'gone' = 'running';
  /** When it last woke up, in milliseconds since the epoch. */
  wokeAtMs = 0;
  running: RunningStage | undefined;
  /** By partition: how often it was this process's and then was not. */
  readonly timesLost = new Map<string, number>();
  #held: ReadonlySet<string> = new Set();
  /** By partition: the epoch in which it was opened last. */
  readonly #openedIn = new Map<string, number>();
  readonly turns: Turns;
  /** Records that were fetched from a lane, and not taken in yet: a retry names the same place, and waits for its time. */
  readonly #fetchedFromLanes = new Set<string>();
  readonly #world: World;
  readonly #keeper: ProcessKeeper;

  constructor(options: {
    readonly id: string;
    readonly stage: StageName;
    readonly world: World;
    readonly keeper: ProcessKeeper;
  }) {
    const { id, stage, world, keeper } = options;
    this.id = id;
    this.stage = stage;
    this.#world = world;
    this.#keeper = keeper;
    this.clock = world.cluster.clockOf(id);
    this.startedAtMs = world.clock.now();
    this.turns = new Turns(world.plan.slots);
    this.log = this.#watched(world.cluster.log(id));
  }

  /** A boundary inside the process. If it is stopped here for good, this never resolves. */
  async reach(boundary: Boundary): Promise<void> {
    const trap = this.#world.traps.spring(this.stage, boundary);
    if (trap !== undefined) await this.#stopAt(trap);
  }

  async #stopAt(trap: Trap): Promise<void> {
    this.#count(trap);
    this.#world.clock.after(0, () => {
      this.#keeper.stop(this, trap);
    });
    await sleep(this.clock, 0);
  }

  /** A boundary that is passed elsewhere, while this process waits for the answer. */
  pass(boundary: Boundary): Trap | undefined {
    const trap = this.#world.traps.spring(this.stage, boundary);
    if (trap === undefined) return undefined;
    this.#count(trap);
    this.#keeper.stop(this, trap);
    return trap;
  }

  /** The log knows the parts of a transaction; for a change of the group any time meanwhile will do. */
  #stopInTransaction(trap: Trap, at: TopicPartition, after: 'records' | 'offset' | 'commit'): void {
    const { cluster, clock } = this.#world;
    if (trap.how === 'rebalance') {
      clock.after(trap.forMs % 300, () => {
        this.#keeper.stop(this, trap);
      });
      return;
    }
    cluster.faults.inTransaction({ kind: trap.how, after }, { clientId: this.id, at });
    this.#keeper.expectStop(this, trap);
  }

  /**
   * Makes a doubt of this transaction if one is planned. Metadata that is to be lost must hold something: then the log
   * knows of the step by it alone.
   */
  #plantDoubt(at: TopicPartition, metadata: string): Trap | undefined {
    const { traps, cluster } = this.#world;
    const trap = traps.spring(this.stage, 'doubt', ({ losesMetadata }) => !losesMetadata || metadata !== '');
    if (trap === undefined) return undefined;
    const kind = trap.losesMetadata || trap.forMs % 2 === 0 ? 'answer-lost' : 'commit-lost';
    cluster.faults.inTransaction({ kind }, { clientId: this.id, at });
    return trap;
  }

  async #stopInDoubt(trap: Trap, at: TopicPartition): Promise<void> {
    const { cluster, history, replays } = this.#world;
    if (trap.losesMetadata) {
      replays.set(this.stage, (replays.get(this.stage) ?? 0) + 1);
      cluster.faults.loseMetadata(this.stage, at);
      history.count('metadata lost in a doubt');
    }
    await this.#stopAt(trap);
  }

  #count(trap: Trap): void {
    this.#world.history.count(`boundary ${trap.stage} ${trap.boundary} ${trap.how}`);
    this.#world.history.note(() => `${this.id} is stopped at "${trap.boundary}" (${trap.how})`);
  }

  #watched(log: RecordLog): RecordLog {
    return {
      join: async (options) =>
        this.#watchedMember(
          await log.join({ ...options, listener: this.#watchedListener(options.listener) }),
        ),
      follow: (options) => log.follow(options),
      readRange: async (options) => {
        const records = await log.readRange(options);
        await this.reach('look');
        return records;
      },
      endOffset: (at) => log.endOffset(at),
      partitionOf: (topic, key) => log.partitionOf(topic, key),
      clusterId: () => log.clusterId(),
      produce: (records) => log.produce(records),
      close: () => log.close(),
    };
  }

  #note(text: () => string): void {
    this.#world.history.note(() => `${this.id} ${text()}`);
  }

  /** Counts how often each partition has gone away. */
  #noteAssignment(partitions: readonly TopicPartition[]): void {
    this.turns.forget();
    const now = new Set(partitions.map(partitionName));
    for (const name of this.#held) if (!now.has(name)) this.#noteLoss(name);
    this.#held = now;
  }

  #noteLoss(name: string): void {
    this.timesLost.set(name, (this.timesLost.get(name) ?? 0) + 1);
    this.turns.forget();
  }

  /** The runtime has taken a record in that stood first at `source`. */
  tookIn(run: RunContext, source: SourcePosition & { readonly timestampMs: number }): void {
    const lane = laneOfTopic(source.topic);
    const waits = this.#fetchedFromLanes.delete(placeOf(source)) && lane !== undefined;
    const waiting = waits ? { lane, tenantId: run.tenantId, arrivedAtMs: source.timestampMs } : null;
    this.turns.arrived(run.runId, waiting, this.clock.now());
  }

  #watchedListener(listener: GroupListener): GroupListener {
    return {
      assigned: (epoch, partitions) => {
        this.#noteAssignment(partitions);
        this.#note(() => `is given ${partitions.map(partitionName).join(' ')} in epoch ${String(epoch)}`);
        listener.assigned(epoch, partitions);
      },
      revoking: () => {
        this.#note(() => 'hears that its group changes');
        listener.revoking();
      },
      settled: () => listener.settled?.() ?? Promise.resolve(),
      fetched: (batch) => {
        if (laneOfTopic(batch.topic) !== undefined)
          for (const record of batch.records) this.#fetchedFromLanes.add(placeOf(record));
        listener.fetched(batch);
      },
      lost: (error) => {
        this.#note(() => `has lost its membership: ${String(error)}`);
        this.#noteAssignment([]);
        listener.lost(error);
      },
    };
  }

  #watchedMember(member: GroupMember): GroupMember {
    return {
      open: async (at, epoch) => {
        // Once more in the same epoch: what was in hand may have been given up.
        if (this.#openedIn.get(partitionName(at)) === epoch) this.#noteLoss(partitionName(at));
        this.#openedIn.set(partitionName(at), epoch);
        const committed = await member.open(at, epoch);
        this.#note(() => `opens ${partitionName(at)}, which stands at ${String(committed.offset)}`);
        return committed;
      },
      fetchFrom: (at, epoch, offset) => {
        member.fetchFrom(at, epoch, offset);
      },
      transact: async (at, epoch, transaction) => {
        for (const boundary of ['records', 'offset', 'commit'] as const) {
          if (boundary === 'records' && transaction.records.length === 0) continue;
          const trap = this.#world.traps.spring(this.stage, boundary);
          if (trap === undefined) continue;
          this.#count(trap);
          this.#stopInTransaction(trap, at, boundary);
        }
        const { offset, records, metadata } = transaction;
        const doubt = this.#plantDoubt(at, metadata);
        try {
          await member.transact(at, epoch, transaction);
        } catch (error) {
          // Fenced, or moved by somebody while in doubt: what is in hand may be given up although the group has not changed.
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

function laneOfTopic(topic: string): Lane | undefined {
  return lanes.find((lane) => topic.endsWith(`.${lane}`));
}

function placeOf({
  topic,
  partition,
  offset,
}: TopicPartition & { readonly offset: bigint | string }): string {
  return `${topic}/${String(partition)}/${String(offset)}`;
}
