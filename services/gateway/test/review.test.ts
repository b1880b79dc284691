import { randomUUID } from 'node:crypto';
import type { IntegrationTask, ObjectRef, OcrTask, RunContext } from '@docfleet/contracts';
import { hashApiKey, runsIn } from '@docfleet/database';
import {
  outcomeIdOfDecision,
  type DocumentFields,
  type PageManifest,
  type PageReading,
  type ReviewedDocument,
  type RunVerdict,
  type TenantRole,
} from '@docfleet/domain';
import { reviewTaskRow, runRow } from '@docfleet/testing';
import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startGateway, type TestGateway } from './gateway.ts';

const { signal } = new AbortController();

let gateway: TestGateway;
let tenant: string;
let reviewer: string;
let other: string;
let tenants = 0;

beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(() => gateway.close());
beforeEach(async () => {
  tenants += 1;
  tenant = `review-${String(tenants)}`;
  [reviewer, other] = await Promise.all([
    gateway.keyOf(tenant, 'reviewer'),
    gateway.keyOf(tenant, 'reviewer'),
  ]);
});

/** What answers of several routes hold. */
interface Body {
  readonly next?: string | null;
  readonly tasks?: readonly object[];
  readonly acquired?: boolean;
  readonly holder?: { readonly id: string };
  readonly pages?: readonly { readonly image: string; readonly words: string }[];
  readonly version?: number;
  readonly documents?: readonly ReviewedDocument[];
  readonly changes?: readonly object[];
  readonly decision?: unknown;
}

interface Answer {
  readonly status: number;
  readonly body: Body;
}

async function call(method: string, path: string, body?: unknown, by = reviewer): Promise<Answer> {
  const response = await fetch(`${gateway.url}${path}`, {
    method,
    headers: {
      authorization: `Bearer ${by}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, body: text === '' ? {} : (JSON.parse(text) as Body) };
}

/** The id of a key. */
const idOf = async (key: string): Promise<string> =>
  (
    await gateway.database.session
      .selectFrom('apiKeys')
      .select('keyId')
      .where('hash', '=', hashApiKey(key))
      .executeTakeFirstOrThrow()
  ).keyId;

const box = [10, 10, 90, 30] as const;
const fields: readonly DocumentFields[] = [
  {
    index: 1,
    documentClass: 'invoice',
    classVersion: 1,
    confidence: 0.9,
    firstPage: 1,
    lastPage: 2,
    classSource: 'classified',
    fields: [
      {
        name: 'grand_total',
        type: 'money',
        value: '12.50',
        normalised: '12.50',
        confidence: 0.3,
        provenance: { page: 1, box, words: '12.50' },
        source: 'candidates@1',
      },
    ],
    rows: [],
    rowsSeen: 0,
  },
];
const verdict: RunVerdict = {
  verdict: 'review',
  documents: [
    {
      index: 1,
      verdict: 'review',
      findings: [
        { code: 'FIELD_UNSURE', severity: 'review', fields: ['grand_total'], message: 'It is unsure.' },
      ],
      coverage: {
        fieldsExpected: 4,
        fieldsAnswered: 1,
        rowsSeen: 0,
        rowsExtracted: 0,
        pages: 2,
        pagesRead: 2,
      },
      gaps: ['field seller was not found'],
    },
  ],
};

interface Held {
  readonly taskId: string;
  readonly runId: string;
  readonly path: string;
}

/** A run that waits, as the stages and the ledger leave it. */
async function hold(facts: Parameters<typeof reviewTaskRow>[0] = {}): Promise<Held> {
  const runId = randomUUID();
  const folder = `runs/2026-01-01/${runId}/r1`;
  const put = async (name: string, bytes: Buffer, mediaType: string): Promise<ObjectRef> =>
    (await gateway.store.createOnce(`${folder}/${name}`, bytes, mediaType, signal)).ref;
  const json = (name: string, value: unknown): Promise<ObjectRef> =>
    put(name, Buffer.from(JSON.stringify(value)), 'application/json');
  const size = { widthPx: 400, heightPx: 200 };
  const pages = await Promise.all(
    [1, 2].map(async (page) => {
      const image = await put(
        `preprocess@1/pages/000${String(page)}.png`,
        Buffer.from(`image ${String(page)}`),
        'image/png',
      );
      const reading: PageReading = {
        page,
        ...size,
        engine: 'onnx',
        engineVersion: 'v',
        lines: [{ text: '12.50', box, confidence: 0.9, words: [{ text: '12.50', box, confidence: 0.9 }] }],
      };
      return { page, image, reading: await json(`ocr@1/pages/000${String(page)}.json`, reading) };
    }),
  );
  const manifest: PageManifest = {
    mediaType: 'application/pdf',
    pageCount: 2,
    pages: pages.map(({ page, image }) => ({
      ...{ page, image, ...size },
      ...{ dpi: 144, rotation: 0, deskewDegrees: 0, textLayer: 'none', reading: null },
    })),
  };
  const read = {
    pages: pages.map(({ page, reading }) => ({
      ...{ page, reading, engine: 'onnx', engineVersion: 'v' },
      ...{ fromCache: false, confidence: 0.9, wordCount: 1 },
    })),
  };
  const results = {
    manifest: await json('preprocess@1/manifest.json', manifest),
    readings: await json('ocr@1/readings.json', read),
    fields: await json('extraction@1/fields.json', fields),
    verdict: await json('validation@1/verdict.json', verdict),
  };
  const row = reviewTaskRow({
    ...{ tenantId: tenant, runId, results, documents: fields, verdict, pageCount: 2 },
    ...facts,
    context: { fileName: 'scan.pdf', ...facts.context },
  });
  await gateway.database.session.insertInto('reviewTasks').values(row).execute();
  const run = runRow({ runId, tenantId: tenant, endedAt: null, status: 'in_review', pageCount: 2 });
  await runsIn(gateway.database.session).insertFirst(run);
  return { taskId: row.taskId, runId, path: `/v1/review/tasks/${row.taskId}` };
}

/** A run that waits, claimed by the reviewer. */
async function held(facts: Parameters<typeof reviewTaskRow>[0] = {}): Promise<Held> {
  const task = await hold(facts);
  expect(await call('PUT', `${task.path}/claim`, {})).toMatchObject({
    status: 200,
    body: { acquired: true },
  });
  return task;
}

const expire = async (taskId: string): Promise<void> => {
  await gateway.database.session
    .updateTable('reviewTasks')
    .set({ heldUntil: new Date(Date.now() - 1_000) })
    .where('taskId', '=', taskId)
    .execute();
};

/** What the outbox holds of a run, as it will be sent. */
async function records(
  runId: string,
): Promise<readonly { topic: string; task: IntegrationTask & OcrTask }[]> {
  const rows = await gateway.database.session
    .selectFrom('outbox')
    .select(['topic', 'json'])
    .where('key', '=', runId)
    .orderBy('id')
    .execute();
  return rows.map(({ topic, json }) => ({ topic, task: json as IntegrationTask & OcrTask }));
}

const readJson = (ref: ObjectRef | undefined): Promise<unknown> =>
  gateway.store.readJson(ref?.uri ?? '', (value) => value, signal);

const set = (value: string, more: object = {}) => ({
  op: 'set',
  document: 1,
  field: 'grand_total',
  value,
  ...more,
});

describe('H-01: the queue', () => {
  it('lists tasks with counts by class, pages on, and shows who holds what', async () => {
    const first = await held();
    await hold({ documentClass: 'receipt', doubt: 0.1 });
    const listed = await call('GET', '/v1/review/tasks?state=waiting&limit=1');
    expect(listed.body).toMatchObject({
      tasks: [{ taskId: first.taskId, fileName: 'scan.pdf', version: 1, holder: { isMe: true } }],
      counts: [
        { documentClass: 'invoice', waiting: 1, held: 1 },
        { documentClass: 'receipt', waiting: 1, held: 0 },
      ],
    });
    const rest = await call('GET', `/v1/review/tasks?cursor=${String(listed.body.next)}`, undefined, other);
    expect(rest.body).toMatchObject({ tasks: [{ documentClass: 'receipt' }], next: null });
    const ofRun = await call('GET', `/v1/review/tasks?runId=${first.runId}`, undefined, other);
    expect(ofRun.body).toMatchObject({ tasks: [{ taskId: first.taskId }], next: null });
    const mine = (by: string) => call('GET', '/v1/review/tasks?mine=true', undefined, by);
    expect((await mine(reviewer)).body.tasks).toHaveLength(1);
    expect((await mine(other)).body.tasks).toHaveLength(0);
    expect((await call('GET', first.path, undefined, other)).body.holder).toMatchObject({ isMe: false });
  });

  it('hands the next task out, and answers 204 when none is free', async () => {
    const { taskId } = await hold();
    expect(await call('POST', '/v1/review/next', { class: 'receipt' })).toEqual({ status: 204, body: {} });
    expect(await call('POST', '/v1/review/next', {})).toMatchObject({
      status: 200,
      body: {
        taskId,
        holder: { isMe: true },
        documents: [{ fields: [{ name: 'grand_total', state: 'machine' }] }],
      },
    });
    expect((await call('POST', '/v1/review/next', {}, other)).status).toBe(204);
  });

  it('one of 50 people who claim at once gets the task, and the others learn who', async () => {
    const { path } = await hold();
    const keys = await Promise.all(Array.from({ length: 50 }, () => gateway.keyOf(tenant, 'reviewer')));
    const claims = await Promise.all(keys.map((key) => call('PUT', `${path}/claim`, {}, key)));
    expect(claims.every(({ status }) => status === 200)).toBe(true);
    const won = claims.filter(({ body }) => body.acquired === true);
    expect(won).toHaveLength(1);
    expect(new Set(claims.map(({ body }) => body.holder?.id)).size).toBe(1);
  });

  it('is skipped with a reason, released, and assigned by a tenant-admin', async () => {
    const { path } = await held();
    const admin = await gateway.keyOf(tenant, 'tenant-admin');
    const to = await idOf(other);
    expect((await call('POST', `${path}/assign`, { to })).status).toBe(403);
    expect(await call('POST', `${path}/assign`, { to, name: 'Anna' }, admin)).toMatchObject({
      body: { acquired: false, holder: { id: to, name: 'Anna' } },
    });
    expect(await call('DELETE', `${path}/claim`)).toMatchObject({
      status: 409,
      body: { code: 'LEASE_LOST' },
    });
    expect(await call('DELETE', `${path}/claim`, undefined, admin)).toMatchObject({
      status: 200,
      body: { holder: null },
    });
    expect((await call('POST', `${path}/skip`, { reason: '' })).status).toBe(400);
    expect((await call('POST', `${path}/skip`, { reason: 'cannot read it' })).status).toBe(200);
    expect((await call('POST', '/v1/review/next', {})).status).toBe(204);
    expect((await call('POST', '/v1/review/next', {}, other)).status).toBe(200);
  });

  it('is assigned to keys of the tenant that may review, and to people as tokens name them', async () => {
    const { path } = await hold();
    const admin = await gateway.keyOf(tenant, 'tenant-admin');
    const assign = (to: string) => call('POST', `${path}/assign`, { to }, admin);
    const revoked = await idOf(await gateway.keyOf(tenant, 'reviewer'));
    await gateway.database.session
      .updateTable('apiKeys')
      .set({ revokedAt: new Date() })
      .where('keyId', '=', revoked)
      .execute();
    for (const to of [
      'anna',
      randomUUID(),
      'anna ()',
      revoked,
      await idOf(await gateway.keyOf(tenant, 'viewer')),
      await idOf(await gateway.keyOf(`${tenant}-other`, 'reviewer')),
    ]) {
      const refused = { status: 422, body: { code: 'CHANGE_REFUSED', errors: [{ path: 'to' }] } };
      expect([to, await assign(to)]).toMatchObject([to, refused]);
    }
    expect((await call('GET', path)).body).toMatchObject({ holder: null });
    for (const to of [await idOf(admin), 'auth0|anna (https://id.example.org)']) {
      expect(await assign(to)).toMatchObject({ status: 200, body: { holder: { id: to } } });
    }
  });

  it('belongs to its tenant, and to those who may review', async () => {
    const { path } = await held();
    const stranger = await gateway.keyOf(`${tenant}-other`, 'tenant-admin');
    const decision = { version: 1, decisionId: randomUUID(), kind: 'approve' };
    const calls = [
      ['GET', path],
      ['PUT', `${path}/claim`, {}],
      ['DELETE', `${path}/claim`],
      ['POST', `${path}/skip`, { reason: 'x' }],
      ['POST', `${path}/assign`, { to: 'x' }],
      ['POST', `${path}/changes`, { version: 1, changes: [set('1.00')] }],
      ['POST', `${path}/decision`, decision],
      ['GET', `${path}/history`],
      ['GET', `${path}/pages`],
      ['GET', `${path}/pages/1/image`],
      ['GET', `${path}/pages/1/words`],
    ] as const;
    for (const [method, address, body] of calls) {
      expect([method, address, (await call(method, address, body, stranger)).status]).toEqual([
        method,
        address,
        404,
      ]);
    }
    for (const role of ['viewer', 'producer'] satisfies TenantRole[]) {
      const key = await gateway.keyOf(tenant, role);
      for (const [method, address, body] of calls) {
        expect((await call(method, address, body, key)).status).toBe(403);
      }
    }
    expect((await call('GET', path, undefined, await gateway.keyOf(tenant, 'operator'))).status).toBe(403);
  });

  it('shows the pages of a run that waits, with their words', async () => {
    const { path } = await hold();
    const { body } = await call('GET', `${path}/pages`);
    expect(body.pages).toHaveLength(2);
    const [page] = body.pages ?? [];
    const image = await fetch(`${gateway.url}${page?.image ?? ''}`, {
      headers: { authorization: `Bearer ${reviewer}` },
    });
    expect([image.headers.get('content-type'), await image.text()]).toEqual(['image/png', 'image 1']);
    expect(await call('GET', page?.words ?? '')).toMatchObject({
      body: { page: 1, widthPx: 400, lines: [{ words: [{ text: '12.50', box: [...box] }] }] },
    });
    expect((await call('GET', `${path}/pages/3/image`)).status).toBe(404);
  });
});

describe('H-01: changes', () => {
  const change = (
    path: string,
    version: number,
    changes: readonly object[],
    more: object = {},
    by = reviewer,
  ) => call('POST', `${path}/changes`, { version, changes, ...more }, by);

  it('are kept with who made them, and the rules run again', async () => {
    const { path } = await held();
    const changed = await change(path, 1, [
      set('1.234,50', { page: 2, box: [1, 2, 3, 4], words: 'x' }),
      { op: 'set', document: 1, field: 'issue_date', value: '2150-01-01' },
      { op: 'remove', document: 1, field: 'seller' },
    ]).then(({ body }) => body);
    expect(changed).toMatchObject({ code: 'CHANGE_REFUSED' });
    const right = await change(path, 1, [
      set('1.234,50', { page: 2, box: [1, 2, 3, 4], words: 'x' }),
      { op: 'set', document: 1, field: 'issue_date', value: '2099-01-01' },
    ]);
    expect(right).toMatchObject({ status: 200, body: { version: 2, holder: { isMe: true } } });
    const [document] = right.body.documents ?? [];
    expect(document?.fields[0]).toMatchObject({
      normalised: '1234.50',
      state: 'changed',
      source: 'person',
      original: { value: '12.50', confidence: 0.3 },
    });
    expect(document?.findings.map(({ code }) => code)).toContain('DATE_IMPLAUSIBLE');
    const history = await call('GET', `${path}/history?limit=1`);
    expect(history.body).toMatchObject({ changes: [{ kind: 'set', field: 'grand_total' }], decision: null });
    const rest = await call('GET', `${path}/history?cursor=${String(history.body.next)}`);
    expect(rest.body).toMatchObject({ changes: [{ field: 'issue_date', before: null }], next: null });
  });

  it('are taken back one by one, and those of somebody else are not', async () => {
    const { path } = await held();
    await change(path, 1, [set('1.00'), set('2.00')]);
    const undone = await change(path, 2, [{ op: 'undo' }, { op: 'undo' }]);
    expect(undone.body.documents?.[0]?.fields[0]).toMatchObject({ value: '12.50', state: 'machine' });
    expect(await change(path, 3, [{ op: 'undo' }])).toMatchObject({
      status: 422,
      body: { code: 'CHANGE_REFUSED' },
    });
    await change(path, 3, [set('3.00')]);
    await call('DELETE', `${path}/claim`);
    await call('PUT', `${path}/claim`, {}, other);
    expect((await change(path, 4, [{ op: 'undo' }], {}, other)).status).toBe(422);
  });

  it('of an old version, without a claim, and of a task that is closed are refused with what the task is', async () => {
    const { path, taskId } = await held();
    await change(path, 1, [set('1.00')]);
    expect(await change(path, 1, [set('2.00')])).toMatchObject({
      status: 409,
      body: { code: 'VERSION_CONFLICT', review: { version: 2, state: 'waiting', holder: { isMe: true } } },
    });
    await expire(taskId);
    expect(await change(path, 2, [set('2.00')])).toMatchObject({
      status: 409,
      body: { code: 'LEASE_LOST', review: { version: 2, holder: null } },
    });
    await call('PUT', `${path}/claim`, {}, other);
    expect(await change(path, 2, [set('2.00')])).toMatchObject({
      status: 409,
      body: { code: 'LEASE_LOST', review: { holder: { isMe: false } } },
    });
    await gateway.database.session
      .updateTable('reviewTasks')
      .set({ state: 'closed', holder: null, holderName: null, heldUntil: null })
      .where('taskId', '=', taskId)
      .execute();
    for (const answer of [
      await change(path, 2, [set('2.00')], {}, other),
      await call('PUT', `${path}/claim`, {}),
      await call('POST', `${path}/decision`, { version: 2, decisionId: randomUUID(), kind: 'approve' }),
    ]) {
      expect(answer).toMatchObject({
        status: 409,
        body: { code: 'TASK_CLOSED', review: { state: 'closed' } },
      });
    }
  });

  it('of two windows meet in one version', async () => {
    const { path } = await held();
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, at) => change(path, 1, [set(`${String(at)}.00`)])),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([
      200,
      ...Array.from({ length: 9 }, () => 409),
    ]);
  });

  it('are made once, however often the call is repeated under its id', async () => {
    const { path } = await held();
    const changeId = randomUUID();
    const row = { op: 'addRow', document: 1, group: 'items', cells: { amount: '1.00' } };
    const first = await change(path, 1, [row], { changeId });
    const again = await change(path, 1, [row], { changeId });
    expect([first.status, again.status, again.body.version]).toEqual([200, 200, 2]);
    expect(again.body.documents?.[0]?.rows).toHaveLength(1);
    const other = await change(path, 2, [{ ...row, cells: { amount: '2.00' } }], { changeId });
    expect(other).toMatchObject({ status: 409, body: { code: 'CHANGE_CONFLICT', review: { version: 2 } } });
    expect((await call('GET', path)).body).toMatchObject({ version: 2 });
  });

  it.each([
    ['a value with NUL', [set('a\u0000b')], 400],
    ['a value with a control character', [set('a\u0007b')], 400],
    ['a value that is too long', [set('x'.repeat(4_001))], 400],
    ['10,000 changes at once', Array.from({ length: 10_000 }, () => set('1.00')), 413],
    ['300 changes at once', Array.from({ length: 300 }, () => set('1.00')), 400],
    ['a value of 1 MB', [set('x'.repeat(1_000_000))], 413],
    ['a box outside the page', [set('1.00', { page: 1, box: [0, 0, 401, 5] })], 422],
    ['a page of another document', [set('1.00', { page: 3 })], 422],
    ['a field that the class has not', [{ ...set('1.00'), field: 'no_such' }], 422],
    ['a document that there is not', [{ ...set('1.00'), document: 7 }], 422],
    ['no change at all', [], 400],
    ['an unknown change', [{ op: 'explode', document: 1 }], 400],
  ])('%s is refused, and nothing is changed', async (_name, changes, status) => {
    const { path } = await held();
    expect((await change(path, 1, changes)).status).toBe(status);
    expect((await call('GET', path)).body).toMatchObject({ version: 1 });
  });
});

it('a body of changes that is too large is told so, not that a document is', async () => {
  const { path } = await held();
  const changes = Array.from({ length: 200 }, () => set('x'.repeat(4_000)));
  expect(await call('POST', `${path}/changes`, { version: 1, changes })).toMatchObject({
    status: 413,
    body: {
      code: 'REQUEST_INVALID',
      errors: [{ path: 'body', message: 'is larger than 256 KiB; send less at once' }],
    },
  });
});

describe('H-01: a long history', () => {
  /** Changes of the reviewer, as if they had been made one by one. */
  const pretend = async (taskId: string, count: number): Promise<void> => {
    const { actor } = await gateway.database.session
      .selectFrom('reviewTasks')
      .select('holder as actor')
      .where('taskId', '=', taskId)
      .executeTakeFirstOrThrow();
    await sql`
      insert into review_changes (task_id, tenant_id, at, actor, kind, document, field, before, after)
      select ${taskId}, ${tenant}, now(), ${actor}, 'confirm', 1, 'grand_total', null, null
      from generate_series(1, ${count}::int)`.execute(gateway.database.session);
  };

  it('of 10,000 changes is paged, added to, taken back from and decided', async () => {
    const { path, taskId, runId } = await held();
    await pretend(taskId, 10_000);
    const changes = (version: number, change: object) =>
      call('POST', `${path}/changes`, { version, changes: [change] });
    expect((await changes(1, set('1.00'))).status).toBe(200);
    expect((await changes(2, { op: 'undo' })).status).toBe(200);
    expect((await call('GET', `${path}/history?limit=200`)).body.changes).toHaveLength(200);
    const decision = { version: 3, decisionId: randomUUID(), kind: 'approve' };
    expect((await call('POST', `${path}/decision`, decision)).status).toBe(200);
    const [record] = await records(runId);
    const review = (await readJson(record?.task.results['review'])) as {
      readonly changes: readonly unknown[];
    };
    expect(review.changes).toHaveLength(10_002);
  });

  it('has an end', async () => {
    const { path, taskId } = await held();
    await pretend(taskId, 20_000);
    expect(await call('POST', `${path}/changes`, { version: 1, changes: [set('1.00')] })).toMatchObject({
      status: 422,
      body: { code: 'CHANGE_REFUSED', errors: [{ message: expect.stringContaining('20000') as string }] },
    });
  });
});

describe('H-01: decisions', () => {
  const decide = (path: string, of: object, by = reviewer) =>
    call('POST', `${path}/decision`, { version: 1, decisionId: randomUUID(), kind: 'approve', ...of }, by);

  it('an approval leaves as one record that ends the run, with what people gave', async () => {
    const { path, runId, taskId } = await held();
    await call('POST', `${path}/changes`, { version: 1, changes: [set('99.00')] });
    const decisionId = randomUUID();
    const decided = await decide(path, { version: 2, decisionId });
    const outcomeId = outcomeIdOfDecision(runId, 1, decisionId);
    expect(decided).toEqual({
      status: 200,
      body: { state: 'decided', decision: 'approve', approvals: 0, outcomeId },
    });
    const sent = await records(runId);
    expect(sent).toMatchObject([
      {
        topic: 'integration.tasks.normal',
        task: {
          ending: {
            outcomeId,
            status: 'completed_with_gaps',
            verdict: 'approve',
            endedBy: 'review',
            decisionId,
          },
        },
      },
    ]);
    const [record] = sent;
    expect(await readJson(record?.task.results['fields'])).toMatchObject([
      { fields: [{ name: 'grand_total', normalised: '99.00', source: 'person', confidence: 1 }] },
    ]);
    expect(await readJson(record?.task.results['verdict'])).toMatchObject({ verdict: 'approve' });
    expect(await readJson(record?.task.results['review'])).toMatchObject({
      ...{ taskId, decisionId, kind: 'approve' },
      changes: [{ kind: 'set', field: 'grand_total' }],
      machine: { documents: [{ fields: [{ value: '12.50' }] }] },
    });
    expect((await call('GET', path)).body).toMatchObject({
      state: 'decided',
      decision: 'approve',
      holder: null,
    });
    expect((await call('GET', `${path}/history`)).body.decision).toMatchObject({ decisionId, outcomeId });
    const events = await gateway.database.session
      .selectFrom('tenantEvents')
      .select(['type', 'data'])
      .where('subject', '=', taskId)
      .execute();
    expect(events).toMatchObject([{ type: 'review.decided', data: { taskId, runId, decision: 'approve' } }]);
  });

  it('is encoded and sent by the outbox', async () => {
    const { path, runId } = await held();
    await decide(path, {});
    await gateway.sender.sendOnce();
    const sent = gateway.cluster
      .dump('integration.tasks.normal')
      .flatMap(({ record }) => (record?.key?.toString() === runId ? [record] : []));
    expect(sent).toHaveLength(1);
    const task = await gateway.codec.decode('integration.tasks.normal', sent[0]?.value ?? Buffer.alloc(0));
    expect(task.ending).toMatchObject({ endedBy: 'review', verdict: 'approve' });
  });

  it('is answered alike when it is sent again, and its id stands for nothing else', async () => {
    const { path, runId } = await held();
    const second = await held();
    const decisionId = randomUUID();
    const first = await decide(path, { decisionId, kind: 'reject', reason: 'not ours' });
    expect(await decide(path, { decisionId, kind: 'reject' })).toEqual(first);
    expect(await records(runId)).toHaveLength(1);
    for (const answer of [await decide(path, { decisionId }), await decide(second.path, { decisionId })]) {
      expect(answer).toMatchObject({ status: 409, body: { code: 'DECISION_CONFLICT' } });
    }
    expect(await decide(path, {})).toMatchObject({ status: 409, body: { code: 'TASK_CLOSED' } });
  });

  it('of two windows, and of many at once, one stands', async () => {
    const { path, runId } = await held();
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, at) => decide(path, { kind: at % 2 === 0 ? 'approve' : 'reject' })),
    );
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(await records(runId)).toHaveLength(1);
  });

  it('needs the claim and the version that was read', async () => {
    const { path, taskId, runId } = await held();
    expect(await decide(path, { version: 7 })).toMatchObject({
      status: 409,
      body: { code: 'VERSION_CONFLICT' },
    });
    expect(await decide(path, {}, other)).toMatchObject({ status: 409, body: { code: 'LEASE_LOST' } });
    await expire(taskId);
    expect(await decide(path, {})).toMatchObject({ status: 409, body: { code: 'LEASE_LOST' } });
    expect(await records(runId)).toEqual([]);
  });

  it('sends a run back as the next round of its revision', async () => {
    const { path, runId } = await held();
    expect((await decide(path, { kind: 'send_back' })).status).toBe(400);
    expect((await decide(path, { kind: 'approve', stage: 'ocr' })).status).toBe(400);
    expect(
      await decide(path, { kind: 'send_back', stage: 'extraction', documentClass: 'poem' }),
    ).toMatchObject({
      status: 422,
      body: { code: 'CHANGE_REFUSED' },
    });
    const back = await decide(path, { kind: 'send_back', stage: 'ocr', route: 'accurate' });
    expect(back.body).toEqual({ state: 'decided', decision: 'send_back', approvals: 0, outcomeId: null });
    expect(await records(runId)).toMatchObject([
      {
        topic: 'ocr.tasks.normal',
        task: { context: { round: 1, usedMs: 0, route: 'accurate' }, pageCount: 2 },
      },
    ]);
  });

  it('sends a run back as a class that a submission may name, for one round', async () => {
    const { path, runId } = await held({ context: { documentClass: 'receipt' } });
    const other = await decide(path, { kind: 'send_back', stage: 'extraction', documentClass: 'other' });
    expect(other).toMatchObject({ status: 422, body: { errors: [{ path: 'documentClass' }] } });
    await decide(path, { kind: 'send_back', stage: 'classification', documentClass: 'letter' });
    const later = reviewTaskRow({
      ...{ tenantId: tenant, runId, round: 1, documents: fields, verdict, pageCount: 2 },
      context: { documentClass: 'letter' },
    });
    const { results } = await gateway.database.session
      .selectFrom('reviewTasks')
      .select('results')
      .where('runId', '=', runId)
      .executeTakeFirstOrThrow();
    await gateway.database.session
      .insertInto('reviewTasks')
      .values({ ...later, results: JSON.stringify(results) })
      .execute();
    const second = `/v1/review/tasks/${later.taskId}`;
    await call('PUT', `${second}/claim`, {});
    await decide(second, { kind: 'send_back', stage: 'classification' });
    expect(
      (await records(runId)).map(({ task }) => [task.context.round, task.context.documentClass]),
    ).toEqual([
      [1, 'letter'],
      [2, 'receipt'],
    ]);
  });

  it('of two people is needed where the task says so, and above the limit as corrected', async () => {
    const limit: Partial<RunContext> = { fourEyesAbove: 100 };
    const { path, runId } = await held({ context: limit });
    expect((await call('GET', path)).body).toMatchObject({ fourEyes: { needed: false } });
    const changed = await call('POST', `${path}/changes`, { version: 1, changes: [set('5000.00')] });
    expect(changed.body).toMatchObject({ fourEyes: { needed: true, approvals: 0 } });
    expect((await call('GET', path)).body).toMatchObject({ fourEyes: { needed: true } });
    const listed = await call('GET', `/v1/review/tasks?runId=${runId}`);
    expect(listed.body).toMatchObject({ tasks: [{ fourEyes: { needed: true, approvals: 0 } }] });
    const first = await decide(path, { version: 2 });
    expect(first.body).toMatchObject({ state: 'waiting', approvals: 1, outcomeId: null });
    expect(await records(runId)).toEqual([]);
    // Sent again, and once more with the claim: one person stays one.
    expect((await decide(path, { version: 2 })).body).toEqual(first.body);
    await call('PUT', `${path}/claim`, {});
    expect((await decide(path, { version: 2 })).body).toEqual(first.body);
    await call('DELETE', `${path}/claim`);
    expect((await call('POST', '/v1/review/next', {})).status).toBe(204);
    expect((await call('POST', '/v1/review/next', {}, other)).body).toMatchObject({
      fourEyes: { approvals: 1 },
    });
    expect((await decide(path, { version: 2 }, other)).body).toMatchObject({
      state: 'decided',
      approvals: 2,
    });
    expect(await records(runId)).toHaveLength(1);
  });

  it('an approval does not count for what was changed after it', async () => {
    const { path } = await held({ fourEyes: true });
    expect((await decide(path, {})).body).toMatchObject({ state: 'waiting' });
    await call('PUT', `${path}/claim`, {}, other);
    await call('POST', `${path}/changes`, { version: 1, changes: [set('1.00')] }, other);
    expect((await decide(path, { version: 2 }, other)).body).toMatchObject({
      state: 'waiting',
      approvals: 1,
    });
  });

  it('of a run that ended without waiting ends nothing', async () => {
    const { path, runId } = await held({ afterwards: true });
    expect((await decide(path, { kind: 'send_back', stage: 'ocr' })).status).toBe(422);
    expect((await decide(path, {})).body).toMatchObject({ state: 'decided', outcomeId: null });
    expect(await records(runId)).toEqual([]);
  });
});

describe('H-01: a run that waits', () => {
  it('is shown with what the machine found', async () => {
    const { runId } = await hold();
    const job = await call('GET', `/v1/jobs/${runId}`);
    expect(job.body).toMatchObject({
      status: 'in_review',
      verdict: 'review',
      documents: [
        {
          verdict: 'review',
          gaps: ['field seller was not found'],
          fields: [{ name: 'grand_total', source: 'machine' }],
        },
      ],
      endedAt: null,
    });
  });

  it('cannot be worked on once it is erased', async () => {
    const { path, taskId } = await held();
    await gateway.database.session.deleteFrom('reviewTasks').where('taskId', '=', taskId).execute();
    const answer = await call('POST', `${path}/changes`, { version: 1, changes: [set('1.00')] });
    expect(answer).toMatchObject({ status: 404, body: { code: 'NOT_FOUND' } });
  });
});
