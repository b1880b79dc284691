import { describe, expect, it } from 'vitest';
import type { ApiCall } from '../api-client.ts';
import { auditCommand } from '../runs/audit-command.ts';
import { followCommand } from '../runs/follow-command.ts';
import { lagCommand, processesCommand } from './lag-command.ts';
import { modelsCommand } from './models-command.ts';
import { orderCommand } from './order-command.ts';
import { rewind } from './rewind.ts';

/** Calls that a command makes, answered in turn, and the lines that it prints. */
function setUp(...answers: readonly unknown[]) {
  const calls: string[] = [];
  const lines: string[] = [];
  let next = 0;
  const call: ApiCall = (path, { method = 'GET', body } = {}) => {
    calls.push([method, path, ...(body === undefined ? [] : [JSON.stringify(body)])].join(' '));
    next += 1;
    return Promise.resolve(answers[next - 1] ?? {});
  };
  return { calls, lines, call, say: (line: string) => void lines.push(line) };
}

describe('O-10: orders', () => {
  const pause = { kind: 'pause', stage: 'ocr', lane: 'high', paused: true } as const;
  const given = { order: pause, reason: 'drill', by: undefined, forSeconds: 3600, direct: false, yes: false };
  const kafka = () => {
    throw new Error('the brokers are not asked');
  };

  it('are only printed without --yes', async () => {
    const { calls, lines, call, say } = setUp();
    await orderCommand(given, { api: () => call, kafka }, say);
    expect([calls, lines]).toEqual([
      [],
      [
        'would pause lane high of ocr for 60 minutes: work that has begun ends, the rest waits; --yes does it',
      ],
    ]);
  });

  it('are given by the API, a release without an end', async () => {
    const { calls, call, say } = setUp();
    await orderCommand({ ...given, by: 'anna', yes: true }, { api: () => call, kafka }, say);
    await orderCommand(
      { ...given, order: { ...pause, paused: false }, yes: true },
      { api: () => call, kafka },
      say,
    );
    const order = '{"order":{"kind":"pause","stage":"ocr","lane":"high","paused":';
    expect(calls).toEqual([
      `POST /v1/fleet/orders ${order}true},"reason":"anna: drill","expiresInSeconds":3600}`,
      `POST /v1/fleet/orders ${order}false},"reason":"drill"}`,
    ]);
  });
});

it('O-10: prints what waits, and which processes there are', async () => {
  const lane = { lane: 'high', records: 6, seconds: null, paused: true };
  const stage = { stage: 'ocr', members: 1, secondsPerDocument: null, lanes: [lane], retrying: 2 };
  const process = { process: 'ocr-1', service: 'ocr', reportedAt: '2026-01-02T03:04:05.000Z' };
  const breakers = [
    { name: 'ocr', state: 'open' },
    { name: 'object-store', state: 'closed' },
  ];
  const { lines, call, say } = setUp(
    { at: '2026-01-02T03:04:05.000Z', stages: [stage] },
    { processes: [{ ...process, drained: true, breakers }] },
  );
  await lagCommand({ json: false }, call, say);
  await processesCommand({ json: false }, call, say);
  expect(lines.map((line) => line.split(/ {2,}/))).toEqual([
    ['stage', 'lane', 'records', 'seconds', 'processes'],
    ['ocr', 'high', '6', '?', '1', 'paused'],
    ['ocr', 'retries', '2', '1'],
    ['process', 'reported (UTC)', 'state', 'breakers that are not closed'],
    ['ocr-1', '2026-01-02 03:04:05', 'drained', 'ocr open'],
  ]);
});

it('O-10: pins and rolls back model versions, only with --yes', async () => {
  const pinned = { digest: 'b', by: 'k', reason: 'better', since: '2026-01-02T03:04:05.000Z', previous: 'a' };
  const state = { versions: [], pinned, missing: [] };
  const { calls, lines, call, say } = setUp(state, state, {});
  const given = { kind: 'rollback', reason: 'worse', json: false } as const;
  await modelsCommand({ ...given, yes: false }, call, say);
  await modelsCommand({ ...given, yes: true }, call, say);
  expect(calls.filter((each) => each.startsWith('POST'))).toEqual([
    'POST /v1/fleet/models/rollback {"reason":"worse"}',
  ]);
  expect(lines).toEqual(['would pin the models a again; --yes does it', 'done: pin the models a again']);
});

it('O-10: follows a run until it has ended, a line for each change', async () => {
  const job = {
    ...{
      runId: 'r',
      revision: 1,
      status: 'processing',
      stage: 'ocr',
      verdict: null,
      failure: null,
      endedAt: null,
    },
    progress: { stagesDone: 1, stagesTotal: 6 },
  };
  const failure = { code: 'DOC_CORRUPT', message: 'The document is damaged.' };
  const ended = { ...job, status: 'failed', stage: null, failure, endedAt: '2026-01-02T03:04:05.000Z' };
  const { lines, call, say } = setUp(job, job, ended);
  expect(await followCommand({ runId: 'r', json: false }, call, say, () => Promise.resolve())).toBe(false);
  expect(lines.map((line) => line.replace(/^\S+ {2}/, ''))).toEqual([
    'r1 processing at ocr (1 of 6 stages)',
    'r1 failed (1 of 6 stages): DOC_CORRUPT The document is damaged.',
  ]);
});

it('A-07: lists as many rows of the audit log as asked for, over pages', async () => {
  const row = {
    ...{ id: '7', at: '2026-01-02T03:04:05.000Z', actorKeyId: null, actorRole: 'operator', tenantId: null },
    ...{ action: 'stage.pause', subject: 'ocr', detail: {} },
  };
  const { calls, lines, call, say } = setUp({ rows: [row], next: '7' }, { rows: [row], next: null });
  const none = { tenant: undefined, since: undefined };
  await auditCommand({ ...none, action: 'stage.pause', limit: 5, json: false }, call, say);
  expect(calls).toEqual([
    'GET /v1/audit?limit=5&action=stage.pause',
    'GET /v1/audit?limit=4&action=stage.pause&cursor=7',
  ]);
  expect(lines.length).toBe(3);
});

describe('O-10: rewinding a group', () => {
  const topic = 'ocr.tasks.high';
  const setUpRewind = (members: number) => {
    const set: string[] = [];
    const lines: string[] = [];
    const parts = {
      admin: {
        committed: () =>
          Promise.resolve([
            { topic, partition: 0, offset: 10n, metadata: '' },
            { topic, partition: 1, offset: 5n, metadata: '' },
            { topic, partition: 2, offset: null, metadata: '' },
          ]),
        offsetsAt: (name: string) =>
          Promise.resolve(name === topic ? [0, 1, 2].map((partition) => ({ partition, offset: 6n })) : []),
        members: () => Promise.resolve(new Map([['ocr', members]])),
        setCommitted: (group: string, name: string, positions: readonly object[]) => {
          set.push(`${group} ${name} ${positions.length}`);
          return Promise.resolve();
        },
      },
      audit: ({ records }: { readonly records: number }) => {
        set.push(`audit ${records}`);
        return Promise.resolve();
      },
      say: (line: string) => void lines.push(line),
    };
    return { set, lines, parts };
  };
  const given = { stage: 'ocr', to: 0, reason: 'drill', yes: true } as const;

  it('prints each partition, and moves only those that are past the time', async () => {
    const { set, lines, parts } = setUpRewind(0);
    expect(await rewind({ ...given, yes: false }, parts)).toBe(true);
    expect([set, lines[1]?.split(/ {2,}/), lines.at(-1)]).toEqual([
      [],
      ['ocr.tasks.high/0', '10', '6', '4'],
      'would move group ocr back by 4 positions; --yes does it',
    ]);
    expect(await rewind(given, parts)).toBe(true);
    expect(set).toEqual(['audit 4', 'ocr ocr.tasks.high 1']);
  });

  it('is refused while the group has members', async () => {
    const { set, lines, parts } = setUpRewind(2);
    expect(await rewind(given, parts)).toBe(false);
    expect([set, lines.at(-1)]).toEqual([[], expect.stringContaining('Refused: group ocr has 2 members')]);
  });
});
