import type { RecordCodec, Run } from '@docfleet/contracts';
import { orderedEnding, type Outcomes, type Runs } from '@docfleet/database';
import { headerNames, type Clock } from '@docfleet/domain';
import type { RecordLog } from '@docfleet/record-log';
import { traceparentOf, type Log } from '@docfleet/telemetry';
import { limitResends } from '../core/resend.ts';

/** Endings one sweep sends at most, of each kind. */
const maxAtOnce = 500;

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
    const topic = `integration.tasks.${run.lane}` as const;
    const ending = orderedEnding(run, { order: 'expired', by: 'ledger', at: clock.now() });
    await options.recordLog.produce([
      {
        topic,
        key: Buffer.from(run.runId),
        value: await options.codec.encode(topic, ending),
        headers: {
          [headerNames.traceparent]: traceparentOf(run.runId),
          [headerNames.tenant]: run.tenantId,
        },
      },
    ]);
  };
  const dueAmong = <T extends { runId: string; revision: number }>(found: readonly T[]): T[] =>
    found.filter(({ runId, revision }) => resends.due(`${runId}/${revision}`, clock.now()));

  return async () => {
    const stuck = dueAmong(await outcomes.claimedBefore(clock.now() - stuckAfterMs, maxAtOnce));
    for (const { runId, revision, tenantId } of stuck) {
      const run = await runs.find(runId);
      if (run === undefined) continue;
      log
        .child({ runId, revision, tenant: tenantId })
        .warn('Outcome stays claimed and unpublished; sending its ending again');
      await send({ ...run, revision });
    }
    const expired = dueAmong(await runs.expiredBefore(clock.now(), maxAtOnce));
    for (const run of expired) {
      const { runId, revision, tenantId } = run;
      log
        .child({ runId, revision, tenant: tenantId, code: 'RUN_EXPIRED' })
        .warn('Run expired; sending its ending');
      await send(run);
    }
    return { expired: expired.length, resent: stuck.length };
  };
}
