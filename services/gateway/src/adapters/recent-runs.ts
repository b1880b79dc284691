import type { Run } from '@docfleet/contracts';
import type { Clock } from '@docfleet/domain';
import { LRUCache } from 'lru-cache';

/** Bounds of the runs that are kept, by default 10,000 runs and 32 MiB of JSON. */
export interface RecentRunsLimits {
  readonly maxRuns: number;
  readonly maxBytes: number;
}

const defaultLimits: RecentRunsLimits = { maxRuns: 10_000, maxBytes: 32 * 1024 ** 2 };

/** Age up to which a run is used, in milliseconds: as long as a cached key is. */
const usableMs = 60 * 60 * 1000;

/** A run as it was at some time. */
export interface RecentRun {
  readonly run: Run;
  /** Milliseconds since the epoch. */
  readonly readAt: number;
}

/**
 * The runs that this process last submitted or read, for an hour: what reads and cancellations use while the database is
 * unavailable. They may be outdated; cancelling a run that has ended meanwhile has no effect.
 */
export interface RecentRuns {
  add(run: Run): void;
  /** Undefined also for a run of another tenant. */
  findOfTenant(tenantId: string, runId: string): RecentRun | undefined;
}

/** Keeps the runs last added; one that is larger than all together may be is not kept. */
export function createRecentRuns(
  clock: Pick<Clock, 'now'>,
  limits: RecentRunsLimits = defaultLimits,
): RecentRuns {
  const runs = new LRUCache<string, RecentRun>({
    max: limits.maxRuns,
    maxSize: limits.maxBytes,
    sizeCalculation: ({ run }) => Buffer.byteLength(JSON.stringify(run)),
  });
  return {
    add: (run) => {
      runs.set(run.runId, { run, readAt: clock.now() });
    },
    findOfTenant: (tenantId, runId) => {
      const found = runs.peek(runId);
      if (found?.run.tenantId !== tenantId) return undefined;
      return clock.now() - found.readAt < usableMs ? found : undefined;
    },
  };
}
