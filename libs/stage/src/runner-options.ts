import type { RecordCodec, RunContext, TopicName } from '@docfleet/contracts';
import type { Clock, StageQueue } from '@docfleet/domain';
import type { LogRecord, RecordLog } from '@docfleet/record-log';
import type { StageObserver } from './observer.ts';
import type { Stage, StartGate, Stops } from './stage.ts';

/**
 * Holds tenants back that send more than they may (M-20). Their records wait in the look-ahead, where they hold nobody up, and
 * fill half of it at most: what waits beyond that is started as if nobody were held.
 */
export interface TenantPace {
  /** Whether a record waits while its tenant is held. */
  isPaced(record: LogRecord): boolean;
  /** Whether the tenant has to wait; asked whenever something may start. */
  isHeld(tenantId: string): boolean;
  /** A paced record of the tenant has been started. */
  started(tenantId: string): void;
  /** Calls the listener when a tenant that was held may be held no more; the returned function ends that. */
  onChange(listener: () => void): () => void;
}

export interface RunnerOptions<F extends TopicName> {
  readonly stage: Stage<F>;
  readonly log: RecordLog;
  readonly codec: RecordCodec;
  readonly clock: Clock;
  readonly stops: Stops;
  readonly observer: StageObserver;
  /** Consumer group; default: that of the stage, or of its pool. */
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
  /**
   * `dead-letter`: what the tries in place do not mend is a dead letter at once, without the delays of the retry topics.
   * For a caller who waits, and where nothing outside can recover meanwhile; default: `topics`.
   */
  readonly afterQuickTries?: 'topics' | 'dead-letter';
  /** Which tenants are held back; default: none. */
  readonly pace?: TenantPace | undefined;
  /** Marks the context of a run that was executed for `activeMs`, whatever came of it; default: as it is. */
  readonly mark?: (run: RunContext, activeMs: number) => RunContext;
  /** Told how many pages of a run's document its stage has done; must not throw or wait. Default: nobody is told. */
  readonly onPages?: (run: RunContext, pages: PagesDone) => void;
  /** How long a fenced partition waits for the next assignment before it is opened again; default 3,000 ms. */
  readonly fencedReopenDelayMs?: number;
}

/** Pages of a document that a stage has done, out of `pageCount`; 0 when that is unknown. */
export interface PagesDone {
  readonly pagesDone: number;
  readonly pageCount: number;
}

/** A stage that runs in this process. */
export interface RunningStage {
  /** Milliseconds since the fetch loop last moved: liveness. */
  idleMs(): number;
  readonly group: string;
  /** Handlers that run, and records that wait for their turn. */
  load(): { readonly working: number; readonly records: number };
  /** Records that were fetched and not started, by their lane; `retry`: those of the retry topics, due or not. */
  waiting(): ReadonlyMap<StageQueue, number>;
  /** M-17: starts nothing more, finishes what is executing or hands it back after `limitMs`, commits, leaves. */
  drain(limitMs: number): Promise<void>;
}
