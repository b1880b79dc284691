import type { Run } from '@docfleet/contracts';
import type { TenantRuns } from '@docfleet/database';
import { FailureError, sleep, toFailure, type Clock } from '@docfleet/domain';
import type { Log, Metrics } from '@docfleet/telemetry';

/** Bounds of the rows that wait, by default 10,000 rows and 32 MiB of JSON. */
export interface WaitingRowsLimits {
  readonly maxRows: number;
  readonly maxBytes: number;
}

const defaultLimits: WaitingRowsLimits = { maxRows: 10_000, maxBytes: 32 * 1024 ** 2 };

/** Interval between two tries, in milliseconds. */
const intervalMs = 1_000;

/**
 * First rows of runs that were accepted while the database was unavailable, until it stores them. They are lost with
 * the process; the ledger then makes the row from the run's events. A row is stored unacknowledged, so that the sweeper
 * publishes the submission again unless the ledger has seen it accepted: a rejection that the ledger read before there was
 * a row is repeated.
 */
export interface WaitingRows {
  /** Nothing changes when the run waits already. @throws FailureError `DATABASE_UNAVAILABLE` when no more may wait */
  add(run: Run): void;
  /** Undefined also for a run of another tenant. */
  findOfTenant(tenantId: string, runId: string): Run | undefined;
  /** Stores the rows until `signal` aborts, and then tries once more. */
  run(signal: AbortSignal): Promise<void>;
}

export function createWaitingRows(
  parts: {
    readonly runsOf: (tenantId: string) => Pick<TenantRuns, 'insertFirst'>;
    readonly clock: Clock;
    readonly log: Log;
    readonly metrics: Pick<Metrics, 'gauge'>;
  },
  limits: WaitingRowsLimits = defaultLimits,
): WaitingRows {
  const { runsOf, clock, log } = parts;
  const waiting = new Map<string, { readonly run: Run; readonly bytes: number }>();
  let waitingBytes = 0;
  const gauge = parts.metrics.gauge(
    'docfleet_first_rows_waiting',
    'First rows of accepted runs that wait for the database.',
  );
  gauge.set({}, 0);

  const remove = (runId: string, bytes: number): void => {
    waiting.delete(runId);
    waitingBytes -= bytes;
    gauge.set({}, waiting.size);
  };
  /** Ends early when the database is unavailable. */
  const store = async (): Promise<void> => {
    for (const { run, bytes } of [...waiting.values()]) {
      try {
        await runsOf(run.tenantId).insertFirst(run);
      } catch (error) {
        if (toFailure(error).code === 'DATABASE_UNAVAILABLE') return;
        log
          .child({ runId: run.runId, requestId: run.requestId ?? undefined, tenant: run.tenantId })
          .error('First row of a run was refused; the ledger makes the row from its events', error);
      }
      remove(run.runId, bytes);
    }
  };

  return {
    add: (run) => {
      if (waiting.has(run.runId)) return;
      const bytes = Buffer.byteLength(JSON.stringify(run));
      if (waiting.size >= limits.maxRows || waitingBytes + bytes > limits.maxBytes) {
        const cause = new Error(`${waiting.size} first rows wait for the database; no more may wait`);
        throw new FailureError('DATABASE_UNAVAILABLE', {}, { cause });
      }
      waiting.set(run.runId, { run, bytes });
      waitingBytes += bytes;
      gauge.set({}, waiting.size);
    },
    findOfTenant: (tenantId, runId) => {
      const run = waiting.get(runId)?.run;
      return run?.tenantId === tenantId ? run : undefined;
    },
    run: async (signal) => {
      while (!signal.aborted) {
        await sleep(clock, intervalMs, signal).catch(() => undefined);
        await store();
      }
      if (waiting.size === 0) return;
      log.warn('First rows of runs were not stored; the ledger makes them from events', {
        rows: waiting.size,
      });
    },
  };
}
