import { FailureError, type FailureCode, type Line } from '@docfleet/domain';
import { expect, test } from 'vitest';
import type { EngineReading, PageEngine } from './engine.ts';
import {
  cacheKey,
  readPage,
  wordFacts,
  type CachedReading,
  type PageReaderParts,
  type PageToRead,
} from './page-reader.ts';

const line: Line = {
  text: 'TOTAL 9.00',
  box: [0, 0, 50, 10],
  confidence: 0.9,
  words: [
    { text: 'TOTAL', box: [0, 0, 25, 10], confidence: 0.8 },
    { text: '9.00', box: [30, 0, 50, 10], confidence: 1 },
  ],
};
const answer: EngineReading = { lines: [line], widthPx: 100, heightPx: 200, cpuMs: 5, peakRssMb: 100 };
const options = { route: 'accurate', signal: new AbortController().signal, priority: 0 } as const;
const page: PageToRead = {
  page: 3,
  tenantId: 'acme/1',
  sha256: 'ab',
  image: () => Promise.resolve(new Uint8Array([1])),
};

/** An engine that returns a reading, or fails with a code. */
function engineOf(name: 'onnx' | 'tesseract', code?: FailureCode): PageEngine & { reads: number } {
  const engine = {
    name,
    reads: 0,
    read: () => {
      engine.reads += 1;
      return code === undefined ? Promise.resolve(answer) : Promise.reject(new FailureError(code));
    },
    version: () =>
      code === 'ENGINE_UNAVAILABLE' ? Promise.reject(new FailureError(code)) : Promise.resolve(`${name}-1`),
    close: () => Promise.resolve(),
  };
  return engine;
}

function partsOf(
  parts: Partial<PageReaderParts> = {},
): PageReaderParts & { kept: Map<string, CachedReading> } {
  const kept = new Map<string, CachedReading>();
  return {
    kept,
    engine: engineOf('onnx'),
    fallback: engineOf('tesseract'),
    guard: { run: (action, signal) => action(signal) },
    retry: (action) => action(),
    cache: {
      get: (key) => Promise.resolve(kept.get(key)),
      set: (key, reading) => {
        kept.set(key, reading);
        return Promise.resolve();
      },
    },
    onRead: () => undefined,
    ...parts,
  };
}

const reading = { page: 3, widthPx: 100, heightPx: 200, lines: [line] };

test('the engine reads what is not cached', async () => {
  expect(await readPage(partsOf(), page, options)).toEqual({
    reading: { ...reading, engine: 'onnx', engineVersion: 'onnx-1' },
    fromCache: false,
  });
});

test('D-04 a cached page is not read again, also as another page number', async () => {
  const engine = engineOf('onnx');
  const parts = partsOf({ engine });
  await readPage(parts, page, options);
  const again = await readPage(parts, { ...page, page: 9 }, options);
  expect([again.fromCache, again.reading.page, engine.reads]).toEqual([true, 9, 1]);
});

test('D-04 entries are not shared between tenants', async () => {
  const parts = partsOf();
  await readPage(parts, page, options);
  expect((await readPage(parts, { ...page, tenantId: 'other' }, options)).fromCache).toBe(false);
  expect(cacheKey(page, 'onnx-1')).toBe('ocr:acme%2F1:ab:onnx-1');
});

test('D-04 an entry of another engine version is not used', async () => {
  const parts = partsOf();
  parts.kept.set(cacheKey(page, 'onnx-1'), { ...reading, engine: 'onnx', engineVersion: 'onnx-0' });
  expect((await readPage(parts, page, options)).fromCache).toBe(false);
});

test.each<FailureCode>(['ENGINE_UNAVAILABLE', 'WORKER_CRASHED', 'TIMEOUT_OCR'])(
  'D-03 after %s the fallback reads the page, and it is not cached',
  async (code) => {
    const parts = partsOf({ engine: engineOf('onnx', code) });
    const { reading: read } = await readPage(parts, page, options);
    expect([read.engine, read.engineVersion, parts.kept.size]).toEqual(['tesseract', 'tesseract-1', 0]);
  },
);

test('D-03 a document fault is not retried with the fallback', async () => {
  const fallback = engineOf('tesseract');
  const parts = partsOf({ engine: engineOf('onnx', 'DOC_CORRUPT'), fallback });
  await expect(readPage(parts, page, options)).rejects.toMatchObject({ code: 'DOC_CORRUPT' });
  expect(fallback.reads).toBe(0);
});

test.each<[FailureCode, FailureCode, FailureCode]>([
  ['WORKER_CRASHED', 'WORKER_CRASHED', 'DOC_CRASHED_PARSER'],
  ['ENGINE_UNAVAILABLE', 'WORKER_CRASHED', 'ENGINE_UNAVAILABLE'],
  ['WORKER_CRASHED', 'TIMEOUT_OCR', 'TIMEOUT_OCR'],
  ['WORKER_CRASHED', 'DOC_CORRUPT', 'DOC_CORRUPT'],
])('%s and then %s is %s', async (first, second, expected) => {
  const parts = partsOf({ engine: engineOf('onnx', first), fallback: engineOf('tesseract', second) });
  await expect(readPage(parts, page, options)).rejects.toMatchObject({ code: expected });
});

test('M-12 after an abort the fallback is not tried', async () => {
  const controller = new AbortController();
  const fallback = engineOf('tesseract');
  const engine: PageEngine = {
    ...engineOf('onnx'),
    read: () => {
      controller.abort(new FailureError('RUN_CANCELLED'));
      return Promise.reject(new FailureError('RUN_CANCELLED'));
    },
  };
  const cancelled = readPage(partsOf({ engine, fallback }), page, { ...options, signal: controller.signal });
  await expect(cancelled).rejects.toMatchObject({ code: 'RUN_CANCELLED' });
  expect(fallback.reads).toBe(0);
});

test('the confidence of a page is the mean of its words', () => {
  expect([wordFacts([line]), wordFacts([])]).toEqual([
    { confidence: 0.9, wordCount: 2 },
    { confidence: 0, wordCount: 0 },
  ]);
});
