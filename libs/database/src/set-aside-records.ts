import type {
  NewSetAsideRecord,
  SetAsideCursor,
  SetAsidePosition,
  SetAsideRecord,
} from '@docfleet/contracts';
import { sql } from 'kysely';
import { guard } from './database-failure.ts';
import { instant } from './instant.ts';
import type { Session } from './open-database.ts';

/** `<topic>-<partition>-<offset>`: the id of a record set aside is its position; other readers than the ledger name themselves before it. */
export function setAsideId({ topic, partition, offset }: SetAsidePosition, reader = 'ledger'): string {
  return `${reader === 'ledger' ? '' : `${reader}.`}${topic}-${partition}-${offset}`;
}

export interface SetAsideFilter {
  /** Whether the record was stored after all, by a redrive. */
  readonly redriven?: boolean | undefined;
  readonly after?: SetAsideCursor | undefined;
  readonly limit: number;
}

/** Records that a reader could not store: it writes them, and operators ask it for redrives. */
export interface SetAsideRecords {
  /** Adds records; existing ones are not changed. */
  add(records: readonly NewSetAsideRecord[]): Promise<void>;
  /** Newest first. */
  list(filter: SetAsideFilter): Promise<readonly SetAsideRecord[]>;
  find(id: string): Promise<SetAsideRecord | undefined>;
  /** Asks the ledger to read the record again. False when there is none, or it was stored meanwhile. */
  askRedrive(id: string, asked: { readonly at: number; readonly by: string }): Promise<boolean>;
  /** Records whose redrive is asked for, in the order of their ids, after the id `after`. */
  asked(after: string, limit: number): Promise<readonly SetAsideRecord[]>;
  /** Reads one whose redrive is asked for and locks it until the transaction ends; undefined when it is not. */
  lockAsked(id: string): Promise<SetAsideRecord | undefined>;
  /** Notes that the record is stored now. */
  noteRedriven(id: string, at: number): Promise<void>;
  /** Notes that the record was refused again, and why. The redrive may be asked for once more. */
  noteRefused(
    id: string,
    refused: { readonly cause: string; readonly message: string; readonly at: number },
  ): Promise<void>;
  /** Those of `runIds` that have a record which is set aside and not redriven. */
  runsAmong(runIds: readonly string[]): Promise<ReadonlySet<string>>;
  /** Number of records that are set aside and not redriven. */
  waiting(): Promise<number>;
}

const maxIdsAtOnce = 10_000;

/** `reader`: the service that sets records aside and reads its own again; what is listed and found is everybody's. */
export function setAsideRecordsIn(session: Session, reader = 'ledger'): SetAsideRecords {
  const select = (id: string) => session.selectFrom('setAsideRecords').selectAll().where('id', '=', id);
  return {
    add: (records) =>
      guard(async () => {
        if (records.length === 0) return;
        await session
          .insertInto('setAsideRecords')
          .values(
            records.map((record) => ({
              ...record,
              id: setAsideId(record, reader),
              reader,
              at: new Date(record.at),
              tries: 1,
              triedAt: new Date(record.at),
              redriveAskedAt: null,
              redriveAskedBy: null,
              redrivenAt: null,
            })),
          )
          .onConflict((conflict) => conflict.column('id').doNothing())
          .execute();
      }),
    list: (filter) => guard(() => listQuery(session, filter).execute()),
    find: (id) => guard(() => select(id).executeTakeFirst()),
    askRedrive: (id, { at, by }) =>
      guard(async () => {
        const { numUpdatedRows } = await session
          .updateTable('setAsideRecords')
          .set({ redriveAskedAt: new Date(at), redriveAskedBy: by })
          .where('id', '=', id)
          .where('redrivenAt', 'is', null)
          .executeTakeFirst();
        return numUpdatedRows > 0n;
      }),
    asked: (after, limit) =>
      guard(() =>
        session
          .selectFrom('setAsideRecords')
          .selectAll()
          .where('reader', '=', reader)
          .where('redriveAskedAt', 'is not', null)
          .where('redrivenAt', 'is', null)
          .where('id', '>', after)
          .orderBy('id')
          .limit(limit)
          .execute(),
      ),
    lockAsked: (id) =>
      guard(() =>
        select(id)
          .where('redriveAskedAt', 'is not', null)
          .where('redrivenAt', 'is', null)
          .forUpdate()
          .executeTakeFirst(),
      ),
    noteRedriven: (id, at) =>
      guard(async () => {
        await session
          .updateTable('setAsideRecords')
          .set((row) => ({
            redrivenAt: new Date(at),
            triedAt: new Date(at),
            tries: row('tries', '+', 1),
          }))
          .where('id', '=', id)
          .execute();
      }),
    noteRefused: (id, { cause, message, at }) =>
      guard(async () => {
        await session
          .updateTable('setAsideRecords')
          .set((row) => ({
            cause,
            message,
            redriveAskedAt: null,
            triedAt: new Date(at),
            tries: row('tries', '+', 1),
          }))
          .where('id', '=', id)
          .execute();
      }),
    runsAmong: (runIds) =>
      guard(async () => {
        const found = new Set<string>();
        for (let start = 0; start < runIds.length; start += maxIdsAtOnce) {
          const rows = await session
            .selectFrom('setAsideRecords')
            .select('runId')
            .where('reader', '=', reader)
            .where('redrivenAt', 'is', null)
            .where('runId', 'in', runIds.slice(start, start + maxIdsAtOnce))
            .execute();
          for (const { runId } of rows) if (runId !== null) found.add(runId);
        }
        return found;
      }),
    waiting: () =>
      guard(async () => {
        const { count } = await session
          .selectFrom('setAsideRecords')
          .select((row) => row.fn.countAll<bigint>().as('count'))
          .where('reader', '=', reader)
          .where('redrivenAt', 'is', null)
          .executeTakeFirstOrThrow();
        return Number(count);
      }),
  };
}

function listQuery(session: Session, { redriven, after, limit }: SetAsideFilter) {
  return session
    .selectFrom('setAsideRecords')
    .selectAll()
    .$if(redriven !== undefined, (query) =>
      query.where('redrivenAt', redriven === true ? 'is not' : 'is', null),
    )
    .$if(after !== undefined, (query) =>
      query.where(sql<boolean>`(at, id) < (${instant(after?.at ?? 0)}, ${after?.id ?? ''})`),
    )
    .orderBy('at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit);
}
