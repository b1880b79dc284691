/** About 3 min, with servers: an index answers every filter of the lists on a million rows. */
import { createScratchDatabase, endpoints } from '@docfleet/testing';
import { expect, it } from 'vitest';
import { migrate, openDatabase } from '../../src/index.ts';
import { faultsOfListPlans, fillLists } from '../list-plans.ts';

const rows = 1_000_000;

it('every filter of the lists is answered by an index', { timeout: 1_800_000 }, async () => {
  const scratch = await createScratchDatabase(endpoints().postgres, migrate);
  const database = openDatabase(scratch.url, { statementTimeoutMs: 1_200_000 });
  try {
    await fillLists(database.session, rows);
    expect(await faultsOfListPlans(database.session, rows)).toEqual([]);
  } finally {
    await database.close();
    await scratch.drop();
  }
});
