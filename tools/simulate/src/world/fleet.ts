import { groupOf } from '@docfleet/contracts';
import { lanes, stageNames, type StageName } from '@docfleet/domain';
import { silentFollowReport } from '@docfleet/record-log';
import {
  followStops,
  silentObserver,
  startCommonStage,
  startStage,
  type StageObserver,
} from '@docfleet/stage';
import { SimulatedProcess, type ProcessKeeper } from './process.ts';
import { stageOf } from './stages.ts';
import type { Breakpoint } from './breakpoints.ts';
import { ExecutionMonitor } from './execution-monitor.ts';
import { registryCodec, type World } from './world.ts';

/** Time limit of a drain, in milliseconds. */
const drainMs = 25_000;

/** Interval in milliseconds, and number, of probes of a process that the log will stop. */
const probeEveryMs = 500;
const probes = 8;

/** Starts the processes of all stages, stops them on demand, and replaces them. */
export class Fleet implements ProcessKeeper {
  readonly monitor: ExecutionMonitor;
  readonly #world: World;
  readonly #processes = new Set<SimulatedProcess>();
  #started = 0;
  /** Stages without processes while their offsets are changed. */
  readonly #stagesDown = new Map<StageName, number>();

  constructor(world: World) {
    this.#world = world;
    this.monitor = new ExecutionMonitor(world);
  }

  startAll(): void {
    for (const stage of stageNames) this.fill(stage);
  }

  /** Starts processes of a stage up to the planned number of members, and one of each of its pools. */
  fill(stage: StageName): void {
    if ((this.#stagesDown.get(stage) ?? 0) > 0) return;
    const { plan, pools } = this.#world;
    const count = (pool: string | null): number =>
      this.of(stage).filter((process) => process.pool === pool).length;
    while (count(null) < plan.membersPerStage) this.start(stage);
    if (stage !== 'extraction') return;
    for (const { name } of pools) if (count(name) === 0) this.start(stage, name);
  }

  /** Running and paused processes of a stage and of its pools. */
  of(stage: StageName): readonly SimulatedProcess[] {
    return [...this.#processes].filter(
      (process) => process.stage === stage && (process.state === 'running' || process.state === 'paused'),
    );
  }

  start(stage: StageName, pool: string | null = null): void {
    this.#started += 1;
    const id = `${groupOf(stage, pool)}-${String(this.#started)}`;
    const process = new SimulatedProcess({ id, stage, pool, world: this.#world, keeper: this });
    this.#processes.add(process);
    this.#world.history.note(() => `${id} starts`);
    void this.#run(process);
  }

  stop(process: SimulatedProcess, { how, forMs }: Pick<Breakpoint, 'how' | 'forMs'>): void {
    if (process.state === 'exited') return;
    if (how === 'rebalance') {
      const group = groupOf(process.stage, process.pool);
      this.#world.cluster.faults.rebalance(group, { rotate: forMs % 4 === 0 });
      return;
    }
    if (how === 'kill') {
      this.#remove(process, 'killed');
      this.#world.clock.after(forMs, () => {
        this.fill(process.stage);
      });
    } else if (process.state === 'running') {
      process.state = 'paused';
      this.#world.cluster.faults.pause(process.id);
      this.#world.history.note(() => `${process.id} is paused`);
      this.#world.clock.after(forMs, () => {
        this.wake(process);
      });
    }
  }

  wake(process: SimulatedProcess): void {
    if (process.state !== 'paused') return;
    process.state = 'running';
    process.wokeAtMs = this.#world.clock.now();
    this.#world.cluster.faults.wake(process.id);
    this.#world.history.note(() => `${process.id} wakes`);
  }

  /** Probes a process that the log will stop during a transaction, until it has stopped. */
  expectStop(process: SimulatedProcess, breakpoint: Breakpoint): void {
    let left = probes;
    const probe = (): void => {
      let answered = false;
      process.clock.after(0, () => (answered = true));
      this.#world.clock.after(1, () => {
        left -= 1;
        if (process.state !== 'running') return;
        if (!answered) this.#handleStop(process, breakpoint);
        else if (left > 0) this.#world.clock.after(probeEveryMs, probe);
      });
    };
    probe();
  }

  async drain(process: SimulatedProcess): Promise<void> {
    if (process.running === undefined || process.state !== 'running') return;
    process.state = 'leaving';
    this.#world.history.note(() => `${process.id} drains`);
    await process.running.drain(drainMs);
    this.#remove(process, 'has left');
  }

  /** Starts another process in the place of one, which drains. */
  async replace(process: SimulatedProcess): Promise<void> {
    this.start(process.stage, process.pool);
    await this.drain(process);
  }

  /** Kills every process of a stage, runs `action`, and starts others. */
  async whileDown(stage: StageName, action: () => void): Promise<void> {
    this.#stagesDown.set(stage, (this.#stagesDown.get(stage) ?? 0) + 1);
    for (const process of this.of(stage)) this.#remove(process, 'killed');
    await new Promise<void>((resolve) => this.#world.clock.after(12_000, resolve));
    action();
    this.#stagesDown.set(stage, (this.#stagesDown.get(stage) ?? 1) - 1);
    this.fill(stage);
  }

  /** Wakes paused processes and replaces dead ones. */
  recover(): void {
    for (const process of this.#processes) this.wake(process);
    for (const process of [...this.#processes])
      this.expectStop(process, { ...anyBreakpoint, stage: process.stage });
    for (const stage of stageNames) this.fill(stage);
  }

  async #run(process: SimulatedProcess): Promise<void> {
    const { clock, log, stage } = process;
    const codec = registryCodec(this.#world);
    const signal = new AbortController().signal;
    try {
      const stops = await followStops({
        log,
        codec,
        clock,
        signal,
        report: silentFollowReport,
      });
      const parts = { world: this.#world, process, keeper: this, monitor: this.monitor };
      const gate = this.#world.gates.gateOf(stage, clock);
      const followPauses = (): void => {
        process.fairness.pauseLanes(gate.pausedLanes());
      };
      followPauses();
      gate.onChange(followPauses);
      const options = {
        stage: stageOf(parts),
        log,
        codec,
        clock,
        stops,
        observer: this.#observe(process),
        gate,
        maxRecords: this.#world.plan.maxRecords,
      };
      const pools = process.pools.map(({ name }) => name);
      const isCommon = stage === 'extraction' && process.pool === null;
      process.running = await (isCommon ? startCommonStage(options, pools) : startStage(options));
    } catch (error) {
      this.#world.history.violate(`${stage} cannot start: ${String(error)}`);
    }
  }

  #observe(process: SimulatedProcess): StageObserver {
    const { history, plan, gates } = this.#world;
    return {
      ...silentObserver,
      logOf: (run) => ({
        info: () => undefined,
        warn: (message) => {
          history.note(() => `${process.id} ${run?.fileName ?? ''} warns: ${message}`);
        },
        error: (message, error) => {
          history.count('errors logged');
          history.note(() => `${process.id} ${run?.fileName ?? ''}: ${message}: ${String(error)}`);
        },
      }),
      concluded: ({ kind, code }) => {
        history.count(`concluded ${kind}`);
        history.note(() => `${process.id} concludes ${kind} ${code ?? ''}`);
      },
      doubted: ({ happened }) => {
        history.count(`doubts: ${happened ? 'happened' : 'did not happen'}`);
        history.note(
          () => `${process.id} had a commit in doubt: it ${happened ? 'happened' : 'did not happen'}`,
        );
      },
      inSpan: (run, traceparent, work) => {
        if (!gates.isOpen(process.stage))
          history.violate(`${process.id} starts a task while starting is held`);
        process.fairness.began(run.runId, process.clock.now());
        return work(traceparent);
      },
      handedBack: () => {
        history.count('released');
        history.note(() => `${process.id} releases a task`);
      },
      unreadableMetadata: () => {
        history.count('unreadable metadata');
      },
      loaded: ({ records }) => {
        // A lane that is full may receive one more batch; a partition without a position tells it by its first batch.
        const batches = lanes.length + process.partitionsWithoutPosition;
        if (records > plan.maxRecords + batches * plan.maxFetchRecords)
          history.violate(`${process.id} has ${String(records)} records, more than the look-ahead`);
      },
    };
  }

  #handleStop(process: SimulatedProcess, breakpoint: Breakpoint): void {
    if (breakpoint.how === 'pause') {
      process.state = 'paused';
      this.#world.clock.after(breakpoint.forMs, () => {
        this.wake(process);
      });
      return;
    }
    this.#remove(process, 'died');
    this.#world.clock.after(breakpoint.forMs, () => {
      this.fill(process.stage);
    });
  }

  #remove(process: SimulatedProcess, how: string): void {
    process.state = 'exited';
    this.#processes.delete(process);
    this.#world.cluster.faults.kill(process.id);
    this.#world.history.note(() => `${process.id} ${how}`);
  }
}

const anyBreakpoint = {
  boundary: 'commit',
  after: 0,
  how: 'kill',
  forMs: 0,
  losesMetadata: false,
  sendsElsewhere: false,
} as const;
