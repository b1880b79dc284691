import type { RecordCodec, RunContext, TopicName } from '@docfleet/contracts';
import type { Clock } from '@docfleet/domain';
import type { RecordLog } from '@docfleet/record-log';
import type { StageObserver } from './observer.ts';
import type { Stage, StartGate, Stops } from './stage.ts';

export interface RunnerOptions<F extends TopicName> {
  readonly stage: Stage<F>;
  readonly log: RecordLog;
  readonly codec: RecordCodec;
  readonly clock: Clock;
  readonly stops: Stops;
  readonly observer: StageObserver;
  /** Consumer group; default: the stage's name. */
  readonly group?: string;
  /** Records that wait for their turn at most (M-07: fairness is promised within them); default 10,000. */
  readonly maxRecords?: number;
  /** Bytes of all records in flight at most; default 64 MiB. */
  readonly maxBytes?: number;
  /** Runs of one tenant executed at the same time; default: all of the stage's. */
  readonly maxRunsPerTenant?: number;
  /** Waiting longer than this counts before the weights of lanes, in milliseconds; default 120,000. */
  readonly ageBoundMs?: number;
  /** Whether executions may be started; default: always. What is fetched waits in memory, the rest in the log. */
  readonly gate?: StartGate;
  /** Marks the context of a run that was executed for `activeMs`, whatever came of it; default: as it is. */
  readonly mark?: (run: RunContext, activeMs: number) => RunContext;
  /** How long a fenced partition waits for the next assignment before it is opened again; default 3,000 ms. */
  readonly fencedReopenDelayMs?: number;
}

/** A stage that runs in this process. */
export interface RunningStage {
  /** Milliseconds since the fetch loop last moved: liveness. */
  idleMs(): number;
  readonly group: string;
  /** Handlers that run, and records that wait for their turn. */
  load(): { readonly working: number; readonly records: number };
  /** M-17: starts nothing more, finishes what is executing or hands it back after `limitMs`, commits, leaves. */
  drain(limitMs: number): Promise<void>;
}
