import type { Runs } from '@docfleet/database';
import { failures, isRecordRefused, sleep, toFailure, type Clock } from '@docfleet/domain';
import type { Log } from '@docfleet/telemetry';
import type { Publisher } from './adapters/publisher.ts';

/** Interval between two sweeps, in milliseconds. */
const intervalMs = 5_000;

/** Age at which an unacknowledged submission is published again, in milliseconds; its request has timed out by then. */
const unsentAfterMs = 30_000;

/** Submissions published by one sweep at most. */
const maxAtOnce = 100;

export interface Sweeper {
  readonly runs: Pick<Runs, 'unacknowledgedBefore' | 'acknowledge' | 'reject'>;
  readonly publisher: Pick<Publisher, 'submission'>;
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * Publishes submissions again that the broker has not acknowledged, and returns their number. Duplicates are harmless:
 * the claim accepts one of them. A submission that the broker refuses for itself is rejected, so that it holds no other.
 */
export async function sweepOnce({ runs, publisher, clock, log }: Sweeper): Promise<number> {
  const unsent = await runs.unacknowledgedBefore(clock.now() - unsentAfterMs, maxAtOnce);
  for (const run of unsent) {
    const runLog = log.child({
      runId: run.runId,
      requestId: run.requestId ?? undefined,
      tenant: run.tenantId,
    });
    try {
      await publisher.submission(run);
    } catch (error) {
      if (!isRecordRefused(error)) throw error;
      const { code } = toFailure(error);
      await runs.reject(run.runId, { code, message: failures[code].message, at: clock.now() });
      runLog.error('The broker refuses a submission for itself; it is rejected', error);
      continue;
    }
    await runs.acknowledge(run.runId, clock.now());
    runLog.warn('Unacknowledged submission published again');
  }
  return unsent.length;
}

/** Sweeps until `signal` aborts. A failure is logged, and the next sweep tries again. */
export async function runSweeper(sweeper: Sweeper, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    try {
      await sweepOnce(sweeper);
    } catch (error) {
      sweeper.log.error('Unacknowledged submissions could not be published; trying again', error);
    }
    await sleep(sweeper.clock, intervalMs, signal).catch(() => undefined);
  }
}
