import { sql } from 'kysely';
import { guard } from '../database-failure.ts';
import { instant } from '../instant.ts';
import type { Session } from '../open-database.ts';

export const deliveryStates = ['pending', 'delivered', 'failed'] as const;
export type DeliveryState = (typeof deliveryStates)[number];

/** One message to one receiver, as its tenant sees it. Times are milliseconds since the epoch. */
export interface WebhookDelivery {
  /** Header `webhook-id`: the same at every attempt and replay. */
  readonly deliveryId: string;
  /** Grows in the order in which deliveries were stored. */
  readonly number: bigint;
  readonly tenantId: string;
  readonly receiver: string;
  /** Of a callback; null: the endpoint's. */
  readonly url: string | null;
  readonly type: string;
  /** The run or the batch. */
  readonly subject: string;
  readonly state: DeliveryState;
  /** Why the last attempt failed. */
  readonly problem: string | null;
  readonly attempts: number;
  readonly createdAt: number;
  readonly dueAt: number;
  readonly expiresAt: number;
  readonly endedAt: number | null;
}

/** One try to send a delivery. */
export interface WebhookAttempt {
  /** From 1. */
  readonly number: number;
  readonly at: number;
  readonly durationMs: number;
  /** HTTP status; null without an answer. */
  readonly status: number | null;
  /** Null: it was delivered. */
  readonly problem: string | null;
}

export interface DeliveryFilter {
  readonly tenantId: string;
  readonly receiver?: string | undefined;
  readonly state?: DeliveryState | undefined;
  readonly subject?: string | undefined;
  /** Only deliveries with a smaller number. */
  readonly before?: bigint | undefined;
  readonly limit: number;
}

/** A delivery that is to be stored. */
export interface NewDelivery {
  readonly deliveryId: string;
  readonly tenantId: string;
  readonly receiver: string;
  readonly url: string | null;
  readonly type: string;
  readonly subject: string;
  /** Deliveries of one subject to one receiver are sent in the order of their positions. */
  readonly position: bigint;
  readonly body: string;
  /** Time in which it is tried, in milliseconds. */
  readonly expiresInMs: number;
}

export interface ReplayRange {
  readonly tenantId: string;
  readonly receiver: string;
  readonly since: number;
  readonly until: number;
  readonly state: Exclude<DeliveryState, 'pending'> | undefined;
  readonly limit: number;
  readonly expiresInMs: number;
}

/** Deliveries as callers see them. */
export interface WebhookDeliveries {
  /** Newest first. */
  list(filter: DeliveryFilter): Promise<readonly WebhookDelivery[]>;
  find(deliveryId: string): Promise<WebhookDelivery | undefined>;
  /** The last attempts of a delivery, newest first; their number is bounded. */
  attempts(deliveryId: string): Promise<readonly WebhookAttempt[]>;
  /** Adds deliveries; existing ones are not changed. Gives the number of new ones. */
  add(deliveries: readonly NewDelivery[]): Promise<number>;
  /** Sends one again that has ended; false when it is pending. */
  replay(deliveryId: string, expiresInMs: number): Promise<boolean>;
  /** Sends those again that were stored within a time and have ended, oldest first; gives their number. */
  replayRange(range: ReplayRange): Promise<number>;
  /** When the first delivery was stored that a replay of the range left over; undefined: none. */
  firstLeft(range: ReplayRange): Promise<number | undefined>;
}

const columns = [
  'deliveryId',
  'number',
  'tenantId',
  'receiver',
  'url',
  'type',
  'subject',
  'state',
  'problem',
  'attempts',
  'createdAt',
  'dueAt',
  'expiresAt',
  'endedAt',
] as const;

export function webhookDeliveriesIn(session: Session): WebhookDeliveries {
  const range = ({ tenantId, receiver, since, until, state }: ReplayRange) =>
    session
      .selectFrom('webhookDeliveries')
      .where('tenantId', '=', tenantId)
      .where('receiver', '=', receiver)
      .where('createdAt', '>=', instant(since))
      .where('createdAt', '<', instant(until))
      .where('state', 'in', state === undefined ? ['delivered', 'failed'] : [state])
      .orderBy('createdAt')
      .orderBy('number');
  const again = (expiresInMs: number) => ({
    state: 'pending' as const,
    problem: null,
    begunAt: sql<Date>`now()`,
    dueAt: sql<Date>`now()`,
    expiresAt: fromNow(expiresInMs),
    endedAt: null,
    leaseHolder: null,
  });
  return {
    list: (filter) => guard(() => deliveryListQuery(session, filter).execute()),
    find: (deliveryId) =>
      guard(() =>
        session
          .selectFrom('webhookDeliveries')
          .select(columns)
          .where('deliveryId', '=', deliveryId)
          .executeTakeFirst(),
      ),
    attempts: (deliveryId) =>
      guard(() =>
        session
          .selectFrom('webhookAttempts')
          .select(['number', 'at', 'durationMs', 'status', 'problem'])
          .where('deliveryId', '=', deliveryId)
          .orderBy('number', 'desc')
          .execute(),
      ),
    add: (deliveries) =>
      guard(async () => {
        if (deliveries.length === 0) return 0;
        const added = await session
          .insertInto('webhookDeliveries')
          .values(
            deliveries.map(({ expiresInMs, ...delivery }) => ({
              ...delivery,
              state: 'pending' as const,
              problem: null,
              createdAt: sql<Date>`now()`,
              begunAt: sql<Date>`now()`,
              dueAt: sql<Date>`now()`,
              expiresAt: fromNow(expiresInMs),
              endedAt: null,
              leaseHolder: null,
            })),
          )
          .onConflict((conflict) => conflict.column('deliveryId').doNothing())
          .executeTakeFirst();
        return Number(added.numInsertedOrUpdatedRows ?? 0n);
      }),
    replay: (deliveryId, expiresInMs) =>
      guard(async () => {
        const { numUpdatedRows } = await session
          .updateTable('webhookDeliveries')
          .set(again(expiresInMs))
          .where('deliveryId', '=', deliveryId)
          .where('state', '<>', 'pending')
          .executeTakeFirst();
        return numUpdatedRows > 0n;
      }),
    replayRange: (of) =>
      guard(async () => {
        const { numUpdatedRows } = await session
          .updateTable('webhookDeliveries')
          .set(again(of.expiresInMs))
          .where('deliveryId', 'in', range(of).select('deliveryId').limit(of.limit))
          .executeTakeFirst();
        return Number(numUpdatedRows);
      }),
    firstLeft: (of) =>
      guard(async () => (await range(of).select('createdAt').limit(1).executeTakeFirst())?.createdAt),
  };
}

/** The statement of a page of the delivery log. Each filter has an index (migration 0011). */
export function deliveryListQuery(
  session: Session,
  { tenantId, receiver, state, subject, before, limit }: DeliveryFilter,
) {
  return session
    .selectFrom('webhookDeliveries')
    .select(columns)
    .where('tenantId', '=', tenantId)
    .$if(receiver !== undefined, (query) => query.where('receiver', '=', receiver ?? ''))
    .$if(state !== undefined, (query) => query.where('state', '=', state ?? 'pending'))
    .$if(subject !== undefined, (query) => query.where('subject', '=', subject ?? ''))
    .$if(before !== undefined, (query) => query.where('number', '<', before ?? 0n))
    .orderBy('number', 'desc')
    .limit(limit);
}

/** A time by the clock of the database, which decides about leases and due times. */
export function fromNow(delayMs: number) {
  return sql<Date>`now() + ${delayMs} * interval '1 millisecond'`;
}
