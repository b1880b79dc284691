import { createHash } from 'node:crypto';
import pg from 'pg';
import type { Facts, OutcomeRow } from './facts.ts';

export type DatabaseFacts = Pick<
  Facts,
  'outcomes' | 'runs' | 'accounts' | 'setAside' | 'batches' | 'tenantEvents'
>;

/** Outcomes, the read model with its batches and accounts, and what was set aside, read with plain SQL. */
export async function readDatabase(url: string): Promise<DatabaseFacts> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const outcomes = await client.query<Omit<OutcomeRow, 'digest'> & { readonly event: Buffer }>(
      'select run_id as "runId", revision, outcome_id as "outcomeId", state, status, event from outcomes',
    );
    const runs = await client.query<Facts['runs'][number]>(
      'select run_id as "runId", status, ended_at is not null as ended from runs',
    );
    const accounts = await client.query<{ readonly name: string; readonly value: string }>(
      'select name, sum(value)::text as value from tenant_accounts group by name',
    );
    const setAside = await client.query<Facts['setAside'][number]>(
      'select topic, run_id as "runId", cause from set_aside_records where redriven_at is null',
    );
    // The entry of an end is written in the transaction that ends its run, and never changed (migration 0012).
    const batches = await client.query<Facts['batches'][number]>(
      `select b.batch_id as "batchId", b.tenant_id as "tenantId", b.state, b.revision, b.counts,
         b.cancel_asked_at is not null as "cancelAsked", b.xmin::text as "changedIn",
         array(select f.run_id from batch_files f where f.batch_id = b.batch_id order by f.n) as "runIds",
         array(select e.xmin::text from run_events e join batch_files f on f.run_id = e.run_id
           where f.batch_id = b.batch_id and e.kind = 'ended') as "runsEndedIn",
         coalesce((select json_agg(json_build_object('type', t.type, 'revision', t.data -> 'revision',
           'counts', t.data -> 'counts') order by t.id)
           from tenant_events t where t.subject = b.batch_id), '[]') as events
       from batches b`,
    );
    const tenantEvents = await client.query<Facts['tenantEvents'][number]>(
      `select tenant_id as tenant, type, subject, (data ->> 'revision')::integer as revision from tenant_events`,
    );
    return {
      tenantEvents: tenantEvents.rows,
      setAside: setAside.rows,
      batches: batches.rows,
      outcomes: outcomes.rows.map(({ event, ...row }) => ({
        ...row,
        digest: createHash('sha256').update(event).digest('hex'),
      })),
      runs: runs.rows,
      accounts: new Map(accounts.rows.map(({ name, value }) => [name, Number(value)])),
    };
  } finally {
    await client.end();
  }
}
