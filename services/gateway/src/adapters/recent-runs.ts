import type { Run } from '@docfleet/contracts';
import { LRUCache } from 'lru-cache';

const maxRuns = 10_000;

/**
 * The runs that this process last submitted or read, without their results: what a cancellation needs while the database
 * is unavailable. They may be outdated; cancelling a run that has ended meanwhile has no effect.
 */
export interface RecentRuns {
  add(run: Run): void;
  /** Undefined also for a run of another tenant. */
  findOfTenant(tenantId: string, runId: string): Run | undefined;
}

/** Keeps the last `limit` runs, by default 10,000. */
export function createRecentRuns(limit: number = maxRuns): RecentRuns {
  const runs = new LRUCache<string, Run>({ max: limit });
  return {
    add: (run) => {
      runs.set(run.runId, { ...run, result: null });
    },
    findOfTenant: (tenantId, runId) => {
      const run = runs.peek(runId);
      return run?.tenantId === tenantId ? run : undefined;
    },
  };
}
