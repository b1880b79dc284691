import { createScratchDatabase, endpoints, reviewTaskRow, type ScratchDatabase } from '@docfleet/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { accountingIn, fleetAccountsIn, migrate, openDatabase, type Database } from '../src/index.ts';

let scratch: ScratchDatabase;
let owner: Database;
let database: Database;

beforeAll(async () => {
  scratch = await createScratchDatabase(endpoints().postgres, migrate);
  owner = openDatabase(scratch.url);
  database = openDatabase(scratch.urlFor('pipeline'), { role: 'pipeline' });
});
afterAll(async () => {
  await Promise.all([database.close(), owner.close()]);
  await scratch.drop();
});

it('O-03: the accounts of a tenant have what was accepted, has ended, and waits for people', async () => {
  await accountingIn(database.session).add(
    new Map([
      [
        'acme',
        new Map([
          ['accepted', 5],
          ['ended.completed', 2],
          ['ended.failed', 1],
        ]),
      ],
      ['beta', new Map([['accepted', 1]])],
    ]),
  );
  for (const facts of [{}, { afterwards: true }, { state: 'closed' as const }]) {
    await owner.session
      .insertInto('reviewTasks')
      .values(reviewTaskRow({ tenantId: 'acme', ...facts }))
      .execute();
  }
  expect(await fleetAccountsIn(database.session)).toEqual([
    { tenantId: 'acme', accepted: 5, ended: { completed: 2, failed: 1 }, open: 0, held: 1 },
    { tenantId: 'beta', accepted: 1, ended: {}, open: 0, held: 0 },
  ]);
});
