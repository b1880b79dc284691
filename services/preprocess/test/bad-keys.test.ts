import { randomUUID } from 'node:crypto';
import { defaultLimits, runBudgetMs, runExpiryMs, systemClock, type RecordSource } from '@docfleet/domain';
import { openObjectStore, type ObjectStore } from '@docfleet/objects';
import { guardStore, storeBreaker } from '@docfleet/service';
import { documentSubmitted, endpoints } from '@docfleet/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createAdmission } from '../src/core/admission.ts';
import { defaultTimeLimits, preprocessStage } from '../src/stage.ts';

const { signal } = new AbortController();
const breaker = storeBreaker();
let bare: ObjectStore;

beforeAll(() => {
  bare = openObjectStore(endpoints().s3);
});

afterAll(() => {
  breaker.close();
  bare.close();
});

/** What becomes of a record that refers to `uri`, and whether its run was claimed. */
async function submit(uri: string): Promise<{ code: unknown; accepted: boolean }> {
  const stage = preprocessStage({
    store: guardStore(bare, breaker),
    renderer: {
      render: () => Promise.reject(new Error('no document was read')),
      isHealthy: () => Promise.resolve(true),
    },
    admission: createAdmission({
      mode: 'off',
      region: 'local',
      windowMs: 60_000,
      fleetKeys: new Map(),
      settingsOf: () => undefined,
      secretOf: () => undefined,
      tenantOfTopic: new Map(),
      onUnproven: () => undefined,
    }),
    tenants: { settingsOf: () => undefined },
    defaults: {
      region: 'local',
      limits: defaultLimits,
      route: 'auto',
      budgetMs: runBudgetMs,
      expiryMs: runExpiryMs,
      review: 'never',
    },
    timeLimits: defaultTimeLimits,
    grants: [{ tenant: '*', bucket: endpoints().s3.bucket, folder: '' }],
    maxConcurrentRuns: 1,
  });
  const source: RecordSource = {
    topic: 'documents.urgent',
    partition: 0,
    offset: '1',
    timestampMs: Date.UTC(2026, 0, 1),
    clusterId: 'cluster',
  };
  const task = documentSubmitted({ requestId: randomUUID(), source: { uri, sha256: null } });
  let accepted = false;
  const outcome: unknown = await stage
    .handle(task, {
      run: stage.runOf(task, source),
      attempt: 1,
      source,
      receivedFrom: source,
      received: { key: null, value: null, headers: {}, timestampMs: source.timestampMs, isRetry: false },
      signal,
      clock: systemClock,
      log: { info: () => undefined, warn: () => undefined, error: () => undefined },
      accept: () => {
        accepted = true;
      },
      reportPages: () => undefined,
      runPart: (_, work) => work(signal),
    })
    .catch((error: unknown) => error);
  const code = typeof outcome === 'object' && outcome !== null && 'code' in outcome ? outcome.code : outcome;
  return { code, accepted };
}

it("clients' bad keys are rejected, and the breaker of the store stays closed", async () => {
  const uploads = bare.uriOf('uploads/acme');
  const bad = ['//a', '/../globex/a', '/./a', '/a\u0000b', '\\a', '/%2e%2e/globex/a', '/'].map(
    (key) => `${uploads}${key}`,
  );
  const outcomes = await Promise.all(bad.map(submit));
  expect(outcomes).toEqual(bad.map(() => ({ code: 'INVALID_SUBMISSION', accepted: false })));
  expect(breaker.state).toBe('closed');
});

it('objects that a tenant may not read end its run, and the breaker of the store stays closed', async () => {
  const foreign = [
    'uploads/globex/a',
    'claims/run',
    'runs/2026-01-01/run/r1/x',
    'uploads/acme-2/a',
    'inbox/a',
  ].map((key) => bare.uriOf(key));
  for (const uri of [...foreign, 's3://another-bucket/a']) {
    expect(await submit(uri)).toEqual({ code: 'SOURCE_NOT_FOUND', accepted: true });
  }
  expect(breaker.state).toBe('closed');
});
