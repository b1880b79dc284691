import type { Run } from '@docfleet/database';

const maxRuns = 10_000;

/**
 * Runs that this process has taken in or shown, the newest ten thousand, without their results: what a cancel needs
 * to know while the database is out. What is remembered may be old; a cancel of what has ended since does nothing.
 */
export interface RecentRuns {
  note(run: Run): void;
  /** Undefined also for a run of another tenant. */
  findOfTenant(tenantId: string, runId: string): Run | undefined;
}

export function rememberRuns(limit: number = maxRuns): RecentRuns {
  const runs = new Map<string, Run>();
  return {
    note: (run) => {
      runs.delete(run.runId);
      runs.set(run.runId, { ...run, result: null });
      const [oldest] = runs.keys();
      if (runs.size > limit && oldest !== undefined) runs.delete(oldest);
    },
    findOfTenant: (tenantId, runId) => {
      const run = runs.get(runId);
      return run?.tenantId === tenantId ? run : undefined;
    },
  };
}
