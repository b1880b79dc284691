import { createHash, randomUUID } from 'node:crypto';
import type { DocumentSubmitted, OcrTask } from '@docfleet/contracts';
import {
  claimName,
  defaultLimits,
  systemClock,
  type PageManifest,
  type RecordSource,
  type Redrive,
} from '@docfleet/domain';
import { openObjectStore, type ObjectStore } from '@docfleet/objects';
import type { StageContext, StageResult } from '@docfleet/stage';
import { documentSubmitted, endpoints } from '@docfleet/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseManifest } from '../src/adapters/stored-records.ts';
import { programFolders, startPagePool, type PagePool } from '../src/adapters/page-pool.ts';
import { wellFormedTenant } from '../src/core/submission.ts';
import { preprocessStage } from '../src/stage.ts';
import { samplePdf } from './sample-pdf.ts';

const { signal } = new AbortController();
const pdf = samplePdf([[{ text: 'Invoice 4711', x: 72, y: 760 }], [{ text: 'Page two', x: 72, y: 760 }]]);
const sha256 = createHash('sha256').update(pdf).digest('hex');

let store: ObjectStore;
let pool: PagePool;

beforeAll(() => {
  store = openObjectStore(endpoints().s3);
  pool = startPagePool({ size: 1, readRoots: programFolders() });
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

async function handle(task: DocumentSubmitted, offset = '7', redrive?: Redrive) {
  const stage = preprocessStage({
    store,
    renderer: pool,
    proof: wellFormedTenant,
    defaults: { region: 'local', limits: defaultLimits, route: 'auto' },
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
    signal,
    clock: systemClock,
    log: { info: () => undefined, warn: () => undefined, error: () => undefined },
    accept: () => {
      accepted = true;
    },
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
    const folder = `runs/2026-01-01/${run.runId}/r1/preprocess@1`;
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
      uri: store.uriOf(`runs/2026-01-01/${redriven.run.runId}/r2/preprocess@1/manifest.json`),
    });
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

  it('stores nothing of a document of another region (M-22)', async () => {
    const { result, run } = await handle(await submitted({ region: 'elsewhere' }));
    expect(result).toMatchObject({ code: 'REGION_MISMATCH' });
    await expect(store.head(store.uriOf(claimName(run.runId)), signal)).resolves.toBeUndefined();
  });

  it.each([
    ['SOURCE_NOT_FOUND', { uri: 's3://docfleet/uploads/acme/none', sha256: null }],
    ['SOURCE_NOT_FOUND', { uri: 's3://docfleet/uploads/globex/none', sha256: null }],
    ['SOURCE_CHANGED', { sha256: '0'.repeat(64) }],
  ])('accepts and fails with %s', async (code, source) => {
    const task = await submitted();
    const { result, accepted } = await handle({ ...task, source: { ...task.source, ...source } });
    expect(result).toMatchObject({ code });
    expect(accepted).toBe(true);
  });
});
