import type { RunOverview } from '@docfleet/contracts';
import { guard } from './database-failure.ts';
import type { Session } from './open-database.ts';
import { columnsWithoutContent, listedRuns, type RunFilter } from './runs.ts';

const overviewColumns = [
  ...columnsWithoutContent,
  'timings',
] as const satisfies readonly (keyof RunOverview)[];

/** Runs of all tenants, for fleet roles. */
export interface RunOverviews {
  find(runId: string): Promise<RunOverview | undefined>;
  /** Newest first; without `tenantId` those of all tenants. */
  list(
    filter: Omit<RunFilter, 'tenantId'> & { readonly tenantId?: string | undefined },
  ): Promise<readonly RunOverview[]>;
}

export function runOverviewsIn(session: Session): RunOverviews {
  return {
    find: (runId) =>
      guard(() =>
        session.selectFrom('runs').select(overviewColumns).where('runId', '=', runId).executeTakeFirst(),
      ),
    list: (filter) => guard(() => listedRuns(session, filter).select(overviewColumns).execute()),
  };
}
