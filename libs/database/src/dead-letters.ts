import type { DeadLetter, DeadLetterCursor, DeadLetterPosition, NewDeadLetter } from '@docfleet/contracts';
import { sql } from 'kysely';
import { guard } from './database-failure.ts';
import { instant } from './instant.ts';
import type { Session } from './open-database.ts';

/** `<stage>-<partition>-<offset>`: the id of a dead letter is its position. */
export function deadLetterId({ stage, partition, offset }: DeadLetterPosition): string {
  return `${stage}-${partition}-${offset}`;
}

export interface DeadLetterFilter {
  /** Undefined: dead letters of every tenant, and those without one. */
  readonly tenantId?: string | undefined;
  readonly runId?: string | undefined;
  readonly stage?: string | undefined;
  readonly code?: string | undefined;
  /** Milliseconds since the epoch; dead letters written then or later. */
  readonly since?: number | undefined;
  /** Whether it has been redriven. */
  readonly redriven?: boolean | undefined;
  readonly after?: DeadLetterCursor | undefined;
  readonly limit: number;
}

/** Index of the dead-letter topics, written by the ledger; the bytes of the records stay in the topics. */
export interface DeadLetters {
  /** Adds dead letters; existing ones are not changed. */
  add(deadLetters: readonly NewDeadLetter[]): Promise<void>;
  /** Newest first. */
  list(filter: DeadLetterFilter): Promise<readonly DeadLetter[]>;
  find(id: string): Promise<DeadLetter | undefined>;
  /** Reads one and locks it until the transaction ends, so that it is redriven once. */
  lock(id: string): Promise<DeadLetter | undefined>;
  noteRedrive(
    id: string,
    redrive: { readonly revision: number; readonly at: number; readonly by: string },
  ): Promise<void>;
}

/** A statement takes at most 65,535 parameters. */
const maxRowsAtOnce = 1_000;

export function deadLettersIn(session: Session): DeadLetters {
  const select = (id: string) => session.selectFrom('deadLetters').selectAll().where('id', '=', id);
  return {
    add: (deadLetters) =>
      guard(async () => {
        for (let start = 0; start < deadLetters.length; start += maxRowsAtOnce) {
          await session
            .insertInto('deadLetters')
            .values(
              deadLetters.slice(start, start + maxRowsAtOnce).map((deadLetter) => ({
                ...deadLetter,
                id: deadLetterId(deadLetter),
                at: new Date(deadLetter.at),
                redrivenAs: null,
                redrivenAt: null,
                redrivenBy: null,
              })),
            )
            .onConflict((conflict) => conflict.column('id').doNothing())
            .execute();
        }
      }),
    list: (filter) => guard(() => deadLetterListQuery(session, filter).execute()),
    find: (id) => guard(() => select(id).executeTakeFirst()),
    lock: (id) => guard(() => select(id).forUpdate().executeTakeFirst()),
    noteRedrive: (id, { revision, at, by }) =>
      guard(async () => {
        await session
          .updateTable('deadLetters')
          .set({ redrivenAs: revision, redrivenAt: new Date(at), redrivenBy: by })
          .where('id', '=', id)
          .execute();
      }),
  };
}

/** The statement of a page of a list. Each filter has an index (migration 0004). */
export function deadLetterListQuery(session: Session, filter: DeadLetterFilter) {
  const { tenantId, runId, stage, code, since, redriven, after, limit } = filter;
  return session
    .selectFrom('deadLetters')
    .selectAll()
    .$if(tenantId !== undefined, (query) => query.where('tenantId', '=', tenantId ?? ''))
    .$if(runId !== undefined, (query) => query.where('runId', '=', runId ?? ''))
    .$if(stage !== undefined, (query) => query.where('stage', '=', stage ?? ''))
    .$if(code !== undefined, (query) => query.where('code', '=', code ?? ''))
    .$if(since !== undefined, (query) => query.where('at', '>=', instant(since ?? 0)))
    .$if(redriven !== undefined, (query) =>
      query.where('redrivenAs', redriven === true ? 'is not' : 'is', null),
    )
    .$if(after !== undefined, (query) =>
      query.where(sql<boolean>`(at, id) < (${instant(after?.at ?? 0)}, ${after?.id ?? ''})`),
    )
    .orderBy('at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit);
}
