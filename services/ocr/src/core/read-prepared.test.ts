import type { Box, Line, PageReading, PreparedPage } from '@docfleet/domain';
import { describe, expect, it } from 'vitest';
import { readPrepared } from './read-prepared.ts';

const lineAt = (text: string, box: Box): Line => ({
  text,
  box,
  confidence: 1,
  words: [{ text, box, confidence: 1 }],
});

const readingOf = (engine: PageReading['engine'], ...lines: Line[]): PageReading => ({
  ...{ page: 1, widthPx: 400, heightPx: 300, engine, engineVersion: `${engine}@1` },
  lines,
});

const pageOf = (facts: Partial<PreparedPage>): PreparedPage => ({
  ...{ page: 1, widthPx: 400, heightPx: 300, dpi: 200, rotation: 0, deskewDegrees: 0 },
  image: { uri: 's3://bucket/page', sha256: 'ab', mediaType: 'image/png', sizeBytes: 10 },
  textLayer: 'none',
  reading: null,
  ...facts,
});

const name = lineAt('ACME LIMITED', [100, 10, 300, 40]);
const number = lineAt('INV-5521', [10, 100, 110, 120]);
const total = lineAt('12.00', [10, 200, 60, 220]);
const layer = { textLayer: 'trusted', reading: readingOf('text-layer', number, total) } as const;

const never = () => Promise.reject(new Error('The page was read.'));

/** What the engine sees: the same words a little differently, and those of a picture. */
const seen = readingOf('onnx', name, lineAt('lNV-552l', [9, 99, 112, 121]), total);
const engine = () => Promise.resolve({ reading: seen, fromCache: false });

describe('readPrepared (D-02, D-04)', () => {
  it('is the text layer where nothing is missing in it', async () => {
    expect(await readPrepared(pageOf(layer), never)).toEqual({ reading: layer.reading, fromCache: false });
  });

  it('is what the engine sees where there is no layer', async () => {
    expect(await readPrepared(pageOf({}), engine)).toEqual({ reading: seen, fromCache: false });
  });

  it('is the layer with the words that only the engine sees, in reading order', async () => {
    const { reading } = await readPrepared(pageOf({ ...layer, lacksWords: true }), engine);
    expect(reading).toEqual({
      ...layer.reading,
      engineVersion: 'text-layer@1 onnx@1',
      lines: [name, number, total],
    });
  });

  it('is the layer with a word in the middle of a line that only the engine sees', async () => {
    const wordAt = (text: string, left: number) => lineAt(text, [left, 100, left + 10 * text.length, 120]);
    const before = wordAt('Invoice', 10);
    const after = wordAt('of', 160);
    const gap = { ...layer, reading: readingOf('text-layer', before, after), lacksWords: true };
    const whole = ['Invoice', '5521', 'of'].map((text, index) => wordAt(text, [12, 95, 161][index] ?? 0));
    const line = {
      ...lineAt('Invoice 5521 of', [12, 100, 181, 120]),
      words: whole.flatMap(({ words }) => words),
    };
    const { reading } = await readPrepared(pageOf(gap), () =>
      Promise.resolve({ reading: readingOf('onnx', line), fromCache: false }),
    );
    expect(reading.lines.flatMap(({ words }) => words.map(({ text }) => text))).toEqual([
      'Invoice',
      '5521',
      'of',
    ]);
  });

  it('stays the layer where the engine sees nothing else', async () => {
    const same = () => Promise.resolve({ reading: readingOf('onnx', number, total), fromCache: true });
    expect(await readPrepared(pageOf({ ...layer, lacksWords: true }), same)).toEqual({
      reading: layer.reading,
      fromCache: true,
    });
  });

  it('carries what could not be read at all', async () => {
    const { reading } = await readPrepared(pageOf({ ...layer, unread: ['damaged-picture'] }), never);
    expect(reading).toEqual({ ...layer.reading, unread: ['damaged-picture'] });
  });
});
