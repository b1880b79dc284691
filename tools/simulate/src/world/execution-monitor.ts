import type { RunContext } from '@docfleet/contracts';
import { laneOfTopic, partitionName, type Lane } from '@docfleet/domain';
import { revisionKey } from '@docfleet/integration';
import type { StageContext } from '@docfleet/stage';
import type { SimulatedProcess } from './process.ts';
import type { World } from './world.ts';

/** Grace period of an aborted handler in the runtime, in milliseconds. */
const stopGraceMs = 5000;

/** Time limit for a pause to reach every running process, in milliseconds. */
const pauseDeliveryMs = 1000;

/** Time limit for a stop to reach every running process, in milliseconds (M-12). */
const stopDeliveryMs = 2000;

interface ExecutingTask {
  readonly process: SimulatedProcess;
  readonly run: RunContext;
  readonly lane: Lane;
  readonly group: string;
}

/** Monitors executing tasks, and checks the guarantees of the scheduler. */
export class ExecutionMonitor {
  readonly #world: World;
  readonly #executing = new Set<ExecutingTask>();
  /** By process and record: number of partition losses when a task started that was later aborted as moved. */
  readonly #abortedAsMoved = new Map<string, number>();
  /** Tasks that were started, by process and record: what is executing is tried again in place, also in a pause. */
  readonly #begun = new Set<string>();
  /** By (run, revision): time of the stop in the log. */
  readonly #stoppedAtMs = new Map<string, number>();

  constructor(world: World) {
    this.#world = world;
  }

  stopped(runId: string, revision: number): void {
    const key = revisionKey(runId, revision);
    if (!this.#stoppedAtMs.has(key)) this.#stoppedAtMs.set(key, this.#world.clock.now());
  }

  /** A task starts; the returned function marks its end. */
  begin(process: SimulatedProcess, context: StageContext, slots: number): () => void {
    const { run, signal } = context;
    const group = process.groupOf(context.receivedFrom);
    const own = [...this.#executing].filter((other) => other.process === process && other.group === group);
    const { history } = this.#world;
    if (own.some((other) => other.run.runId === run.runId))
      history.violate(`${process.id} executes run ${run.runId} twice at once`);
    if (own.length >= slots)
      history.violate(`${process.id} executes more than ${String(slots)} runs at once`);
    const lane = laneOf(context);
    const others = own.filter((other) => other.lane !== 'urgent').length;
    if (slots > 1 && lane !== 'urgent' && others >= slots - 1)
      history.violate(`${process.id} leaves no slot for urgent task`);
    this.#checkPause(process, lane, context);
    if (process.stage !== 'integration' && process.stage !== 'preprocess') this.checkStops(process, run);

    this.#checkAdoption(process, context);
    const task: ExecutingTask = { process, run, lane, group };
    this.#executing.add(task);
    const beganAtMs = process.clock.now();
    const end = (): void => {
      if (!this.#executing.delete(task)) return;
      if (!process.isOwn(context.receivedFrom)) return;
      const now = process.clock.now();
      const unfair = process.fairness.ended({ lane, tenantId: run.tenantId }, now - beganAtMs, now);
      if (unfair !== undefined) history.violate(`${process.id}: ${unfair}`);
    };
    signal.addEventListener(
      'abort',
      () => {
        process.clock.after(stopGraceMs, end);
      },
      { once: true },
    );
    return end;
  }

  /** O-10: nothing of a paused lane starts. */
  #checkPause(process: SimulatedProcess, lane: Lane, { receivedFrom, source, attempt }: StageContext): void {
    const task = `${process.id} ${partitionName(receivedFrom)} ${source.topic} ${String(source.partition)} ${source.offset} ${String(attempt)}`;
    const isTriedAgain = this.#begun.has(task);
    this.#begun.add(task);
    const { gates, clock, history } = this.#world;
    const since = gates.pausedSince(process.stage, lane);
    if (since === undefined || isTriedAgain) return;
    const known = Math.max(since, process.startedAtMs, process.wokeAtMs) + pauseDeliveryMs;
    if (clock.now() > known) history.violate(`${process.id} starts a task of lane ${lane}, which is paused`);
  }

  /** M-16: a task that was aborted as moved starts again in the same process only if the partition was really lost. */
  #checkAdoption(
    process: SimulatedProcess,
    { receivedFrom, source, attempt, signal, run }: StageContext,
  ): void {
    if (process.stage === 'integration') return;
    const at = partitionName(receivedFrom);
    const record = `${process.id} ${at} ${source.topic} ${String(source.partition)} ${source.offset} ${String(attempt)} ${String(run.revision)}`;
    const timesLost = process.timesLost.get(at) ?? 0;
    if (this.#abortedAsMoved.get(record) === timesLost)
      this.#world.history.violate(
        `${process.id} repeats a task that it was executing: ${run.runId} from ${at}`,
      );
    signal.addEventListener(
      'abort',
      () => {
        if (signal.reason === 'moved') this.#abortedAsMoved.set(record, timesLost);
      },
      { once: true },
    );
  }

  /** M-12: no task of a revision starts after its stop has reached every process. */
  checkStops(process: SimulatedProcess, run: Pick<RunContext, 'runId' | 'revision'>): void {
    const stoppedAtMs = this.#stoppedAtMs.get(revisionKey(run.runId, run.revision));
    if (stoppedAtMs === undefined) return;
    const { clock, history, brokersDown, brokersUpAtMs, registryDown, registryUpAtMs } = this.#world;
    // Without brokers or the registry nobody can read what was ordered.
    if (brokersDown || registryDown) return;
    const possibleAtMs = Math.max(stoppedAtMs, brokersUpAtMs, registryUpAtMs, process.wokeAtMs);
    const deliveredAtMs = possibleAtMs + stopDeliveryMs;
    if (clock.now() > deliveredAtMs)
      history.violate(`${process.id} starts a task of run ${run.runId}, which was stopped`);
  }
}

/** The lane of the input topic: an ending may be in another lane than its run. */
function laneOf({ receivedFrom, run }: StageContext): Lane {
  return laneOfTopic(receivedFrom.topic) ?? run.lane;
}
