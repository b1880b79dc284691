import { createHash } from 'node:crypto';
import pg from 'pg';
import type { Facts, OutcomeRow } from './facts.ts';

export type DatabaseFacts = Pick<Facts, 'outcomes' | 'runs' | 'accounts' | 'setAside'>;

/** Outcomes, the read model, its accounts and what was set aside, read with plain SQL. */
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
    return {
      setAside: setAside.rows,
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
