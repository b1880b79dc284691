import {
  migrate,
  openDatabase,
  reviewTaskStoreIn,
  type Database,
  type NewReviewTask,
} from '@docfleet/database';
import type { HoldRule } from '@docfleet/domain';
import {
  createScratchDatabase,
  endpoints,
  objectRef,
  runContext,
  type ScratchDatabase,
} from '@docfleet/testing';
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
  { name: 'in Postgres', open: () => databaseFence(database) },
  { name: 'in memory', open: () => memoryFence(new MemoryOutcomes()) },
];

describe.each(fences)('the fence $name', ({ name, open }) => {
  it('M-15: gives a revision to the first ending that claims it, and shows that one to the others', async () => {
    const fence = open();
    const claims = await Promise.all(
      ['a', 'b', 'c'].map((outcomeId) =>
        fence.claim(outcomeOf({ runId: `first ${name}`, outcomeId, event: Buffer.from(outcomeId) }), 'none'),
      ),
    );
    expect(claims.filter((claim) => claim?.won === true)).toHaveLength(1);
    const winner = claims.find((claim) => claim?.won === true)?.row;
    expect(winner).toMatchObject({ state: 'claimed', home: 'integration.tasks.normal/0', scanFrom: 0n });
    for (const claim of claims) expect(claim?.row).toEqual(winner);
    await expect(fence.find(`first ${name}`, 1)).resolves.toEqual(winner);
  });

  it('keeps revisions and runs apart, and knows no other', async () => {
    const fence = open();
    const runId = `apart ${name}`;
    const won = [];
    for (const [run, revision] of [[runId, 1] as const, [runId, 2] as const, [`${runId} too`, 1] as const])
      won.push((await fence.claim(outcomeOf({ runId: run, revision }), 'none'))?.won);
    expect(won).toEqual([true, true, true]);
    await expect(fence.find(runId, 3)).resolves.toBeUndefined();
  });
});

it('R-06: an ending of a tenant whose id no database keeps is claimed once', async () => {
  const outcome = outcomeOf({ tenantId: 'acme\u0000' });
  const fence = databaseFence(database);
  expect([(await fence.claim(outcome, 'none'))?.won, (await fence.claim(outcome, 'none'))?.won]).toEqual([
    true,
    false,
  ]);
});

describe('H-01: an ending of a run that a person holds', () => {
  const taskFor = (runId: string, round: number, afterwards = false): NewReviewTask => ({
    ...{ taskId: `${runId} ${String(round)}`, context: runContext({ runId, round }), afterwards },
    ...{
      documentClass: 'invoice',
      doubt: 1,
      createdAt: 1_000,
      expiresAt: 2_000,
      input: objectRef(),
      results: {},
    },
    ...{
      pageCount: 1,
      documents: [],
      verdict: { verdict: 'review', documents: [] },
      reasons: [],
      fourEyes: false,
    },
  });
  const store = (task: NewReviewTask) => reviewTaskStoreIn(database).store(task);
  const claim = (runId: string, rule: HoldRule) => databaseFence(database).claim(outcomeOf({ runId }), rule);

  it('is refused from a stage in the round of the task or an earlier one, and claimed from a later one', async () => {
    await store(taskFor('held', 1));
    expect([await claim('held', { round: 0 }), await claim('held', { round: 1 })]).toEqual([
      undefined,
      undefined,
    ]);
    expect(await claim('held', { round: 2 })).toMatchObject({ won: true });
  });

  it('is claimed by order, and the run gets no further task', async () => {
    await store(taskFor('ordered', 0));
    expect(await claim('ordered', 'order')).toMatchObject({ won: true });
    expect(await store(taskFor('ordered', 1))).toEqual({ kind: 'ended' });
  });

  it('is claimed where the task ends nothing, which is stored after the end, too', async () => {
    await store(taskFor('afterwards', 0, true));
    expect(await claim('afterwards', { round: 0 })).toMatchObject({ won: true });
    expect(await store(taskFor('afterwards', 1, true))).toEqual({ kind: 'held', expiresAt: 2_000 });
  });

  it('and the task that is stored meanwhile: one of the two sees the other', async () => {
    const runIds = Array.from({ length: 30 }, (_, n) => `race ${String(n)}`);
    const met = await Promise.all(
      runIds.map(async (runId) => {
        const [stored, claimed] = await Promise.all([store(taskFor(runId, 0)), claim(runId, { round: 0 })]);
        return [stored.kind, claimed === undefined ? 'refused' : 'claimed'].join(' ');
      }),
    );
    expect(met.filter((each) => each !== 'held refused' && each !== 'ended claimed')).toEqual([]);
  });

  it('is stored once for each round, with the first expiry', async () => {
    expect(await store(taskFor('twice', 0))).toEqual({ kind: 'held', expiresAt: 2_000 });
    expect(await store({ ...taskFor('twice', 0), expiresAt: 3_000 })).toEqual({
      kind: 'held',
      expiresAt: 2_000,
    });
  });
});
