import type { RecordCodec, Run } from '@docfleet/contracts';
import { orderedEnding, type Outcomes, type Runs, type StuckOutcome } from '@docfleet/database';
import { headerNames, isRecordRefused, toFailure, type Clock } from '@docfleet/domain';
import type { RecordLog } from '@docfleet/record-log';
import { traceparentOf, type Log } from '@docfleet/telemetry';
import { limitResends } from '../core/resend.ts';

/** Rows read at a time; a sweep reads on until there are no more. */
const pageSize = 500;

export interface SweepOptions {
  readonly runs: Pick<Runs, 'expiredBefore' | 'find'>;
  readonly outcomes: Pick<Outcomes, 'claimedBefore'>;
  readonly recordLog: Pick<RecordLog, 'produce'>;
  readonly codec: RecordCodec;
  readonly clock: Clock;
  readonly log: Log;
  /** Age at which the ending of a claimed outcome is sent again, and the interval of further tries, in milliseconds. */
  readonly stuckAfterMs: number;
}

export interface Swept {
  readonly expired: number;
  readonly resent: number;
}

/**
 * Sends an ending for runs that have expired (M-10, `RUN_EXPIRED`), and again for outcomes that stay claimed while their
 * terminal event is not in its topic. Integration finishes the outcome that stands, whichever ending arrives, so any
 * number of ledgers may send both at any time.
 */
export function createSweep(options: SweepOptions): () => Promise<Swept> {
  const { runs, outcomes, clock, log, stuckAfterMs } = options;
  const resends = limitResends(stuckAfterMs);

  const send = async (run: Run): Promise<void> => {
    const { runId, tenantId } = run;
    const topic = `integration.tasks.${run.lane}` as const;
    const ending = orderedEnding(run, { order: 'expired', by: 'ledger', at: clock.now() });
    // One row that cannot be sent must not keep the others from ending.
    const leaveOut = (why: string, error: unknown): void => {
      log
        .child({ runId, requestId: run.requestId ?? undefined, tenant: tenantId })
        .error(`Ending of a run ${why}; it is left out`, error);
    };
    let value: Buffer;
    try {
      value = await options.codec.encode(topic, ending);
    } catch (error) {
      if (toFailure(error).code === 'REGISTRY_UNAVAILABLE') throw error;
      leaveOut('cannot be encoded', error);
      return;
    }
    const headers = { [headerNames.traceparent]: traceparentOf(runId), [headerNames.tenant]: tenantId };
    try {
      await options.recordLog.produce([{ topic, key: Buffer.from(runId), value, headers }]);
    } catch (error) {
      if (!isRecordRefused(error)) throw error;
      leaveOut('is refused by the broker', error);
    }
  };
  const isDue = ({ runId, revision }: { readonly runId: string; readonly revision: number }): boolean =>
    resends.due(`${runId}/${revision}`, clock.now());

  const sendStuck = async ({ runId, revision, tenantId }: StuckOutcome): Promise<void> => {
    const run = await runs.find(runId);
    if (run === undefined) return;
    log
      .child({ runId, requestId: run.requestId ?? undefined, revision, tenant: tenantId })
      .warn('Outcome stays claimed and unpublished; sending its ending again');
    await send({ ...run, revision });
  };
  const sendExpired = async (run: Run): Promise<void> => {
    const { runId, requestId, revision, tenantId } = run;
    log
      .child({ runId, requestId: requestId ?? undefined, revision, tenant: tenantId, code: 'RUN_EXPIRED' })
      .warn('Run expired; sending its ending');
    await send(run);
  };

  return async () => {
    const before = clock.now();
    return {
      resent: await sweepPages({
        page: (after: StuckOutcome | undefined) =>
          outcomes.claimedBefore(before - stuckAfterMs, { limit: pageSize, after }),
        isDue,
        send: sendStuck,
      }),
      expired: await sweepPages({
        page: (after: Run | undefined) => runs.expiredBefore(before, { limit: pageSize, after }),
        isDue,
        send: sendExpired,
      }),
    };
  };
}

/** Sends for every row that is due, page by page, so that the first rows never hide the others. Gives their number. */
async function sweepPages<Row>(of: {
  readonly page: (after: Row | undefined) => Promise<readonly Row[]>;
  readonly isDue: (row: Row) => boolean;
  readonly send: (row: Row) => Promise<void>;
}): Promise<number> {
  let sent = 0;
  let after: Row | undefined;
  for (;;) {
    const rows = await of.page(after);
    for (const row of rows) {
      if (!of.isDue(row)) continue;
      await of.send(row);
      sent += 1;
    }
    after = rows.at(-1);
    if (rows.length < pageSize) return sent;
  }
}
