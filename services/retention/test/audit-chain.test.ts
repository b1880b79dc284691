import { auditIn, migrate, openDatabase, type Database } from '@docfleet/database';
import { createLog, createMetrics } from '@docfleet/telemetry';
import { createScratchDatabase, endpoints, type ScratchDatabase } from '@docfleet/testing';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { keepAuditChain } from '../src/audit-chain.ts';

let scratch: ScratchDatabase;
let owner: Database;
let database: Database;
const { signal } = new AbortController();

beforeAll(async () => {
  scratch = await createScratchDatabase(endpoints().postgres, migrate);
  owner = openDatabase(scratch.url);
  database = openDatabase(scratch.urlFor('retention'), { role: 'retention' });
});
afterAll(async () => {
  await Promise.all([owner.close(), database.close()]);
  await scratch.drop();
});

it('A-07: seals what waits, and shows a changed row until the chain is whole again', async () => {
  const now = 1_000_000;
  const metrics = createMetrics('retention');
  const log = createLog({ service: 'retention', level: 'silent' });
  const chain = keepAuditChain({ database, clock: { now: () => now }, log, metrics });
  const values = async (): Promise<Record<string, number>> =>
    Object.fromEntries(
      [...(await metrics.text()).matchAll(/^docfleet_audit_(\w+)\{.*\} (\S+)$/gm)].map(
        ([, name = '', value]) => [name, Number(value)],
      ),
    );
  const entry = {
    at: 400_000,
    actorKeyId: 'k',
    actorRole: 'viewer',
    tenantId: 'acme',
    action: 'a.b',
    detail: {},
  };
  await auditIn(owner.session).addAll(
    Array.from({ length: 1_200 }, (_, index) => ({ ...entry, subject: String(index) })),
  );
  await chain.seal(signal);
  const whole = {
    chain_position: 1_200,
    sealed_timestamp_seconds: 1_000,
    unsealed_age_seconds: 0,
    chain_broken: 0,
  };
  expect(await values()).toEqual(whole);
  // Parts of 500 rows.
  for (let part = 0; part < 3; part += 1) await chain.check();
  expect(await values()).toEqual(whole);

  const change = (subject: string) => sql`update audit set subject = ${subject} where sealed_as = 700`;
  await sql`alter table audit disable trigger audit_append_only`.execute(owner.session);
  await change('other').execute(owner.session);
  await chain.check();
  expect((await values())['chain_broken']).toBe(0);
  await chain.check();
  expect((await values())['chain_broken']).toBe(1);
  await change('699').execute(owner.session);
  for (let part = 0; part < 2; part += 1) await chain.check();
  expect((await values())['chain_broken']).toBe(1);
  await chain.check();
  expect((await values())['chain_broken']).toBe(0);
});
