import type { Line, PageReading, Word } from '@docfleet/domain';
import { pageReading } from '@docfleet/testing';
import type { ClassDraft, Mark, MarkedExample } from '../src/draft/class-draft.ts';

export const fields = [
  { name: 'number', type: 'identifier', required: true },
  { name: 'date', type: 'date', required: true },
  { name: 'total', type: 'money', required: true },
  { name: 'supplier', type: 'text', required: false },
] as const;

const suppliers = ['Northern Paper Ltd', 'Harbor Tools Inc', 'Fairview Press'];

interface Placed {
  readonly text: string;
  readonly x: number;
  readonly y: number;
  /** Default: 30. */
  readonly heightPx?: number;
}

/** A page with texts at their places, ten pixels a letter. */
function placedPage(texts: readonly Placed[]): PageReading {
  const lines = texts.map(({ text, x, y, heightPx = 30 }): Line => {
    const words = [...text.matchAll(/\S+/gu)].map(({ 0: word, index }): Word => {
      const left = x + 10 * index;
      return { text: word, box: [left, y, left + 10 * word.length, y + heightPx], confidence: 1 };
    });
    return { text, box: [x, y, x + 10 * text.length, y + heightPx], confidence: 1, words };
  });
  return pageReading([], { lines });
}

/** An invented delivery slip: its page, and the words of each value. */
export function slip(n: number): MarkedExample {
  const number = `DN-${String(4_000 + 37 * n)}`;
  const date = `${String(10 + (n % 18))}/0${String(1 + (n % 8))}/2025`;
  const total = `${String(100 + 13 * n)}.50`;
  const supplier = suppliers[n % suppliers.length] ?? '';
  const page = placedPage([
    { text: 'DELIVERY SLIP', x: 900, y: 60, heightPx: 60 },
    { text: 'Slip no:', x: 100, y: 300 },
    { text: number, x: 420, y: 300 },
    { text: 'Slip date:', x: 100, y: 360 },
    { text: date, x: 420, y: 360 },
    { text: 'Order date:', x: 100, y: 420 },
    { text: `0${String(1 + (n % 9))}/01/2025`, x: 420, y: 420 },
    { text: 'Order no:', x: 100, y: 480 },
    { text: `PO-${String(900 + n)}`, x: 420, y: 480 },
    { text: 'Supplier:', x: 100, y: 540 },
    { text: supplier, x: 420, y: 540 },
    { text: 'Net', x: 100, y: 900 },
    { text: `${String(80 + 13 * n)}.25`, x: 900, y: 900 },
    { text: 'Amount due', x: 100, y: 960 },
    { text: total, x: 900, y: 960 },
    { text: 'Received in good order', x: 100, y: 1_200 },
  ]);
  const values = { number, date, total, supplier };
  const marks = Object.entries(values).map(([field, text]): Mark => ({
    field,
    page: 1,
    words: wordsOf(page, text),
  }));
  return { id: `slip-${String(n)}`, pages: [page], marks };
}

export function wordsOf(page: PageReading, text: string): readonly Word[] {
  return page.lines.find((line) => line.text === text)?.words ?? [];
}

export const examples = [0, 1, 2, 3, 4, 5, 6].map(slip);
export const draft: ClassDraft = { name: 'delivery-slip', title: 'Delivery slip', fields, examples };
