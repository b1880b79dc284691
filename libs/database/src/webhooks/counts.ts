import { sql } from 'kysely';
import { guard } from '../database-failure.ts';
import type { Session } from '../open-database.ts';

/** What fleet roles see of webhooks: numbers. */
export interface WebhookCounts {
  readonly endpoints: number;
  readonly disabledEndpoints: number;
  readonly pending: number;
  /** Deliveries of the last 24 hours that have ended. */
  readonly delivered: number;
  readonly failed: number;
}

export async function webhookCountsIn(session: Session): Promise<WebhookCounts> {
  return guard(async () => {
    const { rows } = await sql<Record<keyof WebhookCounts, bigint>>`
      select
        (select count(*) from webhook_endpoints where deleted_at is null) as endpoints,
        (select count(*) from webhook_endpoints where deleted_at is null and disabled_at is not null) as disabled_endpoints,
        (select count(*) from webhook_deliveries where state = 'pending') as pending,
        count(*) filter (where state = 'delivered') as delivered,
        count(*) filter (where state = 'failed') as failed
      from webhook_deliveries where ended_at > now() - interval '24 hours'`.execute(session);
    const [row] = rows;
    const of = (name: keyof WebhookCounts): number => Number(row?.[name] ?? 0n);
    return {
      endpoints: of('endpoints'),
      disabledEndpoints: of('disabledEndpoints'),
      pending: of('pending'),
      delivered: of('delivered'),
      failed: of('failed'),
    };
  });
}
