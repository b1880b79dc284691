import { defaultLimits } from '@docfleet/domain';
import sharp from 'sharp';
import { expect, it } from 'vitest';
import { renderImagePages } from '../src/adapters/image-pages.ts';
import type { MediaType } from '../src/core/media-type.ts';

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
