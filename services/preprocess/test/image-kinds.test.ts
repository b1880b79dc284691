import { defaultLimits } from '@docfleet/domain';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { startPdfium } from '../src/adapters/pdfium.ts';
import { renderImagePages } from '../src/adapters/image-pages.ts';
import type { MediaType } from '../src/core/media-type.ts';
import { samplePdf, type PrintedLine } from './sample-pdf.ts';

const render = (bytes: Buffer, mediaType: MediaType) =>
  renderImagePages({ bytes, mediaType, firstPage: 1, count: 8, ...defaultLimits });

it.each([
  ['white', '#ffffff'],
  ['black', '#000000'],
])('%s print on a transparent ground is dark on a light page (D-01)', async (_name, colour) => {
  const bytes = await sharp({ create: { width: 400, height: 300, channels: 4, background: '#00000000' } })
    .composite([
      { input: { create: { width: 200, height: 40, channels: 4, background: colour } }, left: 50, top: 60 },
    ])
    .png()
    .toBuffer();
  const [page] = (await render(bytes, 'image/png')).pages;
  const grey = await sharp(page?.image).toColourspace('b-w').raw().toBuffer();
  expect({ ground: grey[0], print: grey[80 * 400 + 100] }).toEqual({ ground: 255, print: 0 });
});

/** A TIFF of white grey pictures without compression, each with its side in pixels and its subfile type. */
function tiff(pictures: readonly { readonly sidePx: number; readonly subfileType: number }[]): Buffer {
  const parts: Buffer[] = [Buffer.from([0x49, 0x49, 42, 0, 8, 0, 0, 0])];
  let at = 8;
  pictures.forEach(({ sidePx, subfileType }, index) => {
    const tags = [
      [254, 4, subfileType],
      [256, 4, sidePx],
      [257, 4, sidePx],
      [258, 3, 8],
      [259, 3, 1],
      [262, 3, 1],
      [273, 4, 0],
      [277, 3, 1],
      [278, 4, sidePx],
      [279, 4, sidePx * sidePx],
    ] as const;
    const directory = Buffer.alloc(6 + tags.length * 12);
    const pixelsAt = at + directory.length;
    directory.writeUInt16LE(tags.length, 0);
    tags.forEach(([tag, type, value], entry) => {
      directory.writeUInt16LE(tag, 2 + entry * 12);
      directory.writeUInt16LE(type, 4 + entry * 12);
      directory.writeUInt32LE(1, 6 + entry * 12);
      directory.writeUInt32LE(tag === 273 ? pixelsAt : value, 10 + entry * 12);
    });
    at = pixelsAt + sidePx * sidePx;
    directory.writeUInt32LE(index === pictures.length - 1 ? 0 : at, directory.length - 4);
    parts.push(directory, Buffer.alloc(sidePx * sidePx, 255));
  });
  return Buffer.concat(parts);
}

it('a reduced picture in a TIFF is no page (D-01)', async () => {
  const bytes = tiff([
    { sidePx: 100, subfileType: 0 },
    { sidePx: 40, subfileType: 1 },
    { sidePx: 120, subfileType: 2 },
  ]);
  const { pageCount, pages } = await render(bytes, 'image/tiff');
  expect({ pageCount, pages: pages.map(({ page, widthPx }) => [page, widthPx]) }).toEqual({
    pageCount: 2,
    pages: [
      [1, 100],
      [2, 120],
    ],
  });
});

/** A picture of lines of print, without the paper around them. */
async function picture(lines: readonly PrintedLine[]): Promise<Buffer> {
  const document = (await startPdfium()).open(samplePdf([lines]));
  const drawn = document.drawPage(1, defaultLimits.maxPagePixels);
  document.close();
  if (drawn === undefined) throw new Error('The page was not drawn.');
  const raw = { width: drawn.widthPx, height: drawn.heightPx, channels: 1 as const };
  return sharp(drawn.grey.pixels, { raw })
    .trim()
    .extend({ top: 40, bottom: 40, left: 40, right: 40, background: '#ffffff' })
    .png()
    .toBuffer();
}

describe('a ticket with few words (D-02)', () => {
  const lines = [
    { text: 'CITY PARKING 24', x: 72, y: 760 },
    { text: 'Ticket 55183', x: 72, y: 745 },
    { text: 'Paid 3.50 EUR', x: 72, y: 730 },
  ];

  it.each([
    [0, 0],
    [90, 270],
    [180, 180],
    [270, 90],
  ])('that lies turned by %d degrees is made upright', async (turned, rotation) => {
    const bytes = await sharp(await picture(lines))
      .rotate(turned)
      .png()
      .toBuffer();
    const [page] = (await render(bytes, 'image/png')).pages;
    expect(page?.rotation).toBe(rotation);
  });
});

describe('a photographed page (D-02)', () => {
  const lines = Array.from({ length: 14 }, (_, row) => ({
    text: `ITEM ${String(row)} OF THE ORDER ${String(row * 137)}.50`,
    x: 72,
    y: 760 - row * 18,
  }));

  it.each([-30, -14, 13, 25])('that lies turned by %d degrees is made level', async (turned) => {
    const bytes = await sharp(await picture(lines))
      .rotate(turned, { background: '#ffffff' })
      .png()
      .toBuffer();
    const [page] = (await render(bytes, 'image/png')).pages;
    expect({ rotation: page?.rotation, isLevel: Math.abs((page?.deskewDegrees ?? 0) + turned) < 1 }).toEqual({
      rotation: 0,
      isLevel: true,
    });
  });
});
