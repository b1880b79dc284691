import type { RunContext } from '@docfleet/contracts';
import { laneOfTopic, type Lane } from '@docfleet/domain';
import type { StageContext } from '@docfleet/stage';
import { keyOf } from './outcomes.ts';
import type { SimulatedProcess } from './process.ts';
import type { World } from './world.ts';

/** Time after which a handler that was told to stop may be given up, in milliseconds: what the runtime allows. */
const stopGraceMs = 5000;

/** Time in which a stop has reached every process that runs, in milliseconds (M-12). */
const stopReachesMs = 2000;

interface AtWork {
  readonly process: SimulatedProcess;
  readonly run: RunContext;
  readonly lane: Lane;
}

/** Watches what is at work where, and holds it to the bounds that the scheduler promises. */
export class Watch {
  readonly #world: World;
  readonly #working = new Set<AtWork>();
  /** By process and record: how often the partition had gone when work began that was told that it moved. */
  readonly #toldToGo = new Map<string, number>();
  /** By (run, revision): when the stop was in the log. */
  readonly #stoppedAtMs = new Map<string, number>();

  constructor(world: World) {
    this.#world = world;
  }

  stopped(runId: string, revision: number): void {
    const key = keyOf(runId, revision);
    if (!this.#stoppedAtMs.has(key)) this.#stoppedAtMs.set(key, this.#world.clock.now());
  }

  /** Work begins; the returned function says that it has ended. */
  begin(process: SimulatedProcess, context: StageContext, slots: number): () => void {
    const { run, signal } = context;
    const own = [...this.#working].filter((other) => other.process === process);
    const { history } = this.#world;
    if (own.some((other) => other.run.runId === run.runId))
      history.violate(`${process.id} works run ${run.runId} twice at once`);
    if (own.length >= slots) history.violate(`${process.id} works more than ${String(slots)} runs at once`);
    const lane = laneOf(context);
    const others = own.filter((other) => other.lane !== 'urgent').length;
    if (slots > 1 && lane !== 'urgent' && others >= slots - 1)
      history.violate(`${process.id} leaves no slot for urgent work`);
    if (process.stage !== 'integration' && process.stage !== 'preprocess') this.checkStops(process, run);

    this.#checkAdoption(process, context);
    const work: AtWork = { process, run, lane };
    this.#working.add(work);
    const beganAtMs = process.clock.now();
    const end = (): void => {
      if (!this.#working.delete(work)) return;
      const now = process.clock.now();
      const unfair = process.turns.ended({ lane, tenantId: run.tenantId }, now - beganAtMs, now);
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

  /** M-16: work that was told that its partition moved is begun again only where the partition really went. */
  #checkAdoption(
    process: SimulatedProcess,
    { receivedFrom, source, attempt, signal, run }: StageContext,
  ): void {
    if (process.stage === 'integration') return;
    const at = `${receivedFrom.topic}/${String(receivedFrom.partition)}`;
    const record = `${process.id} ${at} ${source.topic} ${String(source.partition)} ${source.offset} ${String(attempt)} ${String(run.revision)}`;
    const timesLost = process.timesLost.get(at) ?? 0;
    if (this.#toldToGo.get(record) === timesLost)
      this.#world.history.violate(
        `${process.id} does work again that it had in hand: ${run.runId} from ${at}`,
      );
    signal.addEventListener(
      'abort',
      () => {
        if (signal.reason === 'moved') this.#toldToGo.set(record, timesLost);
      },
      { once: true },
    );
  }

  /** M-12: no work begins on a revision whose stop has reached every process. */
  checkStops(process: SimulatedProcess, run: Pick<RunContext, 'runId' | 'revision'>): void {
    const stoppedAtMs = this.#stoppedAtMs.get(keyOf(run.runId, run.revision));
    if (stoppedAtMs === undefined) return;
    const { clock, history, brokersBackAtMs } = this.#world;
    const couldHear = Math.max(stoppedAtMs, brokersBackAtMs, process.wokeAtMs) + stopReachesMs;
    if (clock.now() > couldHear)
      history.violate(`${process.id} starts work on run ${run.runId}, which was stopped`);
  }
}

/** The lane it was taken from: an ending may have come on another one than its run's. */
function laneOf({ receivedFrom, run }: StageContext): Lane {
  return laneOfTopic(receivedFrom.topic) ?? run.lane;
}
