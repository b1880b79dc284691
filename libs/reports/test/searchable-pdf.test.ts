import type { Line } from '@docfleet/domain';
import { programFolders } from '@docfleet/workers';
import PDFDocument from 'pdfkit';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startRenderPool, type RenderPool, type TextPage } from '../src/index.ts';
import { readPdf } from './read-pdf.ts';

const { signal } = new AbortController();

const readRoots = programFolders(new URL('../../../services/gateway/src/', import.meta.url).href);

let pool: RenderPool;

beforeAll(() => {
  pool = startRenderPool({ size: 1, maxQueued: 1, timeoutMs: 60_000, readRoots });
});

afterAll(async () => {
  await pool.close();
});

const scripts = ['Total', 'Żółć', 'Ελλάδα', 'Привет', '東京都', '😀ok', 'שלום', 'مرحبا', '<&>"', '1.234,56'];

/** A line of words with 100 pixels each, below each other by `top`. */
function lineOf(words: readonly string[], top: number): Line {
  const placed = words.map((text, index) => ({
    text,
    confidence: 0.9,
    box: [20 + index * 110, top, 120 + index * 110, top + 30] as const,
  }));
  return {
    text: words.join(' '),
    confidence: 0.9,
    box: [20, top, 20 + words.length * 110, top + 30],
    words: placed,
  };
}

const page: TextPage = {
  page: 1,
  widthPx: 800,
  heightPx: 1_000,
  dpi: 100,
  rotation: 0,
  deskewDegrees: 0,
  textLayer: 'none',
  lines: scripts.map((word, index) => lineOf([word], 40 + index * 60)),
};

function drawn(text = '', options: { rotate?: number } = {}): Promise<Buffer> {
  const pdf = new PDFDocument({ size: [576, 720], margin: 0, info: { CreationDate: new Date(0) } });
  const parts: Buffer[] = [];
  pdf.on('data', (part: Buffer) => parts.push(part));
  if (options.rotate !== undefined) Object.assign(pdf.page.dictionary.data, { Rotate: options.rotate });
  if (text !== '') pdf.fontSize(12).text(text, 40, 600);
  pdf.rect(10, 10, 40, 40).fill('#cc0000');
  return new Promise((resolve) => {
    pdf.on('end', () => {
      resolve(Buffer.concat(parts));
    });
    pdf.end();
  });
}

test('A-03: words of every script are found again by another reader, on the original page', async () => {
  const source = { kind: 'original' as const, pdf: await drawn('Printed') };
  const pdf = await pool.render({ rendition: 'searchable.pdf', pages: [page], source }, signal);
  const [found = []] = await readPdf(pdf);
  expect(found.map(({ text }) => text)).toEqual(['Printed', ...scripts]);
  // 20 of 800 pixels from the left, 70 of 1,000 from the top, on a page of 576 by 720 points.
  expect(found[1]).toMatchObject({
    x: expect.closeTo(14.4, 1) as unknown,
    y: expect.closeTo(720 * 0.93, 1) as unknown,
  });
});

test('A-03: the words of a line stay apart', async () => {
  const source = { kind: 'original' as const, pdf: await drawn() };
  const lines = [lineOf(['Grand', 'total', '12.50'], 100)];
  const pdf = await pool.render({ rendition: 'searchable.pdf', pages: [{ ...page, lines }], source }, signal);
  const [found = []] = await readPdf(pdf);
  expect(found.map(({ text }) => text).join(' ')).toBe('Grand total 12.50');
});

test('A-03: a repetition gives the same bytes', async () => {
  const source = { kind: 'original' as const, pdf: await drawn() };
  const job = { rendition: 'searchable.pdf' as const, pages: [page], source };
  const [first, second] = [await pool.render(job, signal), await pool.render(job, signal)];
  expect(Buffer.compare(first, second)).toBe(0);
});

test('A-03: a page that was turned and straightened gets its words where they are printed', async () => {
  // Shown, the page is 720 by 576 points; it was turned clockwise by 90 degrees to be read.
  const source = { kind: 'original' as const, pdf: await drawn('', { rotate: 90 }) };
  const turned: TextPage = {
    ...page,
    widthPx: 576,
    heightPx: 720,
    rotation: 90,
    lines: [lineOf(['word'], 100)],
  };
  const pdf = await pool.render({ rendition: 'searchable.pdf', pages: [turned], source }, signal);
  const [found = []] = await readPdf(pdf);
  // In the image the word begins 20 from the left and ends 130 below the top: on the page that is 130 from the left, 20 above the bottom.
  expect(found).toEqual([
    { text: 'word', x: expect.closeTo(130, 0) as unknown, y: expect.closeTo(20, 0) as unknown },
  ]);
});

test('A-03: trusted text is not written twice', async () => {
  const source = { kind: 'original' as const, pdf: await drawn('Printed') };
  const trusted: TextPage = { ...page, textLayer: 'trusted' };
  const pdf = await pool.render({ rendition: 'searchable.pdf', pages: [trusted], source }, signal);
  const [found = []] = await readPdf(pdf);
  expect(found.map(({ text }) => text)).toEqual(['Printed']);
});

test('A-03: hidden text that was not trusted is replaced, and the replacement can be replaced again', async () => {
  const source = { kind: 'original' as const, pdf: await drawn('Printed') };
  const wrong: TextPage = { ...page, lines: [lineOf(['wrong'], 100)] };
  const first = await pool.render({ rendition: 'searchable.pdf', pages: [wrong], source }, signal);
  const right: TextPage = { ...page, textLayer: 'hidden', lines: [lineOf(['right'], 100)] };
  const second = await pool.render(
    { rendition: 'searchable.pdf', pages: [right], source: { kind: 'original', pdf: first } },
    signal,
  );
  const [found = []] = await readPdf(second);
  expect(found.map(({ text }) => text)).toEqual(['Printed', 'right']);
});

test('A-03: images become the pages of a document whose words are found', async () => {
  const blank = { create: { width: 800, height: 1_000, channels: 3 as const, background: '#ffffff' } };
  const images = [await sharp(blank).png().toBuffer(), await sharp(blank).jpeg().toBuffer()];
  const pages = [page, { ...page, page: 3, lines: [lineOf(['second'], 100)] }];
  const source = { kind: 'images' as const, images };
  const pdf = await pool.render({ rendition: 'searchable.pdf', pages, source }, signal);
  const found = await readPdf(pdf);
  expect(found.map((each) => each.map(({ text }) => text))).toEqual([scripts, ['second']]);
});

test('A-03: a damaged document is refused, and the next one is served', async () => {
  const source = { kind: 'original' as const, pdf: Buffer.from('no PDF') };
  await expect(
    pool.render({ rendition: 'searchable.pdf', pages: [page], source }, signal),
  ).rejects.toMatchObject({
    code: 'DOC_CORRUPT',
  });
  await expect(pool.render({ rendition: 'words.hocr', pages: [page] }, signal)).resolves.toBeInstanceOf(
    Uint8Array,
  );
});

test('A-03: more than the waiting jobs that are allowed are refused', async () => {
  const jobs = Array.from({ length: 4 }, () =>
    pool.render({ rendition: 'words.hocr', pages: [page] }, signal),
  );
  const settled = await Promise.allSettled(jobs);
  expect(settled.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'rejected']);
  expect(settled[3]).toMatchObject({ reason: { code: 'SERVICE_UNAVAILABLE' } });
});
