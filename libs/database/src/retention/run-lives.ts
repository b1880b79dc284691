import { guard } from '../database-failure.ts';
import type { Session } from '../open-database.ts';

/** What the database knows about whether a run has ended. */
export interface RunLife {
  /** A revision is in progress, or its ending is not published yet. */
  readonly unfinished: boolean;
  /** The last ending, or the last request for a further revision; milliseconds since the epoch. */
  readonly lastAt: number;
}

/** Lives of runs, by id; a run that the database does not know is absent. */
export interface RunLives {
  of(runIds: readonly string[]): Promise<ReadonlyMap<string, RunLife>>;
  /** Those of the addresses that a run in progress has as its document. */
  inputsInUse(uris: readonly string[]): Promise<ReadonlySet<string>>;
}

export function runLivesIn(session: Session): RunLives {
  return {
    of: (runIds) =>
      guard(async () => {
        if (runIds.length === 0) return new Map();
        const ids = [...runIds];
        const [runs, outcomes, revisions] = await Promise.all([
          session
            .selectFrom('runs')
            .select(['runId', 'revision', 'endedAt as at'])
            .where('runId', 'in', ids)
            .execute(),
          session
            .selectFrom('outcomes')
            .select(['runId', 'revision', 'publishedAt as at'])
            .where('runId', 'in', ids)
            .execute(),
          session
            .selectFrom('revisions')
            .select(['runId', 'revision', 'createdAt as at'])
            .where('runId', 'in', ids)
            .execute(),
        ]);
        const ended = new Set(outcomes.map(({ runId, revision }) => `${runId}/${revision}`));
        const begun = revisions.map((row) => ({ ...row, ended: ended.has(`${row.runId}/${row.revision}`) }));
        const lives = new Map<string, RunLife>();
        for (const { runId, at, ...row } of [...runs, ...outcomes, ...begun]) {
          const before = lives.get(runId) ?? { unfinished: false, lastAt: 0 };
          const open = at === null || ('ended' in row && !row.ended);
          lives.set(runId, {
            unfinished: before.unfinished || open,
            lastAt: Math.max(before.lastAt, at ?? 0),
          });
        }
        return lives;
      }),
    inputsInUse: (uris) =>
      guard(async () => {
        if (uris.length === 0) return new Set();
        const wanted = new Set(uris);
        const rows = await session.selectFrom('runs').select('input').where('endedAt', 'is', null).execute();
        return new Set(
          rows.flatMap(({ input }) => (input !== null && wanted.has(input.uri) ? input.uri : [])),
        );
      }),
  };
}
