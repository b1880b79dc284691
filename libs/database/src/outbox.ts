import type { FleetLevel, TenantSettings, TopicName } from '@docfleet/contracts';
import { guard } from './database-failure.ts';
import { instant } from './instant.ts';
import type { Session } from './open-database.ts';

/** What a record of the outbox carries: bytes as they are, or a value that its sender encodes. Null removes the key. */
export type OutboxContent =
  | { readonly topic: TopicName; readonly bytes: Buffer }
  | { readonly topic: TopicName; readonly task: object }
  | { readonly topic: 'fleet.tenants'; readonly settings: TenantSettings | null }
  | { readonly topic: 'fleet.level'; readonly settings: FleetLevel };

/** A record that is to be written to the log. */
export type NewOutboxRecord = OutboxContent & {
  readonly key: string;
  /** Whose it is; null: the fleet's. */
  readonly tenantId: string | null;
  readonly headers: Readonly<Record<string, string>>;
};

/** A record that waits. */
export interface UnsentRecord {
  readonly id: bigint;
  readonly topic: string;
  readonly key: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly content: Buffer | object | null;
}

/** How much waits, and since when in milliseconds since the epoch; null: nothing. */
export interface OutboxBacklog {
  readonly records: number;
  readonly since: number | null;
}

/**
 * Records that are written to the log after the transaction that adds them: so rows and records agree, and no transaction
 * waits for the log. Records of one key are sent in the order in which they were added, where their writers lock a row of
 * the key first.
 */
export interface Outbox {
  add(records: readonly NewOutboxRecord[], at: number): Promise<void>;
  /** Oldest first. */
  unsent(limit: number): Promise<readonly UnsentRecord[]>;
  markSent(id: bigint, at: number): Promise<void>;
  /** Takes one that can never be sent out of the way. */
  setAside(id: bigint, problem: string): Promise<void>;
  backlog(): Promise<OutboxBacklog>;
  /** Removes what was sent before a time, and returns how many. */
  removeSentBefore(time: number): Promise<number>;
}

export function outboxIn(session: Session): Outbox {
  return {
    add: (records, at) =>
      guard(async () => {
        // One after the other: the order of ids is the order of sending.
        for (const record of records) {
          const { topic, key, tenantId, headers } = record;
          const value = valueOf(record);
          await session
            .insertInto('outbox')
            .values({
              topic,
              key,
              tenantId,
              headers: JSON.stringify(headers),
              bytes: 'bytes' in record ? record.bytes : null,
              json: value === null ? null : JSON.stringify(value),
              createdAt: new Date(at),
              sentAt: null,
              problem: null,
            })
            .execute();
        }
      }),
    unsent: (limit) =>
      guard(async () => {
        const rows = await session
          .selectFrom('outbox')
          .select(['id', 'topic', 'key', 'headers', 'bytes', 'json'])
          .where('sentAt', 'is', null)
          .where('problem', 'is', null)
          .orderBy('id')
          .limit(limit)
          .execute();
        return rows.map(({ bytes, json, ...row }) => ({ ...row, content: bytes ?? json }));
      }),
    markSent: (id, at) =>
      guard(async () => {
        await session
          .updateTable('outbox')
          .set({ sentAt: new Date(at) })
          .where('id', '=', id)
          .execute();
      }),
    setAside: (id, problem) =>
      guard(async () => {
        await session.updateTable('outbox').set({ problem }).where('id', '=', id).execute();
      }),
    backlog: () =>
      guard(async () => {
        const row = await session
          .selectFrom('outbox')
          .select(({ fn }) => [fn.countAll<bigint>().as('records'), fn.min('createdAt').as('since')])
          .where('sentAt', 'is', null)
          .executeTakeFirstOrThrow();
        return { records: Number(row.records), since: row.since };
      }),
    removeSentBefore: (time) =>
      guard(async () => {
        const removed = await session
          .deleteFrom('outbox')
          .where('sentAt', '<', instant(time))
          .executeTakeFirst();
        return Number(removed.numDeletedRows);
      }),
  };
}

/** What the sender encodes; null where there are bytes, or where the key is removed. */
function valueOf(content: OutboxContent): object | null {
  if ('task' in content) return content.task;
  return 'settings' in content ? content.settings : null;
}
