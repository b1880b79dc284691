import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { tenants } from '../plan/tenants.ts';
import { retryUntilDone } from './retry-until-done.ts';

/** Interval between two rounds, in milliseconds: each tells the next event of every subject. */
const everyMs = 1_500;

/** Subjects of each tenant. */
const subjects = ['first', 'second'] as const;

/**
 * Tells events of tenants as services do, by rows, until `over` aborts: long sequences about a few subjects, whose order a
 * receiver must see. In this run documents and batches end once. Goes around the proxies.
 */
export async function tellEvents(postgres: string, over: AbortSignal, signal: AbortSignal): Promise<void> {
  for (let revision = 1; !over.aborted; revision += 1) {
    for (const tenant of tenants) {
      for (const name of subjects) {
        const subject = `sequence-${tenant}-${name}`;
        await retryUntilDone(signal, () => tellOnce(postgres, { tenant, subject, revision }));
      }
    }
    await pause(everyMs, undefined, { signal: AbortSignal.any([over, signal]) }).catch(() => undefined);
  }
}

/** An insert in doubt is looked up by the next try. */
async function tellOnce(
  postgres: string,
  {
    tenant,
    subject,
    revision,
  }: { readonly tenant: string; readonly subject: string; readonly revision: number },
): Promise<void> {
  const client = new pg.Client({ connectionString: postgres, query_timeout: 5_000 });
  client.on('error', () => undefined);
  await client.connect();
  try {
    await client.query(
      `insert into tenant_events (tenant_id, type, subject, data, at)
       select $1, 'sequence.continued', $2, $3::jsonb, now()
       where not exists (select from tenant_events where subject = $2 and data -> 'revision' = $3::jsonb -> 'revision')`,
      [tenant, subject, JSON.stringify({ batchId: subject, revision })],
    );
  } finally {
    await client.end();
  }
}
