import { defaultLimits, FailureError, type PageManifest } from '@docfleet/domain';
import { virtualClock } from '@docfleet/testing/virtual-clock';
import { describe, expect, it } from 'vitest';
import type { RenderedPage, RenderedPages, PageRenderer, PageRequest } from './page.ts';
import {
  defaultPrepareLimits,
  prepareDocument,
  type StoredPage,
  type PageStore,
} from './prepare-document.ts';

const pdf = Buffer.from('%PDF-1.4\n');

const renderedPage = (page: number): RenderedPage => ({
  page,
  image: Uint8Array.of(page),
  mediaType: 'image/png',
  widthPx: 10,
  heightPx: 20,
  dpi: 200,
  rotation: 0,
  deskewDegrees: 0,
  textLayer: 'none',
  lines: null,
  lacksWords: false,
  unread: [],
});

const storedPage = (page: number, pageCount: number): StoredPage => ({
  pageCount,
  page: {
    page,
    image: { uri: `s3://b/${String(page)}`, sha256: '', mediaType: 'image/png', sizeBytes: 1 },
    widthPx: 10,
    heightPx: 20,
    dpi: 200,
    rotation: 0,
    deskewDegrees: 0,
    textLayer: 'none',
    reading: null,
  },
});

/** A page store in memory that already has some pages. */
function pageStoreWith(pages: readonly StoredPage[] = [], manifest?: PageManifest) {
  const saved: number[] = [];
  const pageStore: PageStore = {
    findManifest: () => Promise.resolve(manifest),
    storedPages: () => Promise.resolve(pages),
    savePage: (rendered, pageCount) => {
      saved.push(rendered.page);
      return Promise.resolve(storedPage(rendered.page, pageCount));
    },
    saveManifest: (value) => Promise.resolve(value),
  };
  return { pageStore, saved };
}

/** A renderer of documents of `pageCount` pages that fails with the error that `fault` returns for a request. */
function rendererOf(
  pageCount: number,
  fault: (request: PageRequest, call: number) => FailureError | undefined = () => undefined,
  isHealthy = true,
) {
  const calls: [first: number, count: number][] = [];
  const renderer: PageRenderer = {
    render: (request): Promise<RenderedPages> => {
      calls.push([request.firstPage, request.count]);
      const error = fault(request, calls.length);
      if (error !== undefined) return Promise.reject(error);
      const last = Math.min(pageCount, request.firstPage + request.count - 1);
      const pages: RenderedPage[] = [];
      for (let page = request.firstPage; page <= last; page += 1) pages.push(renderedPage(page));
      return Promise.resolve({ pageCount, pages, tooSmall: 0 });
    },
    isHealthy: () => Promise.resolve(isHealthy),
  };
  return { renderer, calls };
}

const options = (renderer: PageRenderer, pageStore: PageStore) => ({
  renderer,
  pageStore,
  limits: defaultLimits,
  clock: virtualClock(),
  signal: new AbortController().signal,
  parallel: 1,
  timeLimits: defaultPrepareLimits,
});

const crash = new FailureError('WORKER_CRASHED');
const covers = (request: PageRequest, page: number): boolean =>
  request.firstPage <= page && page < request.firstPage + request.count;

describe('prepareDocument', () => {
  it('renders a document in chunks and saves every page', async () => {
    const { pageStore, saved } = pageStoreWith();
    const { renderer, calls } = rendererOf(10);
    const manifest = await prepareDocument(pdf, options(renderer, pageStore));
    expect({
      calls,
      saved,
      pages: manifest.pages.map(({ page }) => page),
      count: manifest.pageCount,
    }).toEqual({
      calls: [
        [1, 4],
        [5, 4],
        [9, 2],
      ],
      saved: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10],
      pages: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10],
      count: 10,
    });
  });

  it('renders only pages that are not stored yet (M-16)', async () => {
    const { pageStore, saved } = pageStoreWith([1, 2, 3, 5].map((page) => storedPage(page, 6)));
    const { renderer, calls } = rendererOf(6);
    const manifest = await prepareDocument(pdf, options(renderer, pageStore));
    expect({ calls, saved, pages: manifest.pages.map(({ page }) => page) }).toEqual({
      calls: [
        [4, 1],
        [6, 1],
      ],
      saved: [4, 6],
      pages: [1, 2, 3, 4, 5, 6],
    });
  });

  it('A-01: tells how many pages are stored, those of earlier attempts included', async () => {
    const { pageStore } = pageStoreWith([1, 2, 3, 5].map((page) => storedPage(page, 6)));
    const told: (readonly number[])[] = [];
    const onPages = (...pages: readonly number[]): void => void told.push(pages);
    await prepareDocument(pdf, { ...options(rendererOf(6).renderer, pageStore), onPages });
    expect(told).toEqual([
      [5, 6],
      [6, 6],
    ]);
  });

  it('returns the stored manifest of a finished document without rendering', async () => {
    const manifest = { mediaType: 'application/pdf', pageCount: 1, pages: [storedPage(1, 1).page] };
    const { renderer, calls } = rendererOf(1);
    expect(await prepareDocument(pdf, options(renderer, pageStoreWith([], manifest).pageStore))).toEqual(
      manifest,
    );
    expect(calls).toEqual([]);
  });

  it('renders page by page when a chunk crashes the renderer, and continues when that works', async () => {
    const { renderer, calls } = rendererOf(3, (_request, call) => (call === 1 ? crash : undefined));
    const manifest = await prepareDocument(pdf, options(renderer, pageStoreWith().pageStore));
    expect({ calls, pages: manifest.pages.length }).toEqual({
      calls: [
        [1, 4],
        [1, 1],
        [2, 1],
        [3, 1],
      ],
      pages: 3,
    });
  });

  it('fails a document that crashes the renderer twice on one page (D-01)', async () => {
    const { pageStore, saved } = pageStoreWith();
    const { renderer } = rendererOf(6, (request) => (covers(request, 3) ? crash : undefined));
    await expect(prepareDocument(pdf, options(renderer, pageStore))).rejects.toMatchObject({
      code: 'DOC_CRASHED_PARSER',
      details: { page: 3 },
    });
    expect(saved).toEqual([1, 2]);
  });

  it('does not fail the document when the renderer itself is broken', async () => {
    const { renderer } = rendererOf(1, () => crash, false);
    await expect(prepareDocument(pdf, options(renderer, pageStoreWith().pageStore))).rejects.toMatchObject({
      code: 'WORKER_CRASHED',
    });
  });

  it('does not retry a page that timed out', async () => {
    const slow = new FailureError('TIMEOUT_PREPARE', { page: 2 });
    const { renderer, calls } = rendererOf(2, (request) => (covers(request, 2) ? slow : undefined));
    await expect(prepareDocument(pdf, options(renderer, pageStoreWith().pageStore))).rejects.toBe(slow);
    expect(calls).toEqual([
      [1, 4],
      [1, 1],
      [2, 1],
    ]);
  });

  it('throws document faults at once and starts no other chunk', async () => {
    const { renderer, calls } = rendererOf(9, (request) =>
      request.firstPage === 5 ? new FailureError('PAGE_TOO_LARGE', { page: 5 }) : undefined,
    );
    await expect(
      prepareDocument(pdf, { ...options(renderer, pageStoreWith().pageStore), parallel: 1 }),
    ).rejects.toMatchObject({ code: 'PAGE_TOO_LARGE' });
    expect(calls).toEqual([
      [1, 4],
      [5, 4],
    ]);
  });

  it('rejects a document that is too large before its type is detected', async () => {
    const { renderer, calls } = rendererOf(1);
    const limits = { ...defaultLimits, maxBytes: 8 };
    await expect(
      prepareDocument(pdf, { ...options(renderer, pageStoreWith().pageStore), limits }),
    ).rejects.toMatchObject({ code: 'DOC_TOO_LARGE', details: { limit: 8, actual: 9 } });
    expect(calls).toEqual([]);
  });

  it.each([
    [0, 'DOC_CORRUPT'],
    [1, 'DOC_EMPTY'],
  ])('with %d pages too small and no other page ends as %s', async (tooSmall, code) => {
    const renderer: PageRenderer = {
      render: () => Promise.resolve({ pageCount: 1, pages: [], tooSmall }),
      isHealthy: () => Promise.resolve(true),
    };
    await expect(prepareDocument(pdf, options(renderer, pageStoreWith().pageStore))).rejects.toMatchObject({
      code,
    });
  });

  it('renders the first frame of an animation and counts all', async () => {
    const webp = Buffer.from('RIFF\0\0\0\0WEBPVP8X', 'latin1');
    const renderer: PageRenderer = {
      render: () => Promise.resolve({ pageCount: 99, pages: [renderedPage(1)], tooSmall: 0 }),
      isHealthy: () => Promise.resolve(true),
    };
    const { pageCount, pages } = await prepareDocument(webp, options(renderer, pageStoreWith().pageStore));
    expect({ pageCount, pages: pages.length }).toEqual({ pageCount: 99, pages: 1 });
  });
});
