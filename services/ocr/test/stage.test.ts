import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { OcrTask } from '@docfleet/contracts';
import { systemClock, type PageManifest, type PageReading } from '@docfleet/domain';
import type { StageContext, StageResult } from '@docfleet/stage';
import { ocrTask, pageReading, runContext } from '@docfleet/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { engineBreaker, retryCrashes } from '../src/adapters/guards.ts';
import { startOnnxEngine } from '../src/adapters/onnx-engine.ts';
import { openPageCache } from '../src/adapters/page-cache.ts';
import { startPageDecoder } from '../src/adapters/page-decoder.ts';
import { parseReading, parseReadings } from '../src/adapters/records.ts';
import { startTesseractEngine } from '../src/adapters/tesseract-engine.ts';
import { defaultReadLimits } from '../src/core/read-document.ts';
import { ocrStage } from '../src/stage.ts';
import { drawPage } from './drawn-page.ts';
import { memoryStore, type MemoryStore } from './memory-store.ts';
import { modelsDirectory } from './models.ts';

const decoder = startPageDecoder({ size: 1, maxPixels: 120_000_000, pageTimeoutMs: 60_000 });
const children = { size: 1, pageTimeoutMs: 60_000, decoder };
const closers: (() => unknown)[] = [() => decoder.close()];
const tesseract = startTesseractEngine(children);
let models: string;

beforeAll(async () => {
  models = await modelsDirectory();
}, 120_000);

afterAll(async () => {
  await tesseract.close();
  for (const close of closers) await close();
});

/** The stage with real engines, an object store in memory, and no Redis. */
function stageOn(store: MemoryStore, modelDirectory: string) {
  const engine = startOnnxEngine({ ...children, modelDirectory, alphabet: 'latin', route: 'accurate' });
  const guard = engineBreaker();
  closers.push(
    () => engine.close(),
    () => {
      guard.close();
    },
  );
  const read: string[] = [];
  const stage = ocrStage({
    store,
    models: { use: (work) => work({ engine, version: 'test' }) },
    fallback: tesseract,
    guard,
    retry: retryCrashes,
    // Nothing listens on the discard port: the service must work without the cache.
    cache: openPageCache({
      url: 'redis://127.0.0.1:9',
      onLookup: () => undefined,
      onProblem: () => undefined,
    }),
    version: 'test',
    defaultRoute: 'accurate',
    maxParallelOcr: 2,
    maxConcurrentRuns: 1,
    timeLimits: defaultReadLimits,
    level: () => 'L0',
    onRead: ({ engine: name }) => read.push(name),
  });
  return { stage, read };
}

async function taskOf(store: MemoryStore, ...texts: string[][]): Promise<OcrTask> {
  const pages: PageManifest['pages'][number][] = [];
  for (const [index, lines] of texts.entries()) {
    const image = store.put(`pages/${String(index)}.png`, await drawPage(lines), 'image/png');
    const facts = { widthPx: 800, heightPx: 248, dpi: null, rotation: 0, deskewDegrees: 0 } as const;
    pages.push({ page: index + 1, image, ...facts, textLayer: 'none', reading: null });
  }
  const manifest: PageManifest = { mediaType: 'application/pdf', pageCount: pages.length, pages };
  return ocrTask({
    context: runContext({ route: 'accurate' }),
    manifest: store.put('manifest.json', Buffer.from(JSON.stringify(manifest)), 'application/json'),
    pageCount: pages.length,
  });
}

function contextOf(task: OcrTask, signal = new AbortController().signal): StageContext {
  return {
    run: task.context,
    attempt: 1,
    source: { topic: 'ocr.tasks.normal', partition: 0, offset: '1', timestampMs: 0, clusterId: 'test' },
    receivedFrom: { topic: 'ocr.tasks.normal', partition: 0 },
    received: { key: null, value: null, headers: {}, timestampMs: 0, isRetry: false },
    signal,
    clock: systemClock,
    log: { info: () => undefined, warn: () => undefined, error: () => undefined },
    accept: () => undefined,
    reportPages: () => undefined,
    runPart: (_, work) => work(signal),
  };
}

/** What the next stage receives. */
async function readingsOf(
  store: MemoryStore,
  task: OcrTask,
  result: StageResult,
): Promise<readonly PageReading[]> {
  if (result.kind !== 'done') throw new Error(`the stage answered ${result.kind}`);
  const [output] = result.outputs;
  const value = output !== undefined && 'value' in output ? output.value(task.context) : undefined;
  const { readings } = z.object({ readings: z.object({ uri: z.string() }) }).parse(value);
  const signal = AbortSignal.timeout(1000);
  const { pages } = await store.readJson(readings.uri, parseReadings, signal);
  return Promise.all(pages.map(({ reading }) => store.readJson(reading.uri, parseReading, signal)));
}

const textOf = ({ lines }: PageReading): string => lines.map(({ text }) => text).join('\n');

test('M-16 a second delivery reads only the pages that are not stored', async () => {
  const store = memoryStore();
  const { stage, read } = stageOn(store, models);
  const task = await taskOf(store, ['RENT 42'], ['SUM 275'], ['TRADE 452']);
  await stage.handle(task, contextOf(task));
  const keys = [...store.objects.keys()].filter((key) => key.includes('ocr@test'));
  const folder = `runs/2026-01-01/${task.context.runId}/r1/ocr@test`;
  expect(keys.toSorted()).toEqual([
    `${folder}/pages/0001.json`,
    `${folder}/pages/0002.json`,
    `${folder}/pages/0003.json`,
    `${folder}/readings.json`,
  ]);
  store.objects.delete(`${folder}/pages/0002.json`);
  store.objects.delete(`${folder}/readings.json`);
  read.length = 0;
  const pages = await readingsOf(store, task, await stage.handle(task, contextOf(task)));
  expect(pages.map(textOf)).toEqual(['RENT 42', 'SUM 275', 'TRADE 452']);
  expect(read).toEqual(['onnx']);
}, 60_000);

test('D-02 a page with a trusted text layer is not read', async () => {
  const store = memoryStore();
  const { stage, read } = stageOn(store, models);
  const task = await taskOf(store, ['RENT 42']);
  const reading = { ...pageReading(['printed words']), engine: 'text-layer' as const, page: 1 };
  const manifest = JSON.parse(store.objects.get('manifest.json')?.toString() ?? '') as PageManifest;
  const trusted = {
    ...manifest,
    pages: manifest.pages.map((page) => ({ ...page, textLayer: 'trusted', reading })),
  };
  store.put('manifest.json', Buffer.from(JSON.stringify(trusted)), 'application/json');
  const pages = await readingsOf(store, task, await stage.handle(task, contextOf(task)));
  expect([pages, read]).toEqual([[reading], []]);
}, 60_000);

test('D-03 with damaged models Tesseract reads a document, and its pages name it', async () => {
  const damaged = await mkdtemp(join(tmpdir(), 'docfleet-damaged-'));
  closers.push(() => rm(damaged, { recursive: true }));
  await cp(models, damaged, { recursive: true });
  await writeFile(join(damaged, 'recogniser-small-latin.onnx'), 'no model');
  const store = memoryStore();
  const { stage, read } = stageOn(store, damaged);
  const task = await taskOf(store, ['RENT 42'], ['SUM 275']);
  const pages = await readingsOf(store, task, await stage.handle(task, contextOf(task)));
  expect(pages.map(({ engine }) => engine)).toEqual(['tesseract', 'tesseract']);
  expect(pages.map(textOf)).toEqual([expect.stringContaining('42'), expect.stringContaining('SUM')]);
  expect(read).toEqual(['tesseract', 'tesseract']);
}, 120_000);

test('M-12 a cancelled document stops within 2 s and keeps its stored pages', async () => {
  const store = memoryStore();
  const { stage } = stageOn(store, models);
  const task = await taskOf(
    store,
    ['RENT 42'],
    ...Array.from({ length: 30 }, () => ['TRADE AND RENT 27452']),
  );
  const controller = new AbortController();
  const original = store.createJsonOnce.bind(store);
  let cancelledAt = 0;
  store.createJsonOnce = (...call) => {
    cancelledAt = performance.now();
    controller.abort(new Error('cancelled'));
    return original(...call);
  };
  await expect(stage.handle(task, contextOf(task, controller.signal))).rejects.toThrow('cancelled');
  expect(performance.now() - cancelledAt).toBeLessThan(2000);
  expect([...store.objects.keys()].filter((key) => key.includes('/pages/')).length).toBeGreaterThan(0);
}, 60_000);
