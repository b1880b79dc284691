import type { Run } from '@docfleet/contracts';
import type { TenantRuns } from '@docfleet/database';
import { toFailure, type Clock } from '@docfleet/domain';
import type { RecentRuns } from './adapters/recent-runs.ts';
import type { WaitingRows } from './adapters/waiting-rows.ts';

/** A run as it is, or as this process last knew it. */
export interface ReadRun {
  readonly run: Run;
  /** Age in milliseconds of what is not from the database; undefined for what is. */
  readonly staleMs: number | undefined;
}

export interface RunReading {
  readonly runsOf: (tenantId: string) => Pick<TenantRuns, 'find'>;
  readonly recentRuns: RecentRuns;
  readonly waitingRows: Pick<WaitingRows, 'findOfTenant'>;
  readonly clock: Pick<Clock, 'now'>;
}

/**
 * The run from the database or, while that is unavailable, as this process last read or submitted it. Undefined
 * when the database has no such run of the tenant, and its first row does not wait here.
 *
 * @throws FailureError `DATABASE_UNAVAILABLE` for a run that is not known here
 */
export async function readRun(
  { runsOf, recentRuns, waitingRows, clock }: RunReading,
  tenantId: string,
  runId: string,
): Promise<ReadRun | undefined> {
  try {
    const run = await runsOf(tenantId).find(runId);
    if (run !== undefined) {
      recentRuns.add(run);
      return { run, staleMs: undefined };
    }
    const waiting = waitingRows.findOfTenant(tenantId, runId);
    return waiting && { run: waiting, staleMs: clock.now() - waiting.updatedAt };
  } catch (error) {
    const recent = recentRuns.findOfTenant(tenantId, runId);
    if (recent === undefined || toFailure(error).code !== 'DATABASE_UNAVAILABLE') throw error;
    return { run: recent.run, staleMs: clock.now() - recent.readAt };
  }
}
