import type { Runs } from '@docfleet/database';
import { sleep, type Clock } from '@docfleet/domain';
import type { Log } from '@docfleet/telemetry';
import type { Publisher } from './adapters/publisher.ts';

/** How often is looked, in milliseconds. */
const everyMs = 5_000;

/** Age at which a submission without acknowledgement is sent again: its own call has given up by then. */
const unsentAfterMs = 30_000;

const maxAtOnce = 100;

export interface Sweeper {
  readonly runs: Pick<Runs, 'unacknowledgedBefore' | 'acknowledge'>;
  readonly publisher: Pick<Publisher, 'submission'>;
  readonly clock: Clock;
  readonly log: Log;
}

/** Sends submissions again that the log has not acknowledged; harmless, because the claim lets one through. */
export async function sweepOnce({ runs, publisher, clock, log }: Sweeper): Promise<number> {
  const unsent = await runs.unacknowledgedBefore(clock.now() - unsentAfterMs, maxAtOnce);
  for (const run of unsent) {
    await publisher.submission(run);
    await runs.acknowledge(run.runId, clock.now());
    log
      .child({ runId: run.runId, requestId: run.requestId ?? undefined, tenant: run.tenantId })
      .warn('a submission was sent again');
  }
  return unsent.length;
}

/** Sweeps until `signal` aborts; a failure waits for the next time. */
export async function keepSweeping(sweeper: Sweeper, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    try {
      await sweepOnce(sweeper);
    } catch (error) {
      sweeper.log.error('submissions could not be sent again', error);
    }
    await sleep(sweeper.clock, everyMs, signal).catch(() => undefined);
  }
}
