import { migrate, openDatabase, type Database } from '@docfleet/database';
import { createScratchDatabase, endpoints, type ScratchDatabase } from '@docfleet/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { databaseFence } from '../src/adapters/database-fence.ts';
import { memoryFence, MemoryOutcomes, type ClaimedOutcome, type Fence } from '../src/index.ts';

let scratch: ScratchDatabase;
let database: Database;

beforeAll(async () => {
  scratch = await createScratchDatabase(endpoints().postgres, migrate);
  database = openDatabase(scratch.url);
});
afterAll(async () => {
  await database.close();
  await scratch.drop();
});

function outcomeOf(given: Partial<ClaimedOutcome>): ClaimedOutcome {
  return {
    runId: 'run-1',
    revision: 1,
    tenantId: 'acme',
    outcomeId: 'outcome-1',
    status: 'completed',
    event: Buffer.from('event'),
    terminalTopic: 'documents.completed',
    terminalPartition: 0,
    scanFrom: 0n,
    home: 'integration.tasks.normal/0',
    claimedAt: 1_000,
    ...given,
  };
}

const fences: readonly { readonly name: string; readonly open: () => Fence }[] = [
  { name: 'in Postgres', open: () => databaseFence(database.session) },
  { name: 'in memory', open: () => memoryFence(new MemoryOutcomes()) },
];

describe.each(fences)('the fence $name', ({ name, open }) => {
  it('M-15: gives a revision to the first ending that claims it, and shows that one to the others', async () => {
    const fence = open();
    const claims = await Promise.all(
      ['a', 'b', 'c'].map((outcomeId) =>
        fence.claim(outcomeOf({ runId: `first ${name}`, outcomeId, event: Buffer.from(outcomeId) })),
      ),
    );
    expect(claims.filter(({ won }) => won)).toHaveLength(1);
    const winner = claims.find(({ won }) => won)?.row;
    expect(winner).toMatchObject({ state: 'claimed', home: 'integration.tasks.normal/0', scanFrom: 0n });
    for (const { row } of claims) expect(row).toEqual(winner);
    await expect(fence.find(`first ${name}`, 1)).resolves.toEqual(winner);
  });

  it('keeps revisions and runs apart, and knows no other', async () => {
    const fence = open();
    const runId = `apart ${name}`;
    const won = [];
    for (const [run, revision] of [[runId, 1] as const, [runId, 2] as const, [`${runId} too`, 1] as const])
      won.push((await fence.claim(outcomeOf({ runId: run, revision }))).won);
    expect(won).toEqual([true, true, true]);
    await expect(fence.find(runId, 3)).resolves.toBeUndefined();
  });
});

it('R-06: an ending of a tenant whose id no database keeps is claimed once', async () => {
  const outcome = outcomeOf({ tenantId: 'acme\u0000' });
  const fence = databaseFence(database.session);
  expect([(await fence.claim(outcome)).won, (await fence.claim(outcome)).won]).toEqual([true, false]);
});
