import { guard } from '../database-failure.ts';
import type { Session } from '../open-database.ts';

/** Runs that were erased: their content must not be stored again. */
export interface ErasedRuns {
  /** Those of `runIds` that were erased. */
  among(runIds: readonly string[]): Promise<ReadonlySet<string>>;
}

export function erasedRunsIn(session: Session): ErasedRuns {
  return {
    among: (runIds) =>
      guard(async () => {
        if (runIds.length === 0) return new Set();
        const rows = await session
          .selectFrom('erasedRuns')
          .select('runId')
          .where('runId', 'in', [...runIds])
          .execute();
        return new Set(rows.map(({ runId }) => runId));
      }),
  };
}
