import { defaultLimits, systemClock, type PageManifest } from '@docfleet/domain';
import sharp from 'sharp';
import { chooseSandbox } from '@docfleet/workers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startPagePool, type PagePool } from '../src/adapters/page-pool.ts';
import { defaultPrepareLimits, prepareDocument } from '../src/core/prepare-document.ts';
import { memoryPageStore } from './memory-page-store.ts';
import { samplePdf } from './sample-pdf.ts';

const { signal } = new AbortController();
let pool: PagePool;

beforeAll(async () => {
  pool = startPagePool({ size: 1, sandbox: (await chooseSandbox('best')).level });
});

afterAll(async () => {
  await pool.close();
});

async function prepare(
  bytes: Uint8Array,
): Promise<{ manifest: PageManifest; images: Map<number, Uint8Array> }> {
  const pageStore = memoryPageStore();
  const manifest = await prepareDocument(bytes, {
    renderer: pool,
    pageStore,
    limits: defaultLimits,
    clock: systemClock,
    signal,
    parallel: 1,
    timeLimits: defaultPrepareLimits,
  });
  return { manifest, images: pageStore.images };
}

const invoice = [
  { text: 'Invoice 4711', x: 72, y: 760 },
  { text: 'Total', x: 72, y: 700 },
  { text: '12.00', x: 400, y: 700 },
];

const firstWords = (manifest: PageManifest): readonly (string | undefined)[] =>
  manifest.pages.map((page) => page.reading?.lines[0]?.text);

/** A white image with a black bar on its left side. */
const picture = (widthPx: number, heightPx: number) =>
  sharp({ create: { width: widthPx, height: heightPx, channels: 3, background: '#ffffff' } }).composite([
    {
      input: { create: { width: 20, height: heightPx, channels: 3, background: '#000000' } },
      left: 0,
      top: 0,
    },
  ]);

describe('a PDF (D-01, D-02)', () => {
  it('gives an image and the words of its text layer', async () => {
    const { manifest, images } = await prepare(samplePdf([invoice]));
    const [page] = manifest.pages;
    expect({
      ...manifest,
      pages: [{ ...page, image: null, reading: page?.reading?.lines.map((l) => l.text) }],
    }).toEqual({
      mediaType: 'application/pdf',
      pageCount: 1,
      pages: [
        {
          page: 1,
          image: null,
          widthPx: 1653,
          heightPx: 2339,
          dpi: 200,
          rotation: 0,
          deskewDegrees: 0,
          textLayer: 'trusted',
          reading: ['Invoice 4711', 'Total', '12.00'],
          lacksWords: false,
          unread: [],
        },
      ],
    });
    const { format, width, height } = await sharp(images.get(1)).metadata();
    expect({ format, width, height }).toEqual({ format: 'png', width: 1653, height: 2339 });
  });

  it('puts the words where they are drawn', async () => {
    const { manifest, images } = await prepare(samplePdf([invoice]));
    const box = manifest.pages[0]?.reading?.lines[0]?.box;
    const head = await sharp(images.get(1)).extract({ left: 0, top: 0, width: 1653, height: 300 }).toBuffer();
    const { info } = await sharp(head).trim().toBuffer({ resolveWithObject: true });
    const drawn = [-(info.trimOffsetLeft ?? 0), -(info.trimOffsetTop ?? 0)] as const;
    expect(Math.abs((box?.[0] ?? 0) - drawn[0])).toBeLessThanOrEqual(2);
    expect(Math.abs((box?.[1] ?? 0) - drawn[1])).toBeLessThanOrEqual(2);
    expect(Math.abs((box?.[2] ?? 0) - drawn[0] - info.width)).toBeLessThanOrEqual(2);
  });

  it.each([90, 180, 270])('is read upright when its text is rotated by %d degrees', async (rotate) => {
    const { manifest } = await prepare(samplePdf([invoice], rotate));
    expect({ words: firstWords(manifest), rotation: manifest.pages[0]?.rotation }).toEqual({
      words: ['Invoice 4711'],
      rotation: 360 - rotate,
    });
  });

  it('keeps the order of pages', async () => {
    const pages = Array.from({ length: 11 }, (_, index) => [
      { text: `Page no ${String(index + 1)}`, x: 72, y: 700 },
    ]);
    const { manifest } = await prepare(samplePdf(pages));
    expect(firstWords(manifest)).toEqual(pages.map(([line]) => line?.text));
  });

  it('is rejected when it has too many pages', async () => {
    const pages = Array.from({ length: 201 }, () => invoice);
    await expect(prepare(samplePdf(pages))).rejects.toMatchObject({
      code: 'DOC_TOO_LARGE',
      details: { limit: 200, actual: 201 },
    });
  });
});

describe('an image (D-01)', () => {
  it('keeps its bytes when it is an upright JPEG', async () => {
    const jpeg = await picture(400, 300).jpeg().toBuffer();
    const { manifest, images } = await prepare(jpeg);
    expect(manifest).toMatchObject({
      mediaType: 'image/jpeg',
      pageCount: 1,
      pages: [{ widthPx: 400, heightPx: 300, rotation: 0, textLayer: 'none', reading: null }],
    });
    expect(Buffer.compare(images.get(1) ?? Buffer.alloc(0), jpeg)).toBe(0);
  });

  it('is rotated by its EXIF orientation', async () => {
    const jpeg = await picture(400, 300).withMetadata({ orientation: 6 }).jpeg().toBuffer();
    const { manifest, images } = await prepare(jpeg);
    expect(manifest.pages[0]).toMatchObject({ widthPx: 300, heightPx: 400, rotation: 90 });
    const { data } = await sharp(images.get(1)).greyscale().raw().toBuffer({ resolveWithObject: true });
    expect([(data[150] ?? 255) < 40, (data[399 * 300 + 150] ?? 0) > 215]).toEqual([true, true]);
  });

  it.each([
    ['16 bits of grey', picture(300, 200).toColourspace('grey16').png()],
    ['a palette', picture(300, 200).png({ palette: true })],
    ['CMYK', picture(300, 200).toColourspace('cmyk').jpeg()],
    ['WebP', picture(300, 200).webp()],
  ])('with %s is converted to plain RGB or grey', async (_name, image) => {
    const { images } = await prepare(await image.toBuffer());
    const { depth, channels, hasAlpha } = await sharp(images.get(1)).metadata();
    expect({ depth, plain: channels === 1 || channels === 3, hasAlpha }).toEqual({
      depth: 'uchar',
      plain: true,
      hasAlpha: false,
    });
  });

  it('has transparent areas on white', async () => {
    const clear = sharp({ create: { width: 50, height: 50, channels: 4, background: '#00000000' } });
    const { images } = await prepare(await clear.png().toBuffer());
    const { data } = await sharp(images.get(1)).greyscale().raw().toBuffer({ resolveWithObject: true });
    expect(data.every((value) => value === 255)).toBe(true);
  });

  it('gives a page for each directory of a TIFF', async () => {
    const frames = await Promise.all([1, 2, 3].map(() => picture(100, 80).png().toBuffer()));
    const tiff = await sharp(frames, { join: { animated: true } })
      .tiff()
      .toBuffer();
    const { manifest } = await prepare(tiff);
    expect({
      count: manifest.pageCount,
      pages: manifest.pages.map(({ page, widthPx, heightPx }) => [page, widthPx, heightPx]),
    }).toEqual({
      count: 3,
      pages: [
        [1, 100, 80],
        [2, 100, 80],
        [3, 100, 80],
      ],
    });
  });

  it('is reduced when it is a large photo', async () => {
    const { manifest } = await prepare(await picture(6000, 4000).jpeg().toBuffer());
    expect(manifest.pages[0]).toMatchObject({ widthPx: 3674, heightPx: 2449 });
  });

  it('is rejected by its header when it is too large', async () => {
    const png = await picture(100, 100).png().toBuffer();
    png.writeUInt32BE(60_000, 16);
    png.writeUInt32BE(60_000, 20);
    await expect(prepare(png)).rejects.toMatchObject({ code: 'PAGE_TOO_LARGE' });
  });

  it('is rejected when nothing of it can be decoded', async () => {
    const jpeg = await picture(400, 300).jpeg().toBuffer();
    await expect(prepare(jpeg.subarray(0, 300))).rejects.toMatchObject({ code: 'DOC_CORRUPT' });
  });

  it('of one pixel is rejected as empty', async () => {
    await expect(prepare(await picture(20, 1).png().toBuffer())).rejects.toMatchObject({ code: 'DOC_EMPTY' });
  });
});

describe('the pool', () => {
  it('reports that it is healthy', async () => {
    await expect(pool.isHealthy(signal)).resolves.toBe(true);
  });

  it('stops on abort and serves the next document', async () => {
    const stop = new AbortController();
    const reason = new Error('cancelled');
    const request = {
      bytes: samplePdf(Array.from({ length: 100 }, () => invoice)),
      mediaType: 'application/pdf' as const,
      firstPage: 1,
      count: 100,
      maxPages: 200,
      maxPagePixels: 100_000_000,
    };
    const rendering = pool.render(request, { signal: stop.signal, timeoutMs: 60_000 });
    stop.abort(reason);
    await expect(rendering).rejects.toBe(reason);
    const { manifest } = await prepare(samplePdf([invoice]));
    expect(firstWords(manifest)).toEqual(['Invoice 4711']);
  });

  it('kills a job that takes too long and serves the next document (R-05)', async () => {
    const request = {
      bytes: samplePdf(Array.from({ length: 100 }, () => invoice)),
      mediaType: 'application/pdf' as const,
      firstPage: 1,
      count: 100,
      maxPages: 200,
      maxPagePixels: 100_000_000,
    };
    await expect(pool.render(request, { signal, timeoutMs: 50 })).rejects.toMatchObject({
      code: 'TIMEOUT_PREPARE',
    });
    const { manifest } = await prepare(samplePdf([invoice]));
    expect(firstWords(manifest)).toEqual(['Invoice 4711']);
  });
});
