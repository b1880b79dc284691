import { createHash, randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import type { DocumentSubmitted, OcrTask } from '@docfleet/contracts';
import {
  claimName,
  defaultLimits,
  systemClock,
  type PageManifest,
  type RecordSource,
  type Redrive,
  runBudgetMs,
  runExpiryMs,
} from '@docfleet/domain';
import { openObjectStore, type ObjectStore } from '@docfleet/objects';
import type { StageContext, StageResult } from '@docfleet/stage';
import { documentSubmitted, endpoints } from '@docfleet/testing';
import { chooseSandbox } from '@docfleet/workers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseClaim, parseManifest } from '../src/adapters/stored-records.ts';
import { startPagePool, type PagePool } from '../src/adapters/page-pool.ts';
import { createAdmission, type AdmissionOptions } from '../src/core/admission.ts';
import { defaultTimeLimits, preprocessStage, preprocessVersion } from '../src/stage.ts';
import { samplePdf } from './sample-pdf.ts';

const { signal } = new AbortController();
const pdf = samplePdf([[{ text: 'Invoice 4711', x: 72, y: 760 }], [{ text: 'Page two', x: 72, y: 760 }]]);
const sha256 = createHash('sha256').update(pdf).digest('hex');

let store: ObjectStore;
let pool: PagePool;

beforeAll(async () => {
  store = openObjectStore(endpoints().s3);
  pool = startPagePool({ size: 1, sandbox: (await chooseSandbox('best')).level });
});

afterAll(async () => {
  await pool.close();
  store.close();
});

async function submitted(facts: Partial<DocumentSubmitted> = {}): Promise<DocumentSubmitted> {
  const requestId = randomUUID();
  const { ref } = await store.createOnce(
    `uploads/acme/${requestId}/${sha256}`,
    pdf,
    'application/pdf',
    signal,
  );
  return documentSubmitted({ requestId, source: { uri: ref.uri, sha256 }, ...facts });
}

/** Admits every tenant, unless a test says otherwise. */
const admissionOf = (facts: Partial<AdmissionOptions>): AdmissionOptions => ({
  mode: 'off',
  region: 'local',
  windowMs: 60_000,
  fleetKeys: new Map(),
  settingsOf: () => undefined,
  secretOf: () => undefined,
  tenantOfTopic: new Map(),
  onUnproven: () => undefined,
  ...facts,
});

async function handle(
  task: DocumentSubmitted,
  offset = '7',
  redrive?: Redrive,
  admitting: Partial<AdmissionOptions> = {},
) {
  const stage = preprocessStage({
    store,
    renderer: pool,
    admission: createAdmission(admissionOf(admitting)),
    tenants: admissionOf(admitting),
    defaults: {
      region: 'local',
      limits: defaultLimits,
      route: 'auto',
      budgetMs: runBudgetMs,
      expiryMs: runExpiryMs,
      review: 'never',
    },
    timeLimits: defaultTimeLimits,
    grants: [],
    maxConcurrentRuns: 1,
  });
  const source: RecordSource = {
    topic: 'documents.normal',
    partition: 0,
    offset,
    timestampMs: Date.UTC(2026, 0, 1),
    clusterId: 'cluster',
    ...(redrive === undefined ? {} : { redrive }),
  };
  const run = stage.runOf(task, source);
  let accepted = false;
  const context: StageContext = {
    run,
    attempt: 1,
    source,
    receivedFrom: source,
    received: {
      key: null,
      value: Buffer.from('value'),
      headers: {},
      timestampMs: source.timestampMs,
      isRetry: false,
    },
    signal,
    clock: systemClock,
    log: { info: () => undefined, warn: () => undefined, error: () => undefined },
    accept: () => {
      accepted = true;
    },
    reportPages: () => undefined,
    runPart: (_, work) => work(signal),
  };
  const result = await stage.handle(task, context).catch((error: unknown) => error);
  return { result: result as StageResult, run, accepted };
}

function ocrTaskOf(result: StageResult, context: OcrTask['context']): OcrTask {
  const [output] = result.kind === 'done' ? result.outputs : [];
  if (output === undefined || !('value' in output)) throw new Error('not done', { cause: result });
  return output.value(context) as OcrTask;
}

describe('preprocess', () => {
  it('passes the pages of a submission to ocr', async () => {
    const task = await submitted();
    const { result, run, accepted } = await handle(task);
    const { input, manifest: manifestRef, pageCount } = ocrTaskOf(result, run);
    const folder = `runs/2026-01-01/${run.runId}/r1/preprocess@${preprocessVersion}`;
    expect({ accepted, input, pageCount, uri: manifestRef.uri }).toEqual({
      accepted: true,
      input: { uri: task.source.uri, sha256, mediaType: 'application/pdf', sizeBytes: pdf.byteLength },
      pageCount: 2,
      uri: store.uriOf(`${folder}/manifest.json`),
    });
    const manifest: PageManifest = await store.readJson(manifestRef.uri, parseManifest, signal);
    expect(manifest.pages.map(({ image, reading }) => [image.uri, reading?.lines[0]?.text])).toEqual([
      [store.uriOf(`${folder}/pages/0001.png`), 'Invoice 4711'],
      [store.uriOf(`${folder}/pages/0002.png`), 'Page two'],
    ]);
  });

  it('gives the same result for the same record', async () => {
    const task = await submitted();
    const first = await handle(task);
    const again = await handle(task);
    expect(ocrTaskOf(again.result, again.run)).toEqual(ocrTaskOf(first.result, first.run));
  });

  it('M-14: processes the next revision under the claim of the first, in a folder of its own', async () => {
    const task = await submitted();
    await handle(task);
    const redriven = await handle(task, '7', { revision: 2, at: Date.UTC(2026, 0, 3) });
    const { manifest } = ocrTaskOf(redriven.result, redriven.run);
    expect({ accepted: redriven.accepted, revision: redriven.run.revision, uri: manifest.uri }).toEqual({
      accepted: true,
      revision: 2,
      uri: store.uriOf(
        `runs/2026-01-01/${redriven.run.runId}/r2/preprocess@${preprocessVersion}/manifest.json`,
      ),
    });
  });

  it('M-23: refuses a record without a proof before anything of it is claimed', async () => {
    const task = await submitted();
    const { result, run, accepted } = await handle(task, '7', undefined, { mode: 'signature' });
    expect([accepted, result]).toEqual([false, expect.objectContaining({ code: 'TENANT_UNVERIFIED' })]);
    expect(await store.head(store.uriOf(claimName(run.runId)), signal)).toBeUndefined();
  });

  it('M-23: ends the run that a record has claimed, although its key was revoked meanwhile', async () => {
    const task = await submitted();
    await handle(task);
    const again = await handle(task, '7', undefined, { mode: 'signature' });
    expect([again.accepted, again.result.kind]).toEqual([true, 'done']);
    const copy = await handle(task, '8', undefined, { mode: 'signature' });
    expect([copy.accepted, copy.result]).toEqual([
      false,
      expect.objectContaining({ code: 'TENANT_UNVERIFIED' }),
    ]);
  });

  it('skips a repeated submission (A-04)', async () => {
    const task = await submitted();
    await handle(task);
    const { result, accepted } = await handle({ ...task, submittedAt: 5 }, '8');
    expect({ result, accepted }).toEqual({ result: { kind: 'duplicate' }, accepted: false });
  });

  it('rejects another document under the same requestId (A-04)', async () => {
    const task = await submitted();
    await handle(task);
    const { result, accepted } = await handle({ ...task, documentId: 'another' }, '8');
    expect(result).toMatchObject({ code: 'REQUEST_CONFLICT' });
    expect(accepted).toBe(false);
  });

  it.each([{ requestId: 'a\u0000' }, { documentId: 'a\u0000' }, { tenantId: 'acme\u0000' }])(
    'R-06: refuses identifiers that no store keeps before anything of them is claimed: %j',
    async (facts) => {
      const { result, run, accepted } = await handle(await submitted(facts));
      expect([accepted, result]).toEqual([false, expect.objectContaining({ code: 'INVALID_SUBMISSION' })]);
      await expect(store.head(store.uriOf(claimName(run.runId)), signal)).resolves.toBeUndefined();
    },
  );

  it('A-11: does not begin an erased run again, whoever submits what', async () => {
    const task = await submitted();
    const { run } = await handle(task);
    const claim = await store.readJson(store.uriOf(claimName(run.runId)), parseClaim, signal);
    const tombstone = Buffer.from(JSON.stringify({ ...claim, submission: '', erased: true }));
    await store.upload(claimName(run.runId), Readable.from([tombstone]), {
      mediaType: 'application/json',
      maxBytes: tombstone.byteLength,
      signal,
    });
    for (const again of [handle(task), handle(task, '8'), handle({ ...task, documentId: 'another' }, '9')]) {
      const { result, accepted } = await again;
      expect({ result, accepted }).toMatchObject({ result: { code: 'ERASED' }, accepted: false });
    }
  });

  it('stores nothing of a document of another region (M-22)', async () => {
    const { result, run } = await handle(await submitted({ region: 'elsewhere' }));
    expect(result).toMatchObject({ code: 'REGION_MISMATCH' });
    await expect(store.head(store.uriOf(claimName(run.runId)), signal)).resolves.toBeUndefined();
  });

  it.each([
    ['SOURCE_NOT_FOUND', { uri: 's3://docfleet/uploads/acme/none', sha256: null }],
    ['SOURCE_NOT_FOUND', { uri: 's3://docfleet/uploads/globex/none', sha256: null }],
    ['SOURCE_NOT_FOUND', { uri: 's3://docfleet/claims/none', sha256: null }],
    ['SOURCE_NOT_FOUND', { uri: 's3://docfleet/runs/none', sha256: null }],
    ['SOURCE_NOT_FOUND', { uri: 's3://another-bucket/a.pdf', sha256: null }],
    ['SOURCE_CHANGED', { sha256: '0'.repeat(64) }],
  ])('accepts and fails with %s', async (code, source) => {
    const task = await submitted();
    const { result, accepted } = await handle({ ...task, source: { ...task.source, ...source } });
    expect(result).toMatchObject({ code });
    expect(accepted).toBe(true);
  });
});
