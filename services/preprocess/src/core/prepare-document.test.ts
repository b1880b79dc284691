import { defaultLimits, FailureError, type PageManifest } from '@docfleet/domain';
import { virtualClock } from '@docfleet/testing/virtual-clock';
import { describe, expect, it } from 'vitest';
import type { MadePage, MadePages, PageMaker, PageRequest } from './page.ts';
import { prepareDocument, type KeptPage, type PageShelf } from './prepare-document.ts';

const pdf = Buffer.from('%PDF-1.4\n');

const madePage = (page: number): MadePage => ({
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
});

const keptPage = (page: number, pageCount: number): KeptPage => ({
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

/** A shelf in memory that already holds some pages. */
function shelfWith(pages: readonly KeptPage[] = [], manifest?: PageManifest) {
  const kept: number[] = [];
  const shelf: PageShelf = {
    manifest: () => Promise.resolve(manifest),
    keptPages: () => Promise.resolve(pages),
    keepPage: (made, pageCount) => {
      kept.push(made.page);
      return Promise.resolve(keptPage(made.page, pageCount));
    },
    keepManifest: (value) => Promise.resolve(value),
  };
  return { shelf, kept };
}

/** A reader of documents of `pageCount` pages that fails as `fault` says for a request. */
function makerOf(
  pageCount: number,
  fault: (request: PageRequest, call: number) => FailureError | undefined = () => undefined,
  isHealthy = true,
) {
  const calls: [first: number, count: number][] = [];
  const maker: PageMaker = {
    make: (request): Promise<MadePages> => {
      calls.push([request.firstPage, request.count]);
      const error = fault(request, calls.length);
      if (error !== undefined) return Promise.reject(error);
      const last = Math.min(pageCount, request.firstPage + request.count - 1);
      const pages: MadePage[] = [];
      for (let page = request.firstPage; page <= last; page += 1) pages.push(madePage(page));
      return Promise.resolve({ pageCount, pages, tooSmall: 0 });
    },
    isHealthy: () => Promise.resolve(isHealthy),
  };
  return { maker, calls };
}

const options = (maker: PageMaker, shelf: PageShelf) => ({
  maker,
  shelf,
  limits: defaultLimits,
  clock: virtualClock(),
  signal: new AbortController().signal,
  parallel: 1,
});

const crash = new FailureError('WORKER_CRASHED');
const covers = (request: PageRequest, page: number): boolean =>
  request.firstPage <= page && page < request.firstPage + request.count;

describe('prepareDocument', () => {
  it('makes a document in parts and keeps every page', async () => {
    const { shelf, kept } = shelfWith();
    const { maker, calls } = makerOf(10);
    const manifest = await prepareDocument(pdf, options(maker, shelf));
    expect({ calls, kept, pages: manifest.pages.map(({ page }) => page), count: manifest.pageCount }).toEqual(
      {
        calls: [
          [1, 4],
          [5, 4],
          [9, 2],
        ],
        kept: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10],
        pages: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10],
        count: 10,
      },
    );
  });

  it('makes only what is not kept yet (M-16)', async () => {
    const { shelf, kept } = shelfWith([1, 2, 3, 5].map((page) => keptPage(page, 6)));
    const { maker, calls } = makerOf(6);
    const manifest = await prepareDocument(pdf, options(maker, shelf));
    expect({ calls, kept, pages: manifest.pages.map(({ page }) => page) }).toEqual({
      calls: [
        [4, 1],
        [6, 1],
      ],
      kept: [4, 6],
      pages: [1, 2, 3, 4, 5, 6],
    });
  });

  it('finds a finished document again without reading it', async () => {
    const manifest = { mediaType: 'application/pdf', pageCount: 1, pages: [keptPage(1, 1).page] };
    const { maker, calls } = makerOf(1);
    expect(await prepareDocument(pdf, options(maker, shelfWith([], manifest).shelf))).toEqual(manifest);
    expect(calls).toEqual([]);
  });

  it('goes page by page when a part kills its reader, and on when it works', async () => {
    const { maker, calls } = makerOf(3, (_request, call) => (call === 1 ? crash : undefined));
    const manifest = await prepareDocument(pdf, options(maker, shelfWith().shelf));
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

  it('gives up a document that kills its reader twice on one page (D-01)', async () => {
    const { shelf, kept } = shelfWith();
    const { maker } = makerOf(6, (request) => (covers(request, 3) ? crash : undefined));
    await expect(prepareDocument(pdf, options(maker, shelf))).rejects.toMatchObject({
      code: 'DOC_CRASHED_PARSER',
      details: { page: 3 },
    });
    expect(kept).toEqual([1, 2]);
  });

  it('does not blame the document when the reader cannot read anything', async () => {
    const { maker } = makerOf(1, () => crash, false);
    await expect(prepareDocument(pdf, options(maker, shelfWith().shelf))).rejects.toMatchObject({
      code: 'WORKER_CRASHED',
    });
  });

  it('does not try a page again that took too long', async () => {
    const slow = new FailureError('TIMEOUT_PREPARE', { page: 2 });
    const { maker, calls } = makerOf(2, (request) => (covers(request, 2) ? slow : undefined));
    await expect(prepareDocument(pdf, options(maker, shelfWith().shelf))).rejects.toBe(slow);
    expect(calls).toEqual([
      [1, 4],
      [1, 1],
      [2, 1],
    ]);
  });

  it('passes on what the document is at fault for, and starts no other part', async () => {
    const { maker, calls } = makerOf(9, (request) =>
      request.firstPage === 5 ? new FailureError('PAGE_TOO_LARGE', { page: 5 }) : undefined,
    );
    await expect(
      prepareDocument(pdf, { ...options(maker, shelfWith().shelf), parallel: 1 }),
    ).rejects.toMatchObject({ code: 'PAGE_TOO_LARGE' });
    expect(calls).toEqual([
      [1, 4],
      [5, 4],
    ]);
  });

  it('refuses a document that is too large before its type is asked', async () => {
    const { maker, calls } = makerOf(1);
    const limits = { ...defaultLimits, maxBytes: 8 };
    await expect(
      prepareDocument(pdf, { ...options(maker, shelfWith().shelf), limits }),
    ).rejects.toMatchObject({ code: 'DOC_TOO_LARGE', details: { limit: 8, actual: 9 } });
    expect(calls).toEqual([]);
  });

  it.each([
    [0, 'DOC_CORRUPT'],
    [1, 'DOC_EMPTY'],
  ])('with %d pages too small and none to read is %s', async (tooSmall, code) => {
    const maker: PageMaker = {
      make: () => Promise.resolve({ pageCount: 1, pages: [], tooSmall }),
      isHealthy: () => Promise.resolve(true),
    };
    await expect(prepareDocument(pdf, options(maker, shelfWith().shelf))).rejects.toMatchObject({ code });
  });

  it('reads the first frame of an animation and counts all', async () => {
    const webp = Buffer.from('RIFF\0\0\0\0WEBPVP8X', 'latin1');
    const maker: PageMaker = {
      make: () => Promise.resolve({ pageCount: 99, pages: [madePage(1)], tooSmall: 0 }),
      isHealthy: () => Promise.resolve(true),
    };
    const { pageCount, pages } = await prepareDocument(webp, options(maker, shelfWith().shelf));
    expect({ pageCount, pages: pages.length }).toEqual({ pageCount: 99, pages: 1 });
  });
});
