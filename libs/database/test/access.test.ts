import { createScratchDatabase, endpoints, type ScratchDatabase } from '@docfleet/testing';
import { randomUUID } from 'node:crypto';
import { Kysely, PostgresDialect, sql } from 'kysely';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectedLines, grantLine, policyLine } from '../src/access/access-lines.ts';
import { applyAccess } from '../src/access/apply-access.ts';
import { readAccess } from '../src/access/read-access.ts';
import * as initial from '../src/migrations/0001-initial.ts';
import * as toRoles from '../src/migrations/0005-roles.ts';
import {
  allowLogins,
  apiKeysIn,
  auditIn,
  databaseRoles,
  migrate,
  openDatabase,
  tenantsIn,
  type Database,
  type DatabaseRole,
  type Session,
} from '../src/index.ts';

let scratch: ScratchDatabase;
let owner: Database;
let catalogue: Kysely<unknown>;
let as: Record<DatabaseRole, Database>;

beforeAll(async () => {
  scratch = await createScratchDatabase(endpoints().postgres, migrate);
  owner = openDatabase(scratch.url);
  catalogue = new Kysely({
    dialect: new PostgresDialect({ pool: new pg.Pool({ connectionString: scratch.url, max: 2 }) }),
  });
  const open = (role: DatabaseRole) => openDatabase(scratch.urlFor(role), { role, poolSize: 2 });
  as = {
    request: open('request'),
    pipeline: open('pipeline'),
    operator: open('operator'),
    retention: open('retention'),
    webhooks: open('webhooks'),
  };
  for (const tenantId of ['acme', 'other']) await addRows(tenantId);
});
afterAll(async () => {
  await Promise.all([...Object.values(as), owner].map((database) => database.close()));
  await catalogue.destroy();
  await scratch.drop();
});

/** A row of the tenant in every table that belongs to tenants. */
async function addRows(tenantId: string): Promise<void> {
  const { session } = owner;
  await apiKeysIn(session).ensure({ tenantId, role: 'viewer', at: 1_000 }, `key-of-${tenantId}`);
  await auditIn(session).add({
    at: 1_000,
    actorKeyId: null,
    actorRole: 'test',
    tenantId,
    action: 'test.add',
    subject: tenantId,
    detail: {},
  });
  await sql`
    insert into runs (run_id, tenant_id, lane, status, revision, attempt, stages_done, expectations, created_at,
      updated_at, expires_at, timings, page_count, acknowledged)
    values (${tenantId}, ${tenantId}, 'normal', 'accepted', 1, 0, 0, '{}', now(), now(), now(), '[]', 0, true)`.execute(
    session,
  );
  await sql`
    insert into run_events values (0, ${tenantId.length}, ${tenantId}, ${tenantId}, 1, 'ocr', 'done', now(), '{}')`.execute(
    session,
  );
  await sql`
    insert into outcomes values (${tenantId}, 1, ${tenantId}, 'o', 'claimed', 'failed', '', 't', 0, 0, 'h', now())`.execute(
    session,
  );
  await sql`insert into revisions values (${tenantId}, 2, ${tenantId}, 'o', now(), 'k')`.execute(session);
  await sql`
    insert into dead_letters (id, stage, "partition", "offset", tenant_id, code, attempt, at)
    values (${tenantId}, 'ocr', 0, 0, ${tenantId}, 'X', 1, now())`.execute(session);
  await sql`
    insert into batches (batch_id, tenant_id, request_id, state, revision, digest, metadata, options, counts,
      created_at, updated_at)
    values (${tenantId}, ${tenantId}, 'r', 'QUEUED', 0, 'd', '{}', '{}', '{}', now(), now())`.execute(
    session,
  );
  await sql`
    insert into batch_files (batch_id, n, tenant_id, run_id)
    values (${tenantId}, 1, ${tenantId}, ${tenantId})`.execute(session);
  await sql`
    insert into tenant_events (tenant_id, type, subject, data, at)
    values (${tenantId}, 't', 's', '{}', now())`.execute(session);
  await sql`
    insert into review_tasks (task_id, tenant_id, run_id, revision, round, lane, state, afterwards, document_class, doubt,
      created_at, updated_at, expires_at, context, input, results, page_count, documents, verdict, reasons, four_eyes)
    values (${tenantId}, ${tenantId}, ${tenantId}, 1, 0, 'normal', 'waiting', false, 'invoice', 1, now(), now(), now(),
      '{}', '{}', '{}', 1, '[]', '{}', '{}', false)`.execute(session);
  await sql`
    insert into review_changes (task_id, tenant_id, at, actor, kind, document)
    values (${tenantId}, ${tenantId}, now(), 'k', 'set', 1)`.execute(session);
  await sql`insert into review_skips values (${tenantId}, ${tenantId}, 'k', now(), 'r')`.execute(session);
  await sql`insert into review_approvals values (${tenantId}, ${tenantId}, 'k', now(), 1)`.execute(session);
  await sql`
    insert into review_decisions (decision_id, task_id, tenant_id, kind, actor, at)
    values (${tenantId}, ${tenantId}, ${tenantId}, 'approve', 'k', now())`.execute(session);
  await sql`insert into tenant_accounts values (${tenantId}, 'accepted', 1)`.execute(session);
  await sql`insert into erased_runs values (${`erased-${tenantId}`}, ${tenantId}, now())`.execute(session);
  await sql`
    insert into erasures (erasure_id, tenant_id, state, requested_at, requested_by)
    values (${tenantId}, ${tenantId}, 'waiting', now(), 'k')`.execute(session);
  await sql`
    insert into tenant_events (tenant_id, type, subject, data, at) values (${tenantId}, 'a.b', 's', '{}', now())`.execute(
    session,
  );
  await sql`
    insert into webhook_endpoints (endpoint_id, tenant_id, url, description, filters, created_at, created_by, updated_at)
    values (${tenantId}, ${tenantId}, 'https://a.example/', '', '{}', now(), 'k', now())`.execute(session);
  await sql`insert into webhook_secrets values (${tenantId}, ${tenantId}, ${tenantId}, 'k', now())`.execute(
    session,
  );
  await sql`
    insert into webhook_deliveries (delivery_id, tenant_id, receiver, type, subject, "position", body, state, created_at,
      begun_at, due_at, expires_at)
    values (${tenantId}, ${tenantId}, ${tenantId}, 'a.b', 's', 1, '{}', 'pending', now(), now(), now(), now())`.execute(
    session,
  );
  await sql`insert into webhook_attempts values (${tenantId}, 0, ${tenantId}, 1, now(), 1, 200)`.execute(
    session,
  );
}

async function tenantsSeen(session: Session, table: string): Promise<readonly string[]> {
  const { rows } = await sql<{ tenantId: string }>`
    select tenant_id from ${sql.table(table)} order by 1`.execute(session);
  return rows.map(({ tenantId }) => tenantId);
}

const denied = { code: '42501' };

describe('A-07: the catalogue', () => {
  it('has row security forced on every table with tenant_id, and no table owned by a role of services', async () => {
    const found = await readAccess(catalogue);
    expect(found.faults).toEqual([]);
    expect([...found.tablesOfTenants].sort()).toEqual([
      'api_keys',
      'audit',
      'batch_files',
      'batches',
      'dead_letters',
      'erased_runs',
      'erasures',
      'outbox',
      'outcomes',
      'review_approvals',
      'review_changes',
      'review_decisions',
      'review_skips',
      'review_tasks',
      'revisions',
      'run_events',
      'runs',
      'set_aside_records',
      'tenant_accounts',
      'tenant_events',
      'tenant_public_keys',
      'tenant_usage',
      'tenants',
      'webhook_attempts',
      'webhook_deliveries',
      'webhook_endpoints',
      'webhook_secrets',
    ]);
    expect(found.lines).toEqual(expectedLines(found.tablesOfTenants));
  });

  it('shows a table that was forgotten, a table of a service, and one that is open to everybody', async () => {
    await sql`create table forgotten (tenant_id text)`.execute(catalogue);
    await sql`create table half (tenant_id text)`.execute(catalogue);
    await sql`alter table half enable row level security`.execute(catalogue);
    await sql`create table taken (id text)`.execute(catalogue);
    await sql`alter table taken owner to docfleet_pipeline`.execute(catalogue);
    await sql`grant select on consumer_offsets to public`.execute(catalogue);
    try {
      expect((await readAccess(catalogue)).faults).toEqual([
        'Table consumer_offsets is granted to everybody (PUBLIC).',
        'Table forgotten has tenant_id and no forced row security.',
        'Table half has tenant_id and no forced row security.',
        'Table taken is owned by docfleet_pipeline, a role of services.',
      ]);
      await expect(as.pipeline.ready()).rejects.toMatchObject({ code: 'DATABASE_UNAVAILABLE' });
    } finally {
      await sql`revoke select on consumer_offsets from public`.execute(catalogue);
      await sql`drop table forgotten, half, taken`.execute(catalogue);
    }
  });

  it('is made equal to the list again after rights were added and removed by hand', async () => {
    const before = await readAccess(catalogue);
    await sql`grant delete on runs to docfleet_request`.execute(catalogue);
    await sql`grant select (event) on outcomes to docfleet_operator`.execute(catalogue);
    await sql`create policy wide on runs for select to docfleet_request using (tenant_id <> '')`.execute(
      catalogue,
    );
    await sql`revoke insert on run_events from docfleet_pipeline`.execute(catalogue);
    await sql`alter table revisions no force row level security`.execute(catalogue);
    const { lines } = await readAccess(catalogue);
    expect(lines).toContain(grantLine('runs', 'docfleet_request', 'delete', undefined));
    expect(lines).not.toContain(policyLine('runs', 'docfleet_request', 'delete', 'tenant'));
    expect(lines).not.toEqual(before.lines);
    await applyAccess(catalogue);
    expect(await readAccess(catalogue)).toEqual(before);
  });
});

describe('A-07: docfleet_request', () => {
  const readable = [
    'tenants',
    'api_keys',
    'runs',
    'run_events',
    'outcomes',
    'revisions',
    'dead_letters',
    'review_tasks',
    'review_changes',
    'review_skips',
    'review_approvals',
    'review_decisions',
    'erasures',
    'erased_runs',
    'webhook_endpoints',
    'webhook_secrets',
    'webhook_deliveries',
    'webhook_attempts',
  ];

  it.each(readable)('reads only rows of the tenant of its transaction in %s', async (table) => {
    expect(await as.request.asTenant('acme', (session) => tenantsSeen(session, table))).toEqual(['acme']);
    expect(await as.request.asTenant('nobody', (session) => tenantsSeen(session, table))).toEqual([]);
    expect(await tenantsSeen(as.request.session, table)).toEqual([]);
  });

  it.each(['audit', 'tenant_accounts', 'consumer_offsets', 'retention_progress'])(
    'does not read %s',
    async (table) => {
      const reading = as.request.asTenant('acme', (session) =>
        sql`select 1 from ${sql.table(table)}`.execute(session),
      );
      await expect(reading).rejects.toMatchObject(denied);
    },
  );

  it('does not keep the tenant for the next transaction of the connection', async () => {
    const one = openDatabase(scratch.urlFor('request'), { poolSize: 1 });
    try {
      expect(await one.asTenant('acme', (session) => tenantsSeen(session, 'runs'))).toEqual(['acme']);
      expect(await tenantsSeen(one.session, 'runs')).toEqual([]);
      await expect(one.asTenant('', (session) => tenantsSeen(session, 'runs'))).rejects.toThrow(
        'needs its id',
      );
    } finally {
      await one.close();
    }
  });

  it('changes and adds no row of another tenant', async () => {
    const changed = await as.request.asTenant('acme', (session) =>
      session.updateTable('runs').set({ status: 'failed' }).where('runId', '=', 'other').executeTakeFirst(),
    );
    expect(changed.numUpdatedRows).toBe(0n);
    const adding = as.request.asTenant('acme', (session) =>
      sql`insert into revisions values ('x', 2, 'other', 'o', now(), 'k')`.execute(session),
    );
    await expect(adding).rejects.toMatchObject(denied);
    const moving = as.request.asTenant('acme', (session) =>
      sql`update runs set tenant_id = 'other' where run_id = 'acme'`.execute(session),
    );
    await expect(moving).rejects.toMatchObject(denied);
    const issuing = as.request.asTenant('acme', (session) =>
      apiKeysIn(session).issue({ tenantId: null, role: 'fleet-admin', at: 1_000 }),
    );
    await expect(issuing).rejects.toMatchObject({ code: 'DATABASE_UNAVAILABLE' });
  });

  it('reads no hash of a key', async () => {
    const reading = as.request.asTenant('acme', (session) => sql`select hash from api_keys`.execute(session));
    await expect(reading).rejects.toMatchObject(denied);
  });
});

describe('A-07: docfleet_operator', () => {
  it.each(['result', 'expectations', 'file_name', 'input', 'callback_url', 'bundle'])(
    'does not read runs.%s',
    async (column) => {
      expect(await tenantsSeen(as.operator.session, 'runs')).toEqual(['acme', 'other']);
      const reading = sql`select ${sql.ref(column)} from runs`.execute(as.operator.session);
      await expect(reading).rejects.toMatchObject(denied);
    },
  );

  it('reads neither the events of outcomes nor the history of runs, and changes no run', async () => {
    const { session } = as.operator;
    await expect(sql`select event from outcomes`.execute(session)).rejects.toMatchObject(denied);
    await expect(sql`select 1 from run_events`.execute(session)).rejects.toMatchObject(denied);
    await expect(sql`update runs set status = 'failed'`.execute(session)).rejects.toMatchObject(denied);
    expect((await tenantsIn(session).list()).map(({ tenantId }) => tenantId)).toEqual(['acme', 'other']);
  });
});

describe('A-07: docfleet_retention', () => {
  it('is the only role that removes what tenants own, and changes none but its own', async () => {
    const { lines } = await readAccess(catalogue);
    const removing = lines.filter((line) => line.includes(' may delete') && !line.includes(' rows '));
    // What was sent leaves the outbox.
    const others = removing.filter((line) => !line.endsWith(': docfleet_retention may delete'));
    expect(others).toEqual(['outbox: docfleet_pipeline may delete']);
    const { session } = as.retention;
    await expect(sql`update runs set status = 'failed'`.execute(session)).rejects.toMatchObject(denied);
    await expect(sql`update outcomes set state = 'claimed'`.execute(session)).rejects.toMatchObject(denied);
    await expect(tenantsSeen(session, 'api_keys')).rejects.toMatchObject(denied);
  });
});

describe('A-07: docfleet_pipeline', () => {
  it('reads runs of every tenant, and neither keys, tenants nor the audit log', async () => {
    const { session } = as.pipeline;
    expect(await tenantsSeen(session, 'runs')).toEqual(['acme', 'other']);
    for (const table of ['api_keys', 'tenants', 'audit', 'revisions']) {
      await expect(tenantsSeen(session, table)).rejects.toMatchObject(denied);
    }
    await expect(sql`delete from runs`.execute(session)).rejects.toMatchObject(denied);
  });
});

describe('A-05: docfleet_webhooks', () => {
  it('sends what it finds in its own tables, and sees nothing of a run but its id', async () => {
    const { session } = as.webhooks;
    expect(await tenantsSeen(session, 'webhook_deliveries')).toEqual(['acme', 'other']);
    for (const table of ['runs', 'outcomes', 'run_events', 'dead_letters', 'api_keys', 'tenants', 'audit']) {
      await expect(tenantsSeen(session, table)).rejects.toMatchObject(denied);
    }
    await expect(sql`update webhook_endpoints set url = ''`.execute(session)).rejects.toMatchObject(denied);
    await expect(sql`insert into tenant_events default values`.execute(session)).rejects.toMatchObject(
      denied,
    );
  });
});

describe('A-07: every role', () => {
  it.each(databaseRoles)('docfleet_%s may not change the audit log', async (role) => {
    const { session } = as[role];
    await expect(sql`update audit set subject = 'x'`.execute(session)).rejects.toMatchObject(denied);
    await expect(sql`truncate audit`.execute(session)).rejects.toMatchObject(denied);
    await expect(sql`create table mine (id text)`.execute(session)).rejects.toMatchObject(denied);
  });

  it.each(['request', 'pipeline', 'operator'] as const)(
    'docfleet_%s may not remove rows of the audit log',
    async (role) => {
      const { session } = as[role];
      await expect(sql`delete from audit`.execute(session)).rejects.toMatchObject(denied);
    },
  );

  it.each(databaseRoles)('docfleet_%s is accepted as itself, and nobody else in its place', async (role) => {
    await expect(as[role].ready()).resolves.toBeUndefined();
    const others = [
      scratch.url,
      ...databaseRoles.filter((each) => each !== role).map((each) => scratch.urlFor(each)),
    ];
    for (const url of others) {
      const database = openDatabase(url, { role, poolSize: 1 });
      try {
        await expect(database.ready()).rejects.toMatchObject({ code: 'DATABASE_UNAVAILABLE' });
      } finally {
        await database.close();
      }
    }
  });

  it('gets one clear error where a right is missing', async () => {
    const failed = await apiKeysIn(as.pipeline.session)
      .list('acme')
      .catch((error: unknown) => error);
    expect(failed).toMatchObject({ code: 'DATABASE_UNAVAILABLE' });
    expect(String((failed as Error).cause)).toBe(
      'Error: The database refused a statement (permission denied for table api_keys): the login lacks a right of its' +
        ' role. Run the deploy step of this version, and compare the login with docs/database.md.',
    );
  });
});

describe('an owner that is no superuser', () => {
  it('migrates, is under row security itself, and its tables serve the roles', async () => {
    const login = `docfleet_test_owner_${randomUUID().replaceAll('-', '')}`;
    await sql`create role ${sql.id(login)} login password 'own'`.execute(catalogue);
    const other = await createScratchDatabase(endpoints().postgres, async (url) => {
      const name = new URL(url).pathname.slice(1);
      await sql`alter database ${sql.id(name)} owner to ${sql.id(login)}`.execute(catalogue);
    });
    const ownerUrl = new URL(other.url);
    ownerUrl.username = login;
    ownerUrl.password = 'own';
    const opened = openDatabase(ownerUrl.href, { poolSize: 1 });
    const operator = openDatabase(other.urlFor('operator'), { role: 'operator', poolSize: 1 });
    const request = openDatabase(other.urlFor('request'), { role: 'request', poolSize: 1 });
    try {
      expect(await migrate(ownerUrl.href)).toContain('0005-roles');
      expect(await migrate(ownerUrl.href)).toEqual([]);
      await tenantsIn(operator.session).create({ tenantId: 'acme', name: 'Acme', at: 1_000 });
      await request.asTenant('acme', (session) =>
        apiKeysIn(session).issue({ tenantId: 'acme', role: 'viewer', at: 1_000 }),
      );
      expect(await tenantsSeen(operator.session, 'api_keys')).toEqual(['acme']);
      expect(await tenantsSeen(opened.session, 'api_keys')).toEqual([]);
      await expect(request.ready()).resolves.toBeUndefined();
    } finally {
      await Promise.all([opened, operator, request].map((each) => each.close()));
      await other.drop();
      await sql`drop role ${sql.id(login)}`.execute(catalogue);
    }
  });
});

describe('the migration to these roles', () => {
  it('makes admin keys tenant-admin, and revokes operator keys, which were of one tenant', async () => {
    const other = await createScratchDatabase(endpoints().postgres);
    const db = new Kysely<unknown>({
      dialect: new PostgresDialect({ pool: new pg.Pool({ connectionString: other.url, max: 1 }) }),
    });
    try {
      await initial.up(db);
      await sql`insert into tenants values ('acme', 'Acme', now())`.execute(db);
      await sql`
        insert into api_keys
        select role, 'acme', role, 'df', role, now(), null
        from unnest(array['producer', 'viewer', 'reviewer', 'operator', 'admin']) as role`.execute(db);
      await toRoles.up(db);
      const { rows } = await sql`
        select key_id, role, revoked_at is not null as revoked from api_keys order by 1`.execute(db);
      expect(rows).toEqual([
        { key_id: 'admin', role: 'tenant-admin', revoked: false },
        { key_id: 'operator', role: 'operator', revoked: true },
        { key_id: 'producer', role: 'producer', revoked: false },
        { key_id: 'reviewer', role: 'reviewer', revoked: false },
        { key_id: 'viewer', role: 'viewer', revoked: false },
      ]);
    } finally {
      await db.destroy();
      await other.drop();
    }
  });
});

describe('roles of the server', () => {
  it('are created once however many databases are migrated at the same time', async () => {
    const others = await Promise.all([1, 2, 3].map(() => createScratchDatabase(endpoints().postgres)));
    try {
      await Promise.all(others.map(({ url }) => migrate(url)));
      for (const other of others) {
        const database = openDatabase(other.urlFor('pipeline'), { role: 'pipeline', poolSize: 1 });
        await expect(database.ready()).resolves.toBeUndefined();
        await database.close();
      }
    } finally {
      await Promise.all(others.map((other) => other.drop()));
    }
  });

  it('keep their passwords where they can log in', async () => {
    const urls = databaseRoles.map((role) => scratch.urlFor(role));
    expect(await allowLogins(scratch.url, urls)).toEqual([]);
    const foreign = new URL(scratch.url);
    foreign.username = 'unknown';
    foreign.password = 'wrong';
    await expect(allowLogins(scratch.url, [foreign.href])).rejects.toThrow(
      'The login unknown cannot connect',
    );
  });
});
