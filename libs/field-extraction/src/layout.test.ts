import { pageReading } from '@docfleet/testing';
import { describe, expect, it } from 'vitest';
import { inColumn, layoutOf, leftOf, rightOf, type PageLayout, type Segment } from './layout.ts';

const texts = (layout: PageLayout): string[][] => layout.rows.map((row) => row.map(({ text }) => text));

function segment(layout: PageLayout, text: string): Segment {
  const found = layout.segments.find((one) => one.text === text);
  if (found === undefined) throw new Error(`No segment ${text}.`);
  return found;
}

describe('layoutOf', () => {
  it('splits lines at wide gaps', () => {
    const layout = layoutOf(pageReading(['Invoice no. 42          Total          9.00', 'Thank you']));
    expect(texts(layout)).toEqual([['Invoice no. 42', 'Total', '9.00'], ['Thank you']]);
  });

  it('groups lines at the same height into one row, from left to right', () => {
    const { lines } = pageReading(['TOTAL', '', '']);
    const [label] = lines;
    const amount = pageReading(['9.00']).lines.map((line) => ({
      ...line,
      box: [400, line.box[1] + 4, 440, line.box[3] + 4] as const,
      words: line.words.map((word) => ({
        ...word,
        box: [400, word.box[1] + 4, 440, word.box[3] + 4] as const,
      })),
    }));
    const layout = layoutOf(pageReading([], { lines: [...amount, ...(label === undefined ? [] : [label])] }));
    expect(texts(layout)).toEqual([['TOTAL', '9.00']]);
  });

  it('parts the words of two rows that a line of a text layer mixes up, and only there', () => {
    const words = [
      { text: 'Group', box: [654, 80, 708, 103] as const, confidence: 1 },
      { text: 'Advertiser', box: [667, 70, 768, 89] as const, confidence: 1 },
      { text: 'Inc', box: [717, 80, 742, 99] as const, confidence: 1 },
    ];
    const lines = [{ text: 'Group Advertiser Inc', box: [654, 70, 768, 103] as const, confidence: 1, words }];
    expect(texts(layoutOf(pageReading([], { lines })))).toEqual([['Advertiser'], ['Group Inc']]);
    expect(texts(layoutOf(pageReading([], { lines, engine: 'onnx' })))).toEqual([['Group Advertiser Inc']]);
  });

  it('accounts for skew', () => {
    const skewed = Array.from({ length: 12 }, (_, row) =>
      [0, 300].map((x) => word(`r${String(row)}x${String(x)}`, x, row * 24 + x * 0.05)),
    );
    const layout = layoutOf(pageReading([], { lines: skewed.flat() }));
    expect(layout.rows.map((row) => row.length)).toEqual(Array.from({ length: 12 }, () => 2));
  });

  it('has no rows on an empty page', () => {
    expect(layoutOf(pageReading([])).rows).toEqual([]);
  });
});

function word(text: string, x: number, y: number) {
  const box = [x, y, x + 80, y + 20] as const;
  return { text, box, confidence: 1, words: [{ text, box, confidence: 1 }] };
}

describe('neighbours', () => {
  const layout = layoutOf(pageReading(['Date          Total', '25/12/2018    9.00']));

  it('are found left and right in the row', () => {
    expect(leftOf(layout, segment(layout, '9.00'))?.text).toBe('25/12/2018');
    expect(rightOf(layout, segment(layout, 'Date'))?.text).toBe('Total');
    expect(rightOf(layout, segment(layout, 'Total'))).toBeUndefined();
  });

  it('are found above and below in the column', () => {
    expect(inColumn(layout, segment(layout, '9.00'), -1, 2)?.text).toBe('Total');
    expect(inColumn(layout, segment(layout, 'Date'), 1, 2)?.text).toBe('25/12/2018');
  });
});
