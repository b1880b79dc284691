import { guard } from './database-failure.ts';
import type { Database, Session } from './open-database.ts';
import { erasedRunsIn } from './retention/erased-runs.ts';
import { erasureRequestsIn, type ErasureRequests } from './retention/erasures.ts';
import type { Run } from '@docfleet/contracts';
import { runsIn, type Runs } from './runs.ts';
import { tenantUsagesIn, type TenantUsage } from './tenant-usage.ts';

/** What calls of a tenant do with runs. */
export type TenantRuns = Pick<
  Runs,
  'find' | 'findBundle' | 'hasEnded' | 'hasSettled' | 'list' | 'acknowledge'
> &
  Pick<ErasureRequests, 'removalOf'> & {
    /**
     * As `Runs.insertFirst`. A row that is new counts as usage of its day; `check` gets the usage with it, and what it throws
     * takes both back. Insertions of one tenant wait for each other, so that each one sees those before it.
     */
    insertFirst(run: Run, check?: (usage: TenantUsage) => void): ReturnType<Runs['insertFirst']>;
    /** What the tenant has used on the day of `at`. */
    usage(at: number): Promise<TenantUsage>;
    /** Those of the ids that a run has, or had before it was erased. */
    knownAmong(runIds: readonly string[]): Promise<ReadonlySet<string>>;
  };

/** The runs of one tenant: each call is a transaction under row security, which finds no run of another tenant. */
export function tenantRunsIn(database: Pick<Database, 'asTenant'>, tenantId: string): TenantRuns {
  const within = <T>(work: (runs: Runs) => Promise<T>): Promise<T> =>
    database.asTenant(tenantId, (session) => work(runsIn(session)));
  return {
    find: (runId) => within((runs) => runs.find(runId)),
    findBundle: (runId) => within((runs) => runs.findBundle(runId)),
    hasEnded: (runId) => within((runs) => runs.hasEnded(runId)),
    hasSettled: (runId) => within((runs) => runs.hasSettled(runId)),
    insertFirst: (run, check) => database.asTenant(tenantId, (session) => insertCounted(session, run, check)),
    usage: (at) => database.asTenant(tenantId, (session) => tenantUsagesIn(session).read(tenantId, at)),
    list: (filter) => within((runs) => runs.list(filter)),
    knownAmong: (runIds) => database.asTenant(tenantId, (session) => knownAmong(session, runIds)),
    removalOf: (runId) =>
      database.asTenant(tenantId, (session) => erasureRequestsIn(session).removalOf(runId)),
    acknowledge: (runId, at) => within((runs) => runs.acknowledge(runId, at)),
  };
}

function knownAmong(session: Session, runIds: readonly string[]): Promise<ReadonlySet<string>> {
  return guard(async () => {
    if (runIds.length === 0) return new Set();
    const rows = await session
      .selectFrom('runs')
      .select('runId')
      .where('runId', 'in', [...runIds])
      .execute();
    const erased = await erasedRunsIn(session).among(runIds);
    return new Set([...rows.map(({ runId }) => runId), ...erased]);
  });
}

/** `TenantRuns.insertFirst` in a transaction of the tenant that does more. */
export async function insertCounted(
  session: Session,
  run: Run,
  check?: (usage: TenantUsage) => void,
): ReturnType<Runs['insertFirst']> {
  const first = await runsIn(session).insertFirst(run);
  if (!first.inserted) return first;
  const usages = tenantUsagesIn(session);
  await usages.addBytes(run.tenantId, run.createdAt, run.input?.sizeBytes ?? 0);
  check?.(await usages.read(run.tenantId, run.createdAt));
  return first;
}
