import type { Runs } from '@docfleet/database';
import { sleep, type Clock } from '@docfleet/domain';
import type { Log } from '@docfleet/telemetry';
import type { Publisher } from './adapters/publisher.ts';

/** Interval between two sweeps, in milliseconds. */
const intervalMs = 5_000;

/** Age at which an unacknowledged submission is published again, in milliseconds; its request has timed out by then. */
const unsentAfterMs = 30_000;

/** Submissions published by one sweep at most. */
const maxAtOnce = 100;

export interface Sweeper {
  readonly runs: Pick<Runs, 'unacknowledgedBefore' | 'acknowledge'>;
  readonly publisher: Pick<Publisher, 'submission'>;
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * Publishes submissions again that the broker has not acknowledged, and returns their number. Duplicates are harmless:
 * the claim accepts one of them.
 */
export async function sweepOnce({ runs, publisher, clock, log }: Sweeper): Promise<number> {
  const unsent = await runs.unacknowledgedBefore(clock.now() - unsentAfterMs, maxAtOnce);
  for (const run of unsent) {
    await publisher.submission(run);
    await runs.acknowledge(run.runId, clock.now());
    log
      .child({ runId: run.runId, requestId: run.requestId ?? undefined, tenant: run.tenantId })
      .warn('Unacknowledged submission published again');
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
