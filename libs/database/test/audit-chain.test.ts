import { createScratchDatabase, endpoints, type ScratchDatabase } from '@docfleet/testing';
import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  auditIn,
  chainStart,
  checkAuditChain,
  expiredRowsIn,
  migrate,
  oldestUnsealed,
  openDatabase,
  sealAuditRows,
  type CheckedPart,
  type Database,
} from '../src/index.ts';
import { rowHash } from '../src/audit-chain/row-hash.ts';

let scratch: ScratchDatabase;
/** A superuser, and the owner of the table. */
let owner: Database;
let operator: Database;
let retention: Database;

beforeAll(async () => {
  scratch = await createScratchDatabase(endpoints().postgres, migrate);
  owner = openDatabase(scratch.url);
  operator = openDatabase(scratch.urlFor('operator'), { role: 'operator' });
  retention = openDatabase(scratch.urlFor('retention'), { role: 'retention' });
});
beforeEach(async () => {
  await byHand(sql`delete from audit`);
  await owner.session.updateTable('auditChain').set(chainStart).execute();
});
afterAll(async () => {
  await Promise.all([owner, operator, retention].map((database) => database.close()));
  await scratch.drop();
});

const entry = (at: number, subject: string) => ({
  ...{ at, actorKeyId: 'k', actorRole: 'viewer', tenantId: 'acme', action: 'artifact.read', subject },
  ...{ address: '192.0.2.1', status: 200, detail: { b: 1, a: 'x', c: null, d: true } },
});

async function addSealed(count: number): Promise<void> {
  const entries = Array.from({ length: count }, (_, index) => entry((index + 1) * 1_000, `s${index + 1}`));
  await auditIn(operator.session).addAll(entries);
  await sealAuditRows(retention, count);
}

/** The whole chain in parts of `limit` rows. */
async function check(limit = 3): Promise<{ readonly rows: number; readonly fault: CheckedPart['fault'] }> {
  let rows = 0;
  for (let after = chainStart; ;) {
    const part = await checkAuditChain(operator, { after, limit });
    rows += part.rows;
    if (part.complete || part.fault !== undefined) return { rows, fault: part.fault };
    after = part.last;
  }
}

/** As an owner does who knows of the trigger. */
async function byHand(statement: ReturnType<typeof sql>): Promise<void> {
  await owner.transaction(async (session) => {
    await sql`alter table audit disable trigger audit_append_only`.execute(session);
    await statement.execute(session);
    await sql`alter table audit enable trigger audit_append_only`.execute(session);
  });
}

const idOf = async (position: number): Promise<bigint | null> => {
  const row = await owner.session
    .selectFrom('audit')
    .select('id')
    .where('sealedAs', '=', BigInt(position))
    .executeTakeFirst();
  return row?.id ?? null;
};

describe('A-07: the chain of the audit log', () => {
  it('holds for rows of several writers at once, sealed by several processes at once', async () => {
    const others = [1, 2].map(() => openDatabase(scratch.urlFor('operator'), { role: 'operator' }));
    const sealing = new AbortController();
    const seal = async (): Promise<void> => {
      while (!sealing.signal.aborted) await sealAuditRows(retention, 7);
    };
    const sealers = [seal(), seal()];
    await Promise.all(
      others.flatMap(({ session }, writer) =>
        Array.from({ length: 20 }, (_, batch) =>
          auditIn(session).addAll(
            Array.from({ length: 5 }, (_each, index) => entry(1_000 + index, `${writer}-${batch}-${index}`)),
          ),
        ),
      ),
    );
    sealing.abort();
    await Promise.all(sealers);
    while ((await sealAuditRows(retention, 50)).rows > 0);
    expect(await oldestUnsealed(operator.session)).toBeNull();
    expect(await check(30)).toEqual({ rows: 200, fault: undefined });
    await Promise.all(others.map((other) => other.close()));
  });

  it('holds when it is empty, and gains positions only by sealing', async () => {
    expect(await check()).toEqual({ rows: 0, fault: undefined });
    await auditIn(operator.session).add(entry(1_000, 'a'));
    expect(await oldestUnsealed(operator.session)).toBe(1_000);
    expect(await check()).toEqual({ rows: 0, fault: undefined });
    // Whoever may add a row may not give it a position.
    await sql`
      insert into audit (at, actor_role, action, subject, detail, sealed_as, prev_hash, hash)
      values (now(), 'r', 'a.b', 's', '{}', 1, '\\x00', '\\x00')`.execute(operator.session);
    expect(await idOf(1)).toBeNull();
    expect((await sealAuditRows(retention, 10)).rows).toBe(2);
    expect(await check()).toEqual({ rows: 2, fault: undefined });
  });

  it.each([
    ['a changed subject', sql`update audit set subject = 'other' where sealed_as = 4`, 4, 'changed'],
    ['a changed outcome', sql`update audit set status = 500 where sealed_as = 4`, 4, 'changed'],
    ['a changed detail', sql`update audit set detail = '{"a":"y"}' where sealed_as = 4`, 4, 'changed'],
    ['a removed row', sql`delete from audit where sealed_as = 4`, 4, 'missing'],
    ['a removed first row', sql`delete from audit where sealed_as = 1`, 1, 'missing'],
    ['a removed last row', sql`delete from audit where sealed_as = 8`, 8, 'missing'],
    [
      'an unsealed row',
      sql`update audit set sealed_as = null, prev_hash = null, hash = null where sealed_as = 4`,
      4,
      'missing',
    ],
    ['all rows removed', sql`delete from audit`, 1, 'missing'],
  ] as const)('shows %s', async (_what, statement, position, reason) => {
    await addSealed(8);
    const id = reason === 'missing' ? null : await idOf(position);
    await byHand(statement);
    expect((await check()).fault).toEqual({ position: BigInt(position), id, reason });
    // Later rows do not hide it.
    await auditIn(operator.session).add(entry(9_000, 'late'));
    await sealAuditRows(retention, 10);
    expect((await check()).fault).toMatchObject({ position: BigInt(position), reason });
  });

  it('shows a row that was changed together with its hash, where it is followed by another one', async () => {
    await addSealed(8);
    const id = await idOf(5);
    await byHand(sql`update audit set subject = 'other' where sealed_as = 4`);
    const rows = await owner.session
      .selectFrom('audit')
      .selectAll()
      .where('sealedAs', 'in', [3n, 4n])
      .orderBy('sealedAs')
      .execute();
    const [before, changed] = rows;
    if (before?.hash == null || changed === undefined) throw new Error('There are no rows');
    const hash = rowHash({ position: 3n, hash: before.hash }, changed).toString('hex');
    await byHand(sql`update audit set hash = decode(${hash}, 'hex') where sealed_as = 4`);
    await byHand(sql`update audit set prev_hash = decode(${hash}, 'hex') where sealed_as = 5`);
    expect((await check()).fault).toEqual({ position: 5n, id, reason: 'changed' });
  });

  it('shows a swapped pair', async () => {
    await addSealed(8);
    const id = await idOf(5);
    await byHand(sql`update audit set sealed_as = -sealed_as where sealed_as in (4, 5)`);
    await byHand(sql`update audit set sealed_as = 9 + sealed_as where sealed_as < 0`);
    expect((await check()).fault).toEqual({ position: 4n, id, reason: 'moved' });
  });

  it('holds after retention has removed its beginning, and shows a row missing there all the same', async () => {
    await addSealed(8);
    const rows = expiredRowsIn(retention.session);
    expect(await rows.count('audit', 5_500, 10)).toBe(5);
    expect(await rows.remove('audit', 5_500, 2)).toBe(2);
    expect(await check()).toEqual({ rows: 6, fault: undefined });
    expect(await rows.remove('audit', 5_500, 10)).toBe(3);
    expect(await rows.remove('audit', 5_500, 10)).toBe(0);
    expect(await check()).toEqual({ rows: 3, fault: undefined });
    await sealAuditRows(retention, 10);
    // What was removed is itself told in the chain.
    expect(await check()).toEqual({ rows: 5, fault: undefined });
    await byHand(sql`delete from audit where sealed_as = 6`);
    expect((await check()).fault).toMatchObject({ reason: 'missing' });
  });

  it('holds after retention has removed all of it, and goes on', async () => {
    await addSealed(3);
    expect(await expiredRowsIn(retention.session).remove('audit', 1e9, 10)).toBe(3);
    expect(await check()).toEqual({ rows: 0, fault: undefined });
    await sealAuditRows(retention, 10);
    expect(await check()).toEqual({ rows: 1, fault: undefined });
  });

  it('is continued by a check from where the last one ended, also where that was removed meanwhile', async () => {
    await addSealed(8);
    const { last } = await checkAuditChain(operator, { limit: 3 });
    expect(last.position).toBe(3n);
    await expiredRowsIn(retention.session).remove('audit', 5_500, 10);
    expect(await checkAuditChain(operator, { after: last, limit: 10 })).toMatchObject({
      rows: 3,
      complete: true,
      fault: undefined,
    });
  });

  it('keeps a row that is not older than the cutoff, and every one after it', async () => {
    await auditIn(operator.session).addAll([1_000, 9_000, 2_000].map((at) => entry(at, String(at))));
    await sealAuditRows(retention, 10);
    expect(await expiredRowsIn(retention.session).remove('audit', 5_000, 10)).toBe(1);
    expect(await check()).toEqual({ rows: 2, fault: undefined });
  });
});

describe('A-07: a row of the audit log', () => {
  const denied = { code: '42501' };

  it('is not changed or removed by its owner, and sealed once', async () => {
    await addSealed(2);
    const { session } = owner;
    await expect(sql`update audit set subject = 'x'`.execute(session)).rejects.toMatchObject(denied);
    await expect(sql`delete from audit`.execute(session)).rejects.toMatchObject(denied);
    await expect(sql`truncate audit`.execute(session)).rejects.toMatchObject(denied);
    const again = sql`update audit set hash = '\\x00'`.execute(retention.session);
    await expect(again).rejects.toMatchObject(denied);
    expect(await check()).toEqual({ rows: 2, fault: undefined });
  });

  it('is exported in the order of time, each once', async () => {
    await auditIn(operator.session).addAll([3_000, 1_000, 1_000, 2_000, 5_000].map((at) => entry(at, 's')));
    const seen: number[] = [];
    let after: { at: number; id: bigint } | undefined;
    for (;;) {
      const rows = await auditIn(operator.session).page({ since: 1_000, until: 5_000, after, limit: 2 });
      seen.push(...rows.map(({ at }) => at));
      after = rows.at(-1);
      if (rows.length < 2) break;
    }
    expect(seen).toEqual([1_000, 1_000, 2_000, 3_000]);
  });
});
