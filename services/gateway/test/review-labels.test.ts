import { runIdOf } from '@docfleet/domain';
import { objectRef, runContext } from '@docfleet/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startGateway, type TestGateway } from './gateway.ts';

let gateway: TestGateway;
let tenant: string;
let key: string;
let tenants = 0;

beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(() => gateway.close());
beforeEach(async () => {
  tenants += 1;
  tenant = `labels-${String(tenants)}`;
  key = await gateway.keyOf(tenant, 'tenant-admin');
});

type State = 'machine' | 'confirmed' | 'changed' | 'added' | 'removed';

interface Reviewed {
  readonly documentClass?: string;
  readonly round?: number;
  readonly decision?: 'approve' | 'reject' | 'send_back';
  readonly at?: number;
  readonly fields?: Readonly<Record<string, readonly [State, string]>>;
}

/** A task as reviews leave it. Default: a receipt that was approved with a confirmed total. */
async function reviewed(name: string, facts: Reviewed = {}): Promise<string> {
  const { documentClass = 'receipt', round = 0, decision, at = 1_000, fields } = facts;
  const runId = runIdOf(tenant, name);
  const taskId = `${runId}-${String(round)}`;
  const values = Object.entries(fields ?? { total: ['confirmed', '9.00'] as const });
  const work = [
    {
      ...{ index: 1, documentClass, firstPage: 1, lastPage: 1 },
      fields: values.map(([field, [state, value]]) => ({ name: field, state, value, normalised: value })),
    },
  ];
  const now = new Date(at);
  const { session } = gateway.database;
  const context = JSON.stringify(runContext({ tenantId: tenant }));
  await session
    .insertInto('reviewTasks')
    .values({
      ...{
        taskId,
        tenantId: tenant,
        runId,
        revision: 1,
        round,
        lane: 'normal',
        documentClass,
        doubt: 0.5,
        context,
      },
      ...{
        state: decision === undefined ? 'waiting' : 'decided',
        afterwards: false,
        pageCount: 1,
        reasons: [],
      },
      ...{ createdAt: now, updatedAt: now, expiresAt: now, fourEyes: false, holder: null, holderName: null },
      ...{ heldUntil: null, results: '{}', documents: '[]', verdict: '{}', work: JSON.stringify(work) },
      input: JSON.stringify(objectRef({ mediaType: 'image/png' })),
    })
    .execute();
  if (decision === undefined) return runId;
  await session
    .insertInto('reviewDecisions')
    .values({
      ...{
        decisionId: taskId,
        taskId,
        tenantId: tenant,
        kind: decision,
        actor: 'a',
        actorName: null,
        at: now,
      },
      ...{ reason: null, stage: null, outcomeId: null },
    })
    .execute();
  return runId;
}

async function labels(
  query = '',
  as = key,
): Promise<{ status: number; rows: readonly Record<string, unknown>[] }> {
  const answer = await fetch(`${gateway.url}/v1/review/labels${query}`, {
    headers: { authorization: `Bearer ${as}` },
  });
  const text = await answer.text();
  const rows = answer.status === 200 ? text.split('\n').filter((line) => line !== '') : [];
  return { status: answer.status, rows: rows.map((line) => JSON.parse(line) as Record<string, unknown>) };
}

describe('H-03: labels of reviews', () => {
  it('are what people confirmed in approved reviews, and nothing of the machine', async () => {
    const fields = {
      total: ['changed', '8.00'],
      company: ['machine', 'Corner Shop'],
      date: ['removed', ''],
    } as const;
    const runId = await reviewed('approved', { decision: 'approve', fields });
    await reviewed('untouched', { decision: 'approve', fields: { total: ['machine', '9.00'] } });
    await reviewed('waiting');
    await reviewed('rejected', { decision: 'reject' });
    await reviewed('sent-back', { decision: 'send_back' });
    expect((await labels()).rows).toEqual([
      {
        ...{
          id: runId,
          file: `${runId}.png`,
          documentClass: 'receipt',
          decidedAt: '1970-01-01T00:00:01.000Z',
        },
        ...{ total: '8.00', date: null },
      },
    ]);
  });

  it('are those of the last round: an approval that a later decision overruled is no label', async () => {
    await reviewed('twice', { decision: 'approve' });
    await reviewed('twice', { decision: 'reject', round: 1 });
    expect((await labels()).rows).toEqual([]);
  });

  it('are chosen by class and by the time of the decision', async () => {
    const first = await reviewed('first', { decision: 'approve', at: 1_000 });
    const second = await reviewed('second', { decision: 'approve', at: 2_000 });
    const letter = await reviewed('letter', {
      ...{ decision: 'approve', at: 3_000, documentClass: 'letter' },
      fields: { subject: ['confirmed', 'Hello'] },
    });
    const ids = async (query: string) => (await labels(query)).rows.map(({ id }) => id);
    expect(await ids('')).toEqual([first, second, letter]);
    expect(await ids('?class=receipt')).toEqual([first, second]);
    expect(await ids('?since=1970-01-01T00:00:02.000Z')).toEqual([second, letter]);
  });

  it('are read page by page, each one once', async () => {
    const names = Array.from({ length: 205 }, (_, n) => `many-${String(n)}`);
    for (const [n, name] of names.entries())
      await reviewed(name, { decision: 'approve', at: Math.floor(n / 3) });
    const { rows } = await labels();
    expect(new Set(rows.map(({ id }) => id)).size).toBe(205);
    expect(rows).toHaveLength(205);
  });

  it('are those of the own tenant, for a tenant-admin, and reading them is in the audit log', async () => {
    await reviewed('mine', { decision: 'approve' });
    const other = await gateway.keyOf('somebody-else', 'tenant-admin');
    expect((await labels('', other)).rows).toEqual([]);
    expect((await labels('', await gateway.keyOf(tenant, 'reviewer'))).status).toBe(403);
    await labels();
    await gateway.flushCalls();
    const { rows } = await gateway.database.session
      .selectFrom('audit')
      .select(['action', 'status'])
      .where('tenantId', '=', tenant)
      .where('action', '=', 'call.export-labels')
      .execute()
      .then((found) => ({ rows: found }));
    expect(rows.map(({ status }) => status).sort()).toEqual([200, 403]);
  });
});
