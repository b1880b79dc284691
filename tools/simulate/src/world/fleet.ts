import { stageNames, type StageName } from '@docfleet/domain';
import { followStops, silentObserver, type StageObserver, startStage } from '@docfleet/stage';
import { SimulatedProcess, type ProcessKeeper } from './process.ts';
import { stageOf } from './stages.ts';
import type { Trap } from './traps.ts';
import { Watch } from './watch.ts';
import { registryCodec, type World } from './world.ts';

/** How long a drain may take, in milliseconds. */
const drainMs = 25_000;

/** How often a process that the log is to stop is looked at, and how many times, in milliseconds. */
const probeEveryMs = 500;
const probes = 8;

/** Starts the processes of all stages, stops them as told, and starts others in their place. */
export class Fleet implements ProcessKeeper {
  readonly watch: Watch;
  readonly #world: World;
  readonly #processes = new Set<SimulatedProcess>();
  #started = 0;
  /** Stages that are held down for as long as something is done to their offsets. */
  readonly #heldDown = new Map<StageName, number>();

  constructor(world: World) {
    this.#world = world;
    this.watch = new Watch(world);
  }

  startAll(): void {
    for (const stage of stageNames) this.fill(stage);
  }

  /** Brings a stage to the planned number of members. */
  fill(stage: StageName): void {
    const isHeldDown = (this.#heldDown.get(stage) ?? 0) > 0;
    while (!isHeldDown && this.of(stage).length < this.#world.plan.membersPerStage) this.start(stage);
  }

  /** Processes of a stage that are there, paused ones included. */
  of(stage: StageName): readonly SimulatedProcess[] {
    return [...this.#processes].filter(
      (process) => process.stage === stage && (process.state === 'running' || process.state === 'paused'),
    );
  }

  start(stage: StageName): void {
    this.#started += 1;
    const id = `${stage}-${String(this.#started)}`;
    const process = new SimulatedProcess({ id, stage, world: this.#world, keeper: this });
    this.#processes.add(process);
    this.#world.history.note(() => `${id} starts`);
    void this.#run(process);
  }

  stop(process: SimulatedProcess, { how, forMs }: Pick<Trap, 'how' | 'forMs'>): void {
    if (process.state === 'gone') return;
    if (how === 'rebalance') {
      this.#world.cluster.faults.rebalance(process.stage, { rotate: forMs % 4 === 0 });
      return;
    }
    if (how === 'kill') {
      this.#gone(process, 'killed');
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

  /** The log stops the process somewhere in its transaction and tells nobody: it is looked at until that is so. */
  expectStop(process: SimulatedProcess, trap: Trap): void {
    let left = probes;
    const probe = (): void => {
      let answered = false;
      process.clock.after(0, () => (answered = true));
      this.#world.clock.after(1, () => {
        left -= 1;
        if (process.state !== 'running') return;
        if (!answered) this.#foundStopped(process, trap);
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
    this.#gone(process, 'has left');
  }

  /** Ends every process of a stage, does something while nobody is there, and starts others. */
  async whileDown(stage: StageName, action: () => void): Promise<void> {
    this.#heldDown.set(stage, (this.#heldDown.get(stage) ?? 0) + 1);
    for (const process of this.of(stage)) this.#gone(process, 'killed');
    await new Promise<void>((resolve) => this.#world.clock.after(12_000, resolve));
    action();
    this.#heldDown.set(stage, (this.#heldDown.get(stage) ?? 1) - 1);
    this.fill(stage);
  }

  /** Wakes what sleeps and replaces what is dead. */
  mend(): void {
    for (const process of this.#processes) this.wake(process);
    for (const process of [...this.#processes])
      this.expectStop(process, { ...anyTrap, stage: process.stage });
    for (const stage of stageNames) this.fill(stage);
  }

  async #run(process: SimulatedProcess): Promise<void> {
    const { clock, log, stage } = process;
    const codec = registryCodec(this.#world);
    const signal = new AbortController().signal;
    try {
      const stops = await followStops({
        log,
        codec: this.#world.codec,
        signal,
        onUndecodable: () => undefined,
      });
      const parts = { world: this.#world, process, keeper: this, watch: this.watch };
      process.running = await startStage({
        stage: stageOf(parts),
        log,
        codec,
        clock,
        stops,
        observer: this.#observe(process),
        gate: this.#world.gates.gateOf(stage, clock),
        maxRecords: this.#world.plan.maxRecords,
      });
    } catch (error) {
      this.#world.history.violate(`${stage} cannot start: ${String(error)}`);
    }
  }

  #observe(process: SimulatedProcess): StageObserver {
    const { history, plan, gates } = this.#world;
    const mostRecords = plan.maxRecords + 3 * plan.maxFetchRecords;
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
        history.note(() => `${process.id} doubted a commit: it ${happened ? 'happened' : 'did not happen'}`);
      },
      inSpan: (run, traceparent, work) => {
        if (!gates.isOpen(process.stage)) history.violate(`${process.id} starts work while starting is held`);
        process.turns.began(run.runId, process.clock.now());
        return work(traceparent);
      },
      handedBack: () => {
        history.count('handed back');
        history.note(() => `${process.id} hands work back`);
      },
      unreadableMetadata: () => {
        history.count('unreadable metadata');
      },
      loaded: ({ records }) => {
        if (records > mostRecords)
          history.violate(`${process.id} has ${String(records)} records in hand, more than the look-ahead`);
      },
    };
  }

  #foundStopped(process: SimulatedProcess, trap: Trap): void {
    if (trap.how === 'pause') {
      process.state = 'paused';
      this.#world.clock.after(trap.forMs, () => {
        this.wake(process);
      });
      return;
    }
    this.#gone(process, 'died');
    this.#world.clock.after(trap.forMs, () => {
      this.fill(process.stage);
    });
  }

  #gone(process: SimulatedProcess, how: string): void {
    process.state = 'gone';
    this.#processes.delete(process);
    this.#world.cluster.faults.kill(process.id);
    this.#world.history.note(() => `${process.id} ${how}`);
  }
}

const anyTrap = {
  boundary: 'commit',
  after: 0,
  how: 'kill',
  forMs: 0,
  losesMetadata: false,
  sendsElsewhere: false,
} as const;
