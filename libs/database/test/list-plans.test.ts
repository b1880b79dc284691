import { createScratchDatabase, endpoints, type ScratchDatabase } from '@docfleet/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { migrate, openDatabase, type Database } from '../src/index.ts';
import { faultsOfListPlans, fillLists } from './list-plans.ts';

const rows = 40_000;
let scratch: ScratchDatabase;
let database: Database;

beforeAll(async () => {
  scratch = await createScratchDatabase(endpoints().postgres, migrate);
  database = openDatabase(scratch.url, { statementTimeoutMs: 120_000 });
  await fillLists(database.session, rows);
});

afterAll(async () => {
  await database.close();
  await scratch.drop();
});

it('every filter of the lists is answered by an index', async () => {
  expect(await faultsOfListPlans(database.session, rows)).toEqual([]);
});
