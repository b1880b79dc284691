/** A word with its box in pixels: left, top, right, bottom. */
export interface PlacedWord {
  readonly text: string;
  readonly box: readonly [number, number, number, number];
  /** Height of the letters' body, in pixels. */
  readonly size: number;
}

/** What a block of a document is for. */
export type BlockRole =
  | 'letterhead'
  | 'sender-line'
  | 'seller'
  | 'buyer'
  | 'third-party'
  | 'title'
  | 'facts'
  | 'prose'
  | 'items'
  | 'breakdown'
  | 'totals'
  | 'payment'
  | 'foot'
  | 'notice';

/** A block as it was drawn. */
export interface PlacedBlock {
  readonly role: BlockRole;
  readonly page: number;
  readonly box: readonly [number, number, number, number];
}

/** A sheet of A4 at 200 pixels an inch. */
export const sheetSize = { widthPx: 1654, heightPx: 2339 } as const;

const narrow = new Set("iljtfrI.,:;'|!-()[]/ ");
const wide = new Set('mwMWGOQD@%€&');

/** Width of a text in Helvetica, roughly: three classes of letters. */
export function widthOf(text: string, size: number): number {
  let ems = 0;
  for (const letter of text) {
    ems += narrow.has(letter) ? 0.3 : wide.has(letter) ? 0.86 : /\p{Lu}/u.test(letter) ? 0.68 : 0.555;
  }
  return ems * size;
}

export type Align = 'left' | 'right' | 'centre';

/** Pages of words; every text is a line, every word gets a box. */
export interface Sheet {
  readonly pages: readonly (readonly PlacedWord[])[];
  readonly blocks: readonly PlacedBlock[];
  /** Draws a line with its top at `y`; `x` is its left, right or middle. */
  text(text: string, place: { x: number; y: number; size: number; align?: Align }): void;
  /** Says that what `draw` draws on one page is a block. */
  block<T>(role: BlockRole, draw: () => T): T;
  turnPage(): void;
}

export function openSheet(): Sheet {
  const pages: PlacedWord[][] = [[]];
  const blocks: PlacedBlock[] = [];
  return {
    pages,
    blocks,
    text: (text, { x, y, size, align = 'left' }) => {
      const words = text.split(' ').filter((word) => word !== '');
      const gap = 0.3 * size;
      const width = words.reduce((sum, word) => sum + widthOf(word, size) + gap, -gap);
      let left = align === 'left' ? x : align === 'right' ? x - width : x - width / 2;
      for (const word of words) {
        const right = left + widthOf(word, size);
        const descent = /[gjpqy,;()Q]/.test(word) ? 0.2 : 0;
        const box = [left, y, right, y + size * (0.74 + descent)] as const;
        pages.at(-1)?.push({ text: word, box, size });
        left = right + gap;
      }
    },
    block: (role, draw) => {
      const page = pages.length;
      const from = pages.at(-1)?.length ?? 0;
      const drawn = draw();
      const boxes = pages[page - 1]?.slice(from).map(({ box }) => box) ?? [];
      if (boxes.length > 0) blocks.push({ role, page, box: around(boxes) });
      return drawn;
    },
    turnPage: () => {
      pages.push([]);
    },
  };
}

type Box = readonly [number, number, number, number];

/** The smallest box around some. */
export function around(boxes: readonly Box[]): Box {
  return [
    Math.min(...boxes.map((box) => box[0])),
    Math.min(...boxes.map((box) => box[1])),
    Math.max(...boxes.map((box) => box[2])),
    Math.max(...boxes.map((box) => box[3])),
  ];
}
