import type { RecordCodec } from '@docfleet/contracts';
import { orderedEnding, type Outcomes, type Run, type Runs } from '@docfleet/database';
import type { Clock } from '@docfleet/domain';
import { tenantHeader, type RecordLog } from '@docfleet/record-log';
import { traceparentHeader, traceparentOf, type Log } from '@docfleet/telemetry';
import { rememberSent } from '../core/resend.ts';

/** Endings that one sweep sends at most. */
const maxAtOnce = 500;

export interface SweepOptions {
  readonly runs: Pick<Runs, 'expiredBefore' | 'find'>;
  readonly outcomes: Pick<Outcomes, 'claimedBefore'>;
  readonly recordLog: Pick<RecordLog, 'produce'>;
  readonly codec: RecordCodec;
  readonly clock: Clock;
  readonly log: Log;
  /** Age of a claimed outcome at which its ending is sent again, and time between two such tries, in milliseconds. */
  readonly stuckAfterMs: number;
}

export interface Swept {
  readonly expired: number;
  readonly resent: number;
}

/**
 * Ends runs that are past their time (M-10, `RUN_EXPIRED`), and sends the endings of outcomes again that stay claimed
 * without their event being seen. Integration finishes the outcome that stands, whatever ending asks for it, so both
 * may be sent again at any time and by several ledgers.
 */
export function createSweep(options: SweepOptions): () => Promise<Swept> {
  const { runs, outcomes, clock, log, stuckAfterMs } = options;
  const sent = rememberSent(stuckAfterMs);

  const send = async (run: Run): Promise<void> => {
    const topic = `integration.tasks.${run.lane}` as const;
    const ending = orderedEnding(run, { order: 'expired', by: 'ledger', at: clock.now() });
    await options.recordLog.produce([
      {
        topic,
        key: Buffer.from(run.runId),
        value: await options.codec.encode(topic, ending),
        headers: { [traceparentHeader]: traceparentOf(run.runId), [tenantHeader]: run.tenantId },
      },
    ]);
  };
  const dueAmong = <T extends { runId: string; revision: number }>(found: readonly T[]): T[] =>
    found.filter(({ runId, revision }) => sent.due(`${runId}/${revision}`, clock.now()));

  return async () => {
    const stuck = dueAmong(await outcomes.claimedBefore(clock.now() - stuckAfterMs, maxAtOnce));
    for (const { runId, revision, tenantId } of stuck) {
      const run = await runs.find(runId);
      if (run === undefined) continue;
      log
        .child({ runId, revision, tenant: tenantId })
        .warn('an outcome stays claimed: its ending is sent again');
      await send({ ...run, revision });
    }
    const expired = dueAmong(await runs.expiredBefore(clock.now(), maxAtOnce));
    for (const run of expired) {
      const { runId, revision, tenantId } = run;
      log.child({ runId, revision, tenant: tenantId, code: 'RUN_EXPIRED' }).warn('a run is past its time');
      await send(run);
    }
    return { expired: expired.length, resent: stuck.length };
  };
}
