import { sleep, systemClock } from '@docfleet/domain';
import type { Log } from '@docfleet/telemetry';

/** Does something at an interval until `until` aborts. A failure is logged, and the next interval tries again. */
export async function repeat(
  options: {
    /** Begins the message about a failure. */
    readonly what: string;
    readonly everyMs: number;
    readonly log: Pick<Log, 'error'>;
    readonly until: AbortSignal;
  },
  work: () => Promise<unknown>,
): Promise<void> {
  const { what, everyMs, log, until } = options;
  while (!until.aborted) {
    try {
      await work();
    } catch (error) {
      // Work that ends because everything stops has not failed.
      if (error !== until.reason) log.error(`${what} failed; trying again`, error, { everyMs });
    }
    await sleep(systemClock, everyMs, until).catch(() => undefined);
  }
}
