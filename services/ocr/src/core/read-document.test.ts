import type { PageReading, PreparedPage } from '@docfleet/domain';
import { expect, test } from 'vitest';
import {
  cleanReading,
  priorityOf,
  readDocument,
  defaultReadLimits,
  readTimeoutMs,
  routeOf,
  type StoredReading,
  type PageReadingStore,
} from './read-document.ts';

const image = { uri: 's3://bucket/page', sha256: 'ab', mediaType: 'image/png', sizeBytes: 10 };
const readingOf = (page: number, engine: PageReading['engine'] = 'onnx'): PageReading => ({
  page,
  widthPx: 10,
  heightPx: 20,
  engine,
  engineVersion: `${engine}-1`,
  lines: [],
});
const preparedOf = (page: number, reading: PageReading | null = null): PreparedPage => ({
  page,
  image,
  widthPx: 10,
  heightPx: 20,
  dpi: null,
  rotation: 0,
  deskewDegrees: 0,
  textLayer: reading === null ? 'none' : 'trusted',
  reading,
});
const keptOf = (reading: PageReading): StoredReading => ({
  reading,
  ref: {
    uri: `s3://bucket/${String(reading.page)}`,
    sha256: 'cd',
    mediaType: 'application/json',
    sizeBytes: 1,
  },
});

function shelfOf(...stored: PageReading[]): PageReadingStore & { readonly written: number[] } {
  const written: number[] = [];
  return {
    written,
    storedPages: () => Promise.resolve(new Map(stored.map((reading) => [reading.page, keptOf(reading)]))),
    savePage: (reading) => {
      written.push(reading.page);
      return Promise.resolve(keptOf(reading));
    },
  };
}

const manifestOf = (...pages: PreparedPage[]) => ({
  mediaType: 'application/pdf',
  pageCount: pages.length,
  pages,
});
const signal = new AbortController().signal;

test('M-16 stored pages are not read again', async () => {
  const pageStore = shelfOf(readingOf(1), readingOf(3));
  const asked: number[] = [];
  const { pages } = await readDocument(manifestOf(preparedOf(1), preparedOf(2), preparedOf(3)), {
    pageStore,
    read: ({ page }) => {
      asked.push(page);
      return Promise.resolve({ reading: readingOf(page), fromCache: true });
    },
    parallel: 2,
    signal,
  });
  expect([asked, pageStore.written]).toEqual([[2], [2]]);
  expect(pages.map(({ page, fromCache }) => [page, fromCache])).toEqual([
    [1, false],
    [2, true],
    [3, false],
  ]);
});

test('D-02 a trusted text layer is used as the reading', async () => {
  const { pages } = await readDocument(manifestOf(preparedOf(1, readingOf(1, 'text-layer'))), {
    pageStore: shelfOf(),
    read: () => Promise.reject(new Error('not to be read')),
    parallel: 1,
    signal,
  });
  expect(pages).toEqual([
    {
      page: 1,
      reading: keptOf(readingOf(1)).ref,
      engine: 'text-layer',
      engineVersion: 'text-layer-1',
      fromCache: false,
      confidence: 0,
      wordCount: 0,
    },
  ]);
});

test('pages before a failing one are stored', async () => {
  const pageStore = shelfOf();
  const reading = readDocument(manifestOf(preparedOf(1), preparedOf(2), preparedOf(3)), {
    pageStore,
    read: ({ page }) =>
      page === 2
        ? Promise.reject(new Error('page 2'))
        : Promise.resolve({ reading: readingOf(page), fromCache: false }),
    parallel: 1,
    signal,
  });
  await expect(reading).rejects.toThrow('page 2');
  expect(pageStore.written).toEqual([1]);
});

test('urgent has the first priority; an unknown route becomes the default; the time limit grows with pages', () => {
  expect([priorityOf('urgent'), priorityOf('high'), priorityOf('normal')]).toEqual([0, 1, 2]);
  expect([routeOf('fast', 'accurate'), routeOf('quantum', 'accurate')]).toEqual(['fast', 'accurate']);
  const limitOf = (pages: number): number => readTimeoutMs(pages, defaultReadLimits);
  expect([limitOf(1), limitOf(50)]).toEqual([120_000, 500_000]);
});

test('R-06: characters that no store keeps leave no page, whatever read it', async () => {
  const word = (text: string) => ({ text, box: [0, 0, 1, 1] as const, confidence: 1 });
  const reading = { ...readingOf(1), lines: [{ ...word('a\u0000'), words: [word('a\u0000')] }] };
  const clean = { ...readingOf(1), lines: [{ ...word('a\ufffd'), words: [word('a\ufffd')] }] };
  expect(cleanReading(reading)).toEqual(clean);
  const saved: PageReading[] = [];
  const pageStore: PageReadingStore = {
    storedPages: () => Promise.resolve(new Map()),
    savePage: (page) => {
      saved.push(page);
      return Promise.resolve(keptOf(page));
    },
  };
  const read = () => Promise.resolve({ reading: { ...reading, page: 2 }, fromCache: false });
  const manifest = manifestOf(preparedOf(1, reading), preparedOf(2));
  await readDocument(manifest, { pageStore, read, parallel: 1, signal });
  expect(saved).toEqual([clean, { ...clean, page: 2 }]);
});

test('A-01: tells how many pages are read, those of earlier attempts included', async () => {
  const told: (readonly number[])[] = [];
  await readDocument(
    { mediaType: 'application/pdf', pageCount: 3, pages: [1, 2, 3].map((page) => preparedOf(page)) },
    {
      pageStore: shelfOf(readingOf(2)),
      read: ({ page }) => Promise.resolve({ reading: readingOf(page), fromCache: false }),
      parallel: 1,
      signal: new AbortController().signal,
      onPages: (...pages) => told.push(pages),
    },
  );
  expect(told).toEqual([
    [0, 3],
    [1, 3],
    [2, 3],
    [3, 3],
  ]);
});
