import { randomUUID } from 'node:crypto';
import { createScratchDatabase, endpoints, reviewTaskRow, type ScratchDatabase } from '@docfleet/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  migrate,
  openDatabase,
  reviewTasksIn,
  reviewWorkIn,
  type Database,
  type ReviewTasks,
  type ReviewWork,
  type Session,
} from '../src/index.ts';

let scratch: ScratchDatabase;
let owner: Database;
let database: Database;
let tenant: string;
let tenants = 0;

beforeAll(async () => {
  scratch = await createScratchDatabase(endpoints().postgres, migrate);
  owner = openDatabase(scratch.url);
  database = openDatabase(scratch.urlFor('request'), { role: 'request', poolSize: 10 });
});
afterAll(async () => {
  await Promise.all([database.close(), owner.close()]);
  await scratch.drop();
});
beforeEach(() => {
  tenants += 1;
  tenant = `tenant-${String(tenants)}`;
});

const person = (id: string) => ({ id, name: null });
const within = <T>(work: (session: Session) => Promise<T>): Promise<T> => database.asTenant(tenant, work);
const tasks = <T>(work: (rows: ReviewTasks) => Promise<T>): Promise<T> =>
  within((session) => work(reviewTasksIn(session)));
const work = <T>(use: (rows: ReviewWork) => Promise<T>): Promise<T> =>
  within((session) => use(reviewWorkIn(session)));

async function add(facts: Parameters<typeof reviewTaskRow>[0] = {}): Promise<string> {
  const row = reviewTaskRow({ tenantId: tenant, ...facts });
  await owner.session.insertInto('reviewTasks').values(row).execute();
  return row.taskId;
}

const claim = (taskId: string, by: string, forMs = 60_000, version?: number): Promise<boolean> =>
  tasks((rows) => rows.claim({ taskId, person: person(by), forMs, version }));
const next = (by: string, skip: readonly string[] = []): Promise<string | undefined> =>
  tasks((rows) => rows.claimNext({ person: person(by), forMs: 60_000, skip }));

describe('H-01: claims', () => {
  it('one of 50 people who claim a task at once gets it', async () => {
    const taskId = await add();
    const claims = await Promise.all(
      Array.from({ length: 50 }, (_, at) => claim(taskId, `person-${String(at)}`)),
    );
    expect(claims.filter(Boolean)).toHaveLength(1);
    const held = await tasks((rows) => rows.find(taskId));
    expect(held).toMatchObject({ isHeld: true, holder: `person-${String(claims.indexOf(true))}` });
  });

  it('50 people who ask for the next task at once get different tasks, and the 51st none', async () => {
    const ids = await Promise.all(Array.from({ length: 50 }, () => add()));
    const got = await Promise.all(Array.from({ length: 50 }, (_, at) => next(`person-${String(at)}`)));
    // A task that somebody locks at this moment is passed over, so a call may find none: it asks again.
    for (const [at, taskId] of got.entries()) got[at] = taskId ?? (await next(`person-${String(at)}`));
    expect(new Set(got)).toEqual(new Set(ids));
    expect(await next('person-50')).toBeUndefined();
  });

  it('are renewed by their holder whatever the version is, and expire', async () => {
    const taskId = await add({ version: 4 });
    expect(await claim(taskId, 'one', 60_000, 3)).toBe(false);
    expect(await claim(taskId, 'one', 60_000, 4)).toBe(true);
    expect(await claim(taskId, 'one', 60_000, 1)).toBe(true);
    expect(await claim(taskId, 'two')).toBe(false);
    expect(await claim(taskId, 'one', 0)).toBe(true);
    expect(await claim(taskId, 'two')).toBe(true);
    expect(await claim(taskId, 'one')).toBe(false);
  });

  it('are given up by a release and by a skip, after which the task is not offered to the same person again', async () => {
    const taskId = await add();
    await claim(taskId, 'one');
    await tasks((rows) => rows.release(taskId));
    expect(await claim(taskId, 'two')).toBe(true);
    const skip = { taskId, tenantId: tenant, actor: 'two', at: 1, reason: 'cannot read it' };
    await tasks((rows) => rows.skip(skip));
    expect(await next('two')).toBeUndefined();
    expect(await next('one', [taskId])).toBeUndefined();
    expect(await next('one')).toBe(taskId);
  });

  it('are of waiting tasks of the tenant only', async () => {
    const decided = await add({ state: 'decided' });
    const foreign = await add({ tenantId: 'somebody-else' });
    expect([await claim(decided, 'one'), await claim(foreign, 'one')]).toEqual([false, false]);
    expect(await tasks((rows) => rows.find(foreign))).toBeUndefined();
    expect(await tasks((rows) => rows.lock(foreign))).toBeUndefined();
  });
});

describe('H-01: the queue', () => {
  const hour = 3_600_000;
  const now = 1_767_225_600_000;

  it('has the most urgent lane first, then age, and doubt counts as age', async () => {
    const sure = await add({ createdAt: new Date(now - hour / 2), doubt: 0 });
    const doubted = await add({ createdAt: new Date(now), doubt: 0.9 });
    const urgent = await add({ createdAt: new Date(now + hour), doubt: 0, lane: 'urgent' });
    const old = await add({ createdAt: new Date(now - 9 * hour), doubt: 0 });
    const order = [urgent, old, doubted, sure];
    const listed = await tasks((rows) => rows.list({ tenantId: tenant, state: 'waiting', limit: 10 }));
    expect(listed?.map(({ taskId }) => taskId)).toEqual(order);
    const rest = await tasks((rows) =>
      rows.list({ tenantId: tenant, state: 'waiting', limit: 10, after: old }),
    );
    expect(rest?.map(({ taskId }) => taskId)).toEqual(order.slice(2));
    const none = await tasks((rows) =>
      rows.list({ tenantId: tenant, state: 'waiting', limit: 10, after: 'none' }),
    );
    expect(none).toBeUndefined();
  });

  it('is filtered and counted', async () => {
    const held = await add({ documentClass: 'invoice', lane: 'high' });
    await add({ documentClass: 'receipt', state: 'closed' });
    await add({ documentClass: 'receipt', createdAt: new Date(now) });
    await claim(held, 'one');
    const counted = await tasks((rows) => rows.countByClass());
    expect(counted).toMatchObject([
      { documentClass: 'invoice', waiting: 1, held: 1 },
      { documentClass: 'receipt', waiting: 1, held: 0, oldest: now },
    ]);
    const ids = async (filter: object) =>
      (await tasks((rows) => rows.list({ tenantId: tenant, state: 'waiting', limit: 10, ...filter })))?.map(
        ({ taskId }) => taskId,
      );
    expect(await ids({ heldBy: 'one' })).toEqual([held]);
    expect(await ids({ lane: 'high' })).toEqual([held]);
    expect(await ids({ documentClass: 'receipt', state: 'waiting' })).toHaveLength(1);
    expect(await ids({ state: 'closed' })).toHaveLength(1);
  });

  it('offers tasks of about the same rank to different people in different orders', async () => {
    await Promise.all(Array.from({ length: 8 }, () => add({ createdAt: new Date(now), doubt: 0.5 })));
    const offered = new Set<string | undefined>();
    for (let at = 0; at < 12; at += 1) {
      const taskId = await next(`person-${String(at)}`);
      offered.add(taskId);
      if (taskId !== undefined) await tasks((rows) => rows.release(taskId));
    }
    expect(offered.size).toBeGreaterThan(1);
  });
});

describe('H-01: work and decisions', () => {
  const change = { kind: 'set', document: 1, field: 'total', before: null, after: { value: '1' } };
  const save = (taskId: string, changeId?: string, count = 1) =>
    work((rows) =>
      rows.save({
        taskId,
        tenantId: tenant,
        person: person('one'),
        at: 5,
        forMs: 60_000,
        call: changeId === undefined ? null : { changeId, digest: 'd1' },
        documentClass: 'invoice',
        work: [],
        changes: Array.from({ length: count }, () => change),
      }),
    );

  it('keep what was changed, by whom, and renew the claim', async () => {
    const taskId = await add();
    const changeId = randomUUID();
    await save(taskId, changeId, 2);
    expect(await tasks((rows) => rows.find(taskId))).toMatchObject({
      version: 2,
      work: [],
      isHeld: true,
      holder: 'one',
    });
    const history = await work((rows) => rows.history(taskId, { limit: 10 }));
    expect(history).toMatchObject([{ actor: 'one', at: 5, ...change }, { ...change }]);
    const after = history[0]?.id;
    expect(await work((rows) => rows.history(taskId, { limit: 10, after }))).toHaveLength(1);
    expect(await work((rows) => rows.countChanges(taskId))).toBe(2);
    expect(await work((rows) => rows.digestOf(taskId, changeId))).toBe('d1');
    expect(await work((rows) => rows.digestOf(taskId, randomUUID()))).toBeUndefined();
    expect(await work((rows) => rows.kindsOf(taskId, 'two'))).toEqual([]);
    expect(await work((rows) => rows.changes(history.map(({ id }) => id)))).toEqual(history);
  });

  it('an approval counts for the documents that were approved, and no longer once they change', async () => {
    const taskId = await add({ fourEyes: true });
    const approval = { taskId, tenantId: tenant, at: 1, version: 1 };
    await work((rows) => rows.approve({ ...approval, actor: 'one' }));
    await work((rows) => rows.approve({ ...approval, actor: 'one' }));
    expect(await work((rows) => rows.approversOf(taskId, 1))).toEqual(['one']);
    expect(await next('one')).toBeUndefined();
    expect(await tasks((rows) => rows.find(taskId))).toMatchObject({ approvals: 1 });
    await save(taskId);
    expect(await tasks((rows) => rows.find(taskId))).toMatchObject({ approvals: 0 });
  });

  it('a task has one decision, and a decisionId one task', async () => {
    const [first, second] = [await add(), await add()];
    const decisionId = randomUUID();
    const decide = (taskId: string, id = decisionId) =>
      work((rows) =>
        rows.decide({
          decisionId: id,
          taskId,
          tenantId: tenant,
          kind: 'approve',
          person: person('one'),
          at: 9,
          reason: null,
          stage: null,
          outcomeId: 'outcome',
        }),
      );
    expect(await decide(first)).toBe(true);
    expect([await decide(first), await decide(first, randomUUID()), await decide(second)]).toEqual([
      false,
      false,
      false,
    ]);
    expect(await tasks((rows) => rows.find(first))).toMatchObject({
      state: 'decided',
      decision: 'approve',
      holder: null,
    });
    expect(await tasks((rows) => rows.find(second))).toMatchObject({ state: 'waiting', decision: null });
    expect(await work((rows) => rows.findDecision(decisionId))).toMatchObject({
      taskId: first,
      actor: 'one',
    });
    expect(await work((rows) => rows.decisionOf(second))).toBeUndefined();
  });

  it('of 20 decisions at once one is stored', async () => {
    const taskId = await add();
    const stored = await Promise.all(
      Array.from({ length: 20 }, (_, at) =>
        within(async (session) => {
          await reviewTasksIn(session).lock(taskId);
          return reviewWorkIn(session).decide({
            decisionId: randomUUID(),
            taskId,
            tenantId: tenant,
            kind: at % 2 === 0 ? 'approve' : 'reject',
            person: person(`person-${String(at)}`),
            at,
            reason: null,
            stage: null,
            outcomeId: null,
          });
        }),
      ),
    );
    expect(stored.filter(Boolean)).toHaveLength(1);
  });

  it('the task of the last round of a revision is found', async () => {
    const runId = randomUUID();
    await add({ runId, round: 0, state: 'decided' });
    const later = await add({ runId, round: 1 });
    await add({ runId, revision: 2 });
    expect(await tasks((rows) => rows.findOfRun(runId, 1))).toMatchObject({ taskId: later });
    expect(await tasks((rows) => rows.findOfRun(runId, 3))).toBeUndefined();
  });
});
