import { sql } from 'kysely';
import { guard } from './database-failure.ts';
import type { Session } from './open-database.ts';

/** What happened to something of a tenant, such as the end of a batch. */
export interface TenantEvent {
  readonly tenantId: string;
  /** `<kind>.<what happened>`, such as `batch.completed`. */
  readonly type: string;
  /** Id of what it happened to. */
  readonly subject: string;
  /** Free of document content. */
  readonly data: Readonly<Record<string, unknown>>;
  /** In milliseconds since the epoch. */
  readonly at: number;
}

/**
 * Events that the webhook service delivers. They are added in the transaction of what happened; the service takes each
 * one in the transaction that stores its deliveries.
 */
export interface TenantEvents {
  add(event: TenantEvent): Promise<void>;
  /** Those that were not taken yet, in the order of their ids. */
  untaken(limit: number): Promise<readonly StoredTenantEvent[]>;
  markTaken(ids: readonly bigint[]): Promise<void>;
}

/** An event with its id; ids of one subject grow in the order of what happened to it. */
export interface StoredTenantEvent extends TenantEvent {
  readonly id: bigint;
}

export function tenantEventsIn(session: Session): TenantEvents {
  return {
    add: ({ data, at, ...event }) =>
      guard(async () => {
        await session
          .insertInto('tenantEvents')
          .values({ ...event, data: JSON.stringify(data), at: new Date(at) })
          .execute();
      }),
    untaken: (limit) =>
      guard(() =>
        session
          .selectFrom('tenantEvents')
          .select(['id', 'tenantId', 'type', 'subject', 'data', 'at'])
          .where('takenAt', 'is', null)
          .orderBy('id')
          .limit(limit)
          .execute(),
      ),
    markTaken: (ids) =>
      guard(async () => {
        if (ids.length === 0) return;
        await session
          .updateTable('tenantEvents')
          .set({ takenAt: sql<Date>`now()` })
          .where('id', 'in', [...ids])
          .execute();
      }),
  };
}
