import { refusalOf, type Audit, type AuditEntry } from '@docfleet/database';
import { FailureError, sleep, type Clock } from '@docfleet/domain';
import type { Log, Metrics } from '@docfleet/telemetry';

/** Bounds of the rows that wait, by default 40,000 rows and 24 MiB of JSON. */
export interface CallLogLimits {
  readonly maxRows: number;
  readonly maxBytes: number;
}

const defaultLimits: CallLogLimits = { maxRows: 40_000, maxBytes: 24 * 1024 ** 2 };

/** Interval between two writes, in milliseconds. */
const intervalMs = 500;

/** Rows of one statement. */
const atOnce = 500;

/** Room for the row of a call that is not over yet. */
export interface ReservedRow {
  /** Fills it, or with undefined gives it back. A second call does nothing. */
  settle(entry: AuditEntry | undefined): void;
}

/**
 * Rows of the audit log about calls, which wait for the next write. Room for a row is reserved before the call is executed:
 * while the database is away the rows wait, and once there is no more room calls that need one are refused, so that none
 * goes without its row. Rows that wait are lost with a process that is killed.
 */
export interface CallLog {
  /** @throws FailureError `AUDIT_UNAVAILABLE` when no more rows may wait */
  reserve(): ReservedRow;
  /** Writes what waits now. @throws FailureError `DATABASE_UNAVAILABLE`; the rows wait on */
  flush(): Promise<void>;
  /** Writes the rows until `signal` aborts. */
  run(signal: AbortSignal): Promise<void>;
  /** Writes the rows of the calls that ended last; those that cannot be written are counted as lost, and logged. */
  close(): Promise<void>;
}

export function createCallLog(
  parts: {
    readonly audit: Pick<Audit, 'addAll'>;
    readonly clock: Clock;
    readonly log: Log;
    readonly metrics: Pick<Metrics, 'gauge' | 'counter'>;
  },
  limits: CallLogLimits = defaultLimits,
): CallLog {
  const { audit, clock, log, metrics } = parts;
  const waiting: { readonly entry: AuditEntry; readonly bytes: number }[] = [];
  let waitingBytes = 0;
  let reserved = 0;
  let flushing: Promise<void> | undefined;
  const gauge = metrics.gauge(
    'docfleet_audit_rows_waiting',
    'Rows of the audit log that wait for the database.',
  );
  const lost = metrics.counter(
    'docfleet_audit_rows_lost_total',
    'Rows of the audit log that could not be written before the process ended, or that the database refused.',
  );
  gauge.set({}, 0);
  lost.inc({}, 0);

  const remove = (count: number): void => {
    for (const { bytes } of waiting.splice(0, count)) waitingBytes -= bytes;
    gauge.set({}, waiting.length);
  };
  const write = async (count: number): Promise<void> => {
    const entries = waiting.slice(0, count).map(({ entry }) => entry);
    try {
      await audit.addAll(entries);
    } catch (error) {
      const refusal = refusalOf(error);
      if (refusal === undefined) throw error;
      if (count > 1) {
        // One row must not keep the others: each by itself.
        for (let left = count; left > 0; left -= 1) await write(1);
        return;
      }
      lost.inc({});
      const { cause, message } = refusal;
      log.error('The database refused a row of the audit log', undefined, {
        ...{ cause, reason: message, action: entries[0]?.action ?? '' },
      });
    }
    remove(count);
  };
  const flushAll = async (): Promise<void> => {
    while (waiting.length > 0) await write(Math.min(atOnce, waiting.length));
  };
  const flush = (): Promise<void> => {
    flushing ??= flushAll().finally(() => {
      flushing = undefined;
    });
    return flushing;
  };

  return {
    reserve: () => {
      if (waiting.length + reserved >= limits.maxRows || waitingBytes >= limits.maxBytes) {
        throw new FailureError('AUDIT_UNAVAILABLE');
      }
      reserved += 1;
      let settled = false;
      return {
        settle: (entry) => {
          if (settled) return;
          settled = true;
          reserved -= 1;
          if (entry === undefined) return;
          const bytes = JSON.stringify(entry).length;
          waiting.push({ entry, bytes });
          waitingBytes += bytes;
          gauge.set({}, waiting.length);
        },
      };
    },
    flush,
    run: async (signal) => {
      let failing = false;
      while (!signal.aborted) {
        await sleep(clock, intervalMs, signal).catch(() => undefined);
        try {
          await flush();
          failing = false;
        } catch (error) {
          if (!failing) log.warn('Rows of the audit log wait for the database', { reason: String(error) });
          failing = true;
        }
      }
    },
    close: async () => {
      try {
        await flush();
      } catch (error) {
        lost.inc({}, waiting.length);
        log.error('Rows of the audit log are lost, because the database is not available', error, {
          rows: waiting.length,
        });
      }
    },
  };
}
