import { runIdOf } from '@docfleet/domain';
import { until } from '@docfleet/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startGateway, type TestGateway } from './gateway.ts';

let gateway: TestGateway;
let tenants = 0;
let tenant: string;
let key: string;
let keyOfOther: string;

beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(async () => {
  await gateway.close();
});
beforeEach(async () => {
  tenants += 1;
  tenant = `away-${tenants}`;
  key = await gateway.keyOf(tenant, 'producer');
  keyOfOther = await gateway.keyOf(`other-${tenants}`, 'producer');
  gateway.databaseIs = 'up';
  // The keys are known from here on.
  for (const each of [key, keyOfOther]) await call('/v1/jobs', {}, each);
});

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Record<string, unknown>;
}

async function call(path: string, init: RequestInit = {}, as = key): Promise<Answer> {
  const response = await fetch(`${gateway.url}${path}`, {
    ...init,
    headers: { authorization: `Bearer ${as}` },
  });
  const body = (await response.json()) as Record<string, unknown>;
  const { status, headers } = response;
  return { status, headers, body };
}

function submit(content: string, fields: Record<string, string> = {}): Promise<Answer> {
  const data = new FormData();
  for (const [name, value] of Object.entries(fields)) data.set(name, value);
  data.set('file', new Blob([content], { type: 'application/pdf' }), 'invoice.pdf');
  return call('/v1/jobs', { method: 'POST', body: data });
}

const submissionsOf = (runId: string) =>
  gateway.cluster.dump('documents.normal').filter(({ record }) => record?.key?.toString() === runId);

const outcomeOf = ({ status, body }: Answer) => [status, body['code'] ?? body['runId']];

describe('R-01: while the database is unavailable', () => {
  it('accepts submissions with and without a requestId, and stores their rows when it is back', async () => {
    gateway.databaseIs = 'down';
    const named = await submit('%PDF-a', { requestId: 'r' });
    const unnamed = await submit('%PDF-b');
    const runIds = [runIdOf(tenant, 'r'), String(unnamed.body['runId'])];
    expect([named, unnamed].map(outcomeOf)).toEqual(runIds.map((runId) => [202, runId]));
    expect(runIds.map((runId) => submissionsOf(runId).length)).toEqual([1, 1]);
    expect(await Promise.all(runIds.map((runId) => gateway.runs.find(runId)))).toEqual([
      undefined,
      undefined,
    ]);

    gateway.databaseIs = 'up';
    await until('the rows are stored', async () => {
      const rows = await Promise.all(runIds.map((runId) => gateway.runs.find(runId)));
      return rows.every((row) => row?.tenantId === tenant && row.fileName === 'invoice.pdf');
    });
    // The sweeper publishes it again unless the ledger has seen it accepted by then.
    expect((await gateway.runs.find(runIdOf(tenant, 'r')))?.acknowledged).toBe(false);
  });

  it('recognises a submission that it accepted meanwhile', async () => {
    gateway.databaseIs = 'down';
    const answers = [
      await submit('%PDF-a', { requestId: 'r' }),
      await submit('%PDF-a', { requestId: 'r' }),
      await submit('%PDF-b', { requestId: 'r' }),
    ];
    const runId = runIdOf(tenant, 'r');
    expect(answers.map(outcomeOf)).toEqual([
      [202, runId],
      [200, runId],
      [409, 'REQUEST_CONFLICT'],
    ]);
    expect(submissionsOf(runId)).toHaveLength(1);
  });

  it('returns jobs that were submitted or read here, marked as outdated', async () => {
    const before = await submit('%PDF-a', { requestId: 'before' });
    await call(`/v1/jobs/${runIdOf(tenant, 'before')}`);
    const fresh = await call(`/v1/jobs/${runIdOf(tenant, 'before')}`);
    gateway.databaseIs = 'down';
    const meanwhile = await submit('%PDF-b', { requestId: 'meanwhile' });
    const reads = [
      await call(`/v1/jobs/${runIdOf(tenant, 'before')}`),
      await call(`/v1/jobs/${runIdOf(tenant, 'meanwhile')}`),
    ];
    expect(reads.map(outcomeOf)).toEqual([before, meanwhile].map(({ body }) => [200, body['runId']]));
    expect(reads.map(({ headers }) => headers.get('warning'))).toEqual([
      '110 - "Response is Stale"',
      '110 - "Response is Stale"',
    ]);
    expect(reads.map(({ headers }) => Number(headers.get('age')) < 60)).toEqual([true, true]);
    expect([fresh.headers.get('warning'), fresh.headers.get('age')]).toEqual([null, null]);
  });

  it('returns no job of another tenant and none that it does not know', async () => {
    await submit('%PDF-a', { requestId: 'before' });
    gateway.databaseIs = 'down';
    await submit('%PDF-b', { requestId: 'meanwhile' });
    const answers = [
      await call(`/v1/jobs/${runIdOf(tenant, 'before')}`, {}, keyOfOther),
      await call(`/v1/jobs/${runIdOf(tenant, 'meanwhile')}`, {}, keyOfOther),
      await call(`/v1/jobs/${runIdOf(tenant, 'unknown')}`),
    ];
    expect(answers.map(outcomeOf)).toEqual(answers.map(() => [503, 'DATABASE_UNAVAILABLE']));
    expect(answers.map(({ headers }) => headers.get('retry-after'))).toEqual(['5', '5', '5']);
  });
});
