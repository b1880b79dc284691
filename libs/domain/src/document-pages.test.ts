import { expect, it } from 'vitest';
import { documentPages } from './document-pages.ts';
import type { PageReading } from './reading.ts';

const pageOf = (page: number, ...texts: string[]): PageReading => ({
  ...{ page, widthPx: 1240, heightPx: 1754, engine: 'onnx', engineVersion: 'built@1' },
  lines: texts.map((text, index) => ({
    ...{ text, confidence: 1, words: [] },
    box: [100, 100 + 40 * index, 300, 130 + 40 * index],
  })),
});

const pages = [pageOf(1, 'above', 'below'), pageOf(2, 'second'), pageOf(3, 'third')];

const texts = (found: Parameters<typeof documentPages>[0]): string[][] =>
  documentPages(found, pages).map(({ lines }) => lines.map(({ text }) => text));

it.each([
  ['without a region', { firstPage: 2, lastPage: 3 }, [['second'], ['third']]],
  ['with none', { firstPage: 1, lastPage: 1, region: null }, [['above', 'below']]],
  ['with a region', { firstPage: 1, lastPage: 1, region: [0, 0, 1240, 130] }, [['above']]],
  ['with the region after it', { firstPage: 1, lastPage: 1, region: [0, 130, 1240, 1754] }, [['below']]],
])('a document %s has its own lines (D-05)', (_name, found, expected) => {
  expect(texts(found)).toEqual(expected);
});
