import { createScratchDatabase, endpoints, openTcpProxy, until } from '@docfleet/testing';
import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { databaseBreaker, migrate, openDatabase, probeDatabase, runsIn } from '../src/index.ts';

test('R-01: the breaker opens for all uses of a database that is away, and closes by itself', async () => {
  const scratch = await createScratchDatabase(endpoints().postgres, migrate);
  const proxy = await openTcpProxy(scratch.url);
  const breaker = databaseBreaker({ openMs: 300 });
  const database = openDatabase(proxy.url, { breaker, connectTimeoutMs: 1_000 });
  probeDatabase(breaker, database);
  const find = () => runsIn(database.session).find('run-1');
  const findInTransaction = () => database.asTenant('acme', (session) => runsIn(session).find('run-1'));
  await expect(find()).resolves.toBeUndefined();
  await expect(findInTransaction()).resolves.toBeUndefined();

  proxy.cut();
  await until('the breaker is open', async () => {
    await expect(findInTransaction()).rejects.toMatchObject({ code: 'DATABASE_UNAVAILABLE' });
    return breaker.state === 'open';
  });
  const before = proxy.connections;
  await expect(find()).rejects.toMatchObject({ code: 'DATABASE_UNAVAILABLE' });
  await expect(findInTransaction()).rejects.toMatchObject({ code: 'DATABASE_UNAVAILABLE' });
  expect(proxy.connections).toBe(before);

  proxy.mend();
  await until('the breaker is closed', () => breaker.state === 'closed');
  await expect(findInTransaction()).resolves.toBeUndefined();
  breaker.close();
  await database.close();
  await proxy.close();
  await scratch.drop();
});

test('R-01: statements that the server refuses or cancels do not open the breaker', async () => {
  const scratch = await createScratchDatabase(endpoints().postgres, migrate);
  const breaker = databaseBreaker();
  const database = openDatabase(scratch.url, { breaker, statementTimeoutMs: 50 });
  const refused = () =>
    database.session
      .insertInto('tenants')
      .values({ tenantId: 'a\0', name: '', createdAt: new Date(0) })
      .execute();
  for (let call = 0; call < 5; call += 1) await expect(refused()).rejects.toThrow();
  for (let call = 0; call < 5; call += 1) {
    await expect(sql`select pg_sleep(2)`.execute(database.session)).rejects.toMatchObject({ code: '57014' });
  }
  expect(breaker.state).toBe('closed');
  breaker.close();
  await database.close();
  await scratch.drop();
});
