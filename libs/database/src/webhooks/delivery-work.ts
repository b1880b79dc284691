import { sql } from 'kysely';
import { guard } from '../database-failure.ts';
import type { Session } from '../open-database.ts';
import { fromNow } from './deliveries.ts';

/** Attempts of a delivery that its log keeps. */
const keptAttempts = 50;

/** A delivery that this process is to send. */
export interface ClaimedDelivery {
  readonly deliveryId: string;
  readonly tenantId: string;
  readonly receiver: string;
  readonly url: string | null;
  readonly type: string;
  readonly subject: string;
  readonly body: string;
  /** Attempts before this one, of all replays together. */
  readonly attempts: number;
  /** Time since it was stored or last replayed, in milliseconds. */
  readonly ageMs: number;
  /** Time left until it is given up, in milliseconds. */
  readonly expiresInMs: number;
}

export interface Claim {
  readonly holder: string;
  /** Time after which another process may take the delivery over, in milliseconds. */
  readonly leaseMs: number;
  /** Deliveries at most, in all, of one tenant, and of one receiver. */
  readonly limit: number;
  readonly perTenant: number;
  readonly perReceiver: number;
  /** Deliveries that this process is sending, by tenant. */
  readonly busy: ReadonlyMap<string, number>;
  /** Receivers that are not to be sent to now. */
  readonly resting: readonly string[];
}

/** How an attempt went. */
export interface AttemptResult {
  /** When it began, in milliseconds since the epoch. */
  readonly at: number;
  readonly durationMs: number;
  readonly status: number | null;
  readonly problem: string | null;
}

/** What becomes of a delivery after an attempt. */
export type Settlement =
  | { readonly state: 'delivered' | 'failed' }
  /** Tried again after a time, in milliseconds. */
  | { readonly state: 'pending'; readonly afterMs: number };

/** What waits. Ages are seconds; 0: nothing waits. */
export interface DeliveryBacklog {
  readonly pending: number;
  readonly oldestPendingSeconds: number;
  /** How long the delivery is overdue that waits longest for this service, and not for its receiver. */
  readonly overdueSeconds: number;
}

/** Deliveries as the service sends them. The clock of the database decides what is due and whose lease is over. */
export interface DeliveryWork {
  /**
   * Takes deliveries that are due, tenants in turn. Of one subject and receiver only the first one that is pending is
   * ever taken, so they arrive in order.
   */
  claim(claim: Claim): Promise<readonly ClaimedDelivery[]>;
  /** Notes an attempt; false when the lease was lost meanwhile, and nothing was noted. */
  settle(
    claimed: { readonly deliveryId: string; readonly holder: string },
    attempt: AttemptResult,
    settlement: Settlement,
  ): Promise<boolean>;
  /** Gives a delivery back without an attempt; it is due after a time, in milliseconds. */
  release(claimed: { readonly deliveryId: string; readonly holder: string }, afterMs: number): Promise<void>;
  /** Fails what is past its time or has no endpoint any more, at most `limit`, and gives their number. */
  giveUp(limit: number): Promise<number>;
  backlog(resting: readonly string[]): Promise<DeliveryBacklog>;
}

export function deliveryWorkIn(session: Session): DeliveryWork {
  return {
    claim: (claim) => guard(() => claimDue(session, claim)),
    settle: ({ deliveryId, holder }, { at, durationMs, status, problem }, settlement) =>
      guard(async () => {
        const dueAt = settlement.state === 'pending' ? fromNow(settlement.afterMs) : sql`due_at`;
        const endedAt = settlement.state === 'pending' ? sql`null` : sql`now()`;
        const { numAffectedRows } = await sql`
          with settled as (
            update webhook_deliveries
            set state = ${settlement.state}, problem = ${problem}, attempts = attempts + 1, due_at = ${dueAt},
              ended_at = ${endedAt}, lease_holder = null
            where delivery_id = ${deliveryId} and lease_holder = ${holder} and state = 'pending'
            returning delivery_id, tenant_id, attempts
          )
          insert into webhook_attempts (delivery_id, slot, tenant_id, number, at, duration_ms, status, problem)
          select delivery_id, (attempts - 1) % ${keptAttempts}, tenant_id, attempts, ${new Date(at)}::timestamptz,
            ${durationMs}::integer, ${status}::integer, ${problem}
          from settled
          on conflict (delivery_id, slot) do update set number = excluded.number, at = excluded.at,
            duration_ms = excluded.duration_ms, status = excluded.status, problem = excluded.problem`.execute(
          session,
        );
        return (numAffectedRows ?? 0n) > 0n;
      }),
    release: ({ deliveryId, holder }, afterMs) =>
      guard(async () => {
        await session
          .updateTable('webhookDeliveries')
          .set({ dueAt: fromNow(afterMs), leaseHolder: null })
          .where('deliveryId', '=', deliveryId)
          .where('leaseHolder', '=', holder)
          .where('state', '=', 'pending')
          .execute();
      }),
    giveUp: (limit) =>
      guard(async () => {
        const { numAffectedRows } = await sql`
          update webhook_deliveries d
          set state = 'failed', ended_at = now(), lease_holder = null,
            problem = case when d.expires_at < now() then coalesce(d.problem, 'EXPIRED') else 'ENDPOINT_DELETED' end
          where d.ctid = any(array(
            (select p.ctid from webhook_deliveries p
              where p.state = 'pending' and p.expires_at < now() and (p.lease_holder is null or p.due_at < now())
              limit ${limit})
            union all
            (select p.ctid from webhook_endpoints e
              join webhook_deliveries p on p.receiver = e.endpoint_id and p.state = 'pending' and p.lease_holder is null
              where e.deleted_at is not null
              limit ${limit})))
            and d.state = 'pending'`.execute(session);
        return Number(numAffectedRows ?? 0n);
      }),
    backlog: (resting) =>
      guard(async () => {
        const { rows } = await sql<{ pending: bigint; oldest: number; overdue: number }>`
          select count(*) as pending, coalesce(extract(epoch from now() - min(d.created_at)), 0)::float8 as oldest,
            greatest(coalesce(extract(epoch from now() - min(d.due_at) filter (
              where d.receiver <> all(${[...resting]}::text[]) and e.disabled_at is null and e.deleted_at is null
                and ${isFirst}
            )), 0), 0)::float8 as overdue
          from webhook_deliveries d left join webhook_endpoints e on e.endpoint_id = d.receiver
          where d.state = 'pending'`.execute(session);
        const [row] = rows;
        return {
          pending: Number(row?.pending ?? 0n),
          oldestPendingSeconds: row?.oldest ?? 0,
          overdueSeconds: row?.overdue ?? 0,
        };
      }),
  };
}

/** No earlier delivery of the same subject to the same receiver is pending. */
const isFirst = sql`not exists (
  select from webhook_deliveries b
  where b.state = 'pending' and b.receiver = d.receiver and b.subject = d.subject
    and (b.position, b.number) < (d.position, d.number))`;

/**
 * Receivers with something pending are found by jumping from one to the next in the index, so a receiver with a hundred
 * thousand deliveries costs as much as one with a single one.
 */
async function claimDue(session: Session, claim: Claim): Promise<readonly ClaimedDelivery[]> {
  const { holder, leaseMs, limit, perTenant, perReceiver, busy, resting } = claim;
  const { rows } = await sql<ClaimedDelivery>`
    with recursive receivers (receiver) as (
      (select receiver from webhook_deliveries where state = 'pending' order by receiver limit 1)
      union all
      select (select n.receiver from webhook_deliveries n
        where n.state = 'pending' and n.receiver > r.receiver order by n.receiver limit 1)
      from receivers r where r.receiver is not null
    ), found as (
      select d.delivery_id, d.due_at, d.tenant_id,
        row_number() over (partition by d.tenant_id order by d.due_at, d.number) as turn
      from receivers r
      left join webhook_endpoints e on e.endpoint_id = r.receiver
      cross join lateral (
        select d.delivery_id, d.due_at, d.tenant_id, d.number from webhook_deliveries d
        where d.state = 'pending' and d.receiver = r.receiver and d.due_at <= now() and ${isFirst}
          and e.deleted_at is null and (e.disabled_at is null or d.type = 'webhook.test')
        order by d.due_at limit ${perReceiver}
      ) d
      where r.receiver is not null and r.receiver <> all(${[...resting]}::text[])
    ), chosen as (
      select f.delivery_id from found f
      where f.turn <= ${perTenant} - coalesce((${JSON.stringify(Object.fromEntries(busy))}::jsonb ->> f.tenant_id)::integer, 0)
      order by f.turn, f.due_at limit ${limit}
    ), taken as (
      select t.delivery_id from webhook_deliveries t
      where t.delivery_id in (select c.delivery_id from chosen c) and t.state = 'pending' and t.due_at <= now()
      for update skip locked
    )
    update webhook_deliveries u set lease_holder = ${holder}, due_at = ${fromNow(leaseMs)}
    from taken where u.delivery_id = taken.delivery_id
    returning u.delivery_id, u.tenant_id, u.receiver, u.url, u.type, u.subject, u.body, u.attempts,
      (extract(epoch from now() - u.begun_at) * 1000)::float8 as age_ms,
      (extract(epoch from u.expires_at - now()) * 1000)::float8 as expires_in_ms`.execute(session);
  return rows;
}
