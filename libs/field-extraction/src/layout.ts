import {
  searchText,
  unionOf,
  type Box,
  type PageReading,
  type SearchText,
  type Word,
} from '@docfleet/domain';

/** The words of a line up to a wide gap. */
export interface Segment {
  /** Position in reading order on the page. */
  readonly index: number;
  readonly page: number;
  readonly row: number;
  readonly text: string;
  readonly words: readonly Word[];
  /** Start of each word in `text`. */
  readonly wordStarts: readonly number[];
  readonly box: Box;
  readonly heightPx: number;
  readonly confidence: number;
  readonly search: SearchText;
}

/** A page as rows of segments, top to bottom and left to right; the order accounts for skew. */
export interface PageLayout {
  readonly page: number;
  readonly widthPx: number;
  readonly heightPx: number;
  readonly rows: readonly (readonly Segment[])[];
  readonly segments: readonly Segment[];
  /** Median height of a segment, in pixels. */
  readonly lineHeightPx: number;
  /** Bounding box of all text, in pixels. */
  readonly extent: Box;
}

/** A gap wider than this many line heights separates segments. */
const gapInHeights = 1.2;

export function layoutOf(reading: PageReading): PageLayout {
  const mayMix = reading.engine === 'text-layer';
  const pieces = reading.lines.flatMap((line) => splitAtGaps(line.words, mayMix));
  const lineHeightPx = median(pieces.map((words) => heightOf(boxOf(words))));
  const slope = skewOf(pieces.map(boxOf), lineHeightPx);
  const rows = rowsOf(pieces, slope).map((row, rowIndex) =>
    row.map((words) => ({ words, row: rowIndex, page: reading.page })),
  );
  let index = 0;
  const built = rows.map((row) => row.map((piece) => segmentOf(piece, index++)));
  const segments = built.flat();
  return {
    page: reading.page,
    widthPx: reading.widthPx,
    heightPx: reading.heightPx,
    rows: built,
    segments,
    lineHeightPx,
    extent: unionOf(segments.map((segment) => segment.box)) ?? [0, 0, reading.widthPx, reading.heightPx],
  };
}

function segmentOf(piece: { words: readonly Word[]; row: number; page: number }, index: number): Segment {
  const wordStarts: number[] = [];
  let text = '';
  for (const word of piece.words) {
    if (text !== '') text += ' ';
    wordStarts.push(text.length);
    text += word.text;
  }
  const box = boxOf(piece.words);
  const confidence =
    piece.words.reduce((sum, word) => sum + word.confidence, 0) / Math.max(1, piece.words.length);
  return {
    ...piece,
    index,
    text,
    wordStarts,
    box,
    heightPx: heightOf(box),
    confidence,
    search: searchText(text),
  };
}

/** `mayMix`: a line may have words of two rows. */
function splitAtGaps(words: readonly Word[], mayMix: boolean): Word[][] {
  const sorted = words.filter((one) => one.text.trim() !== '').sort((a, b) => a.box[0] - b.box[0]);
  const twoRows = mayMix && areInterleaved(sorted);
  const pieces: Word[][] = [];
  for (const word of sorted) {
    const open = twoRows ? pieces.filter((piece) => isLevel(piece.at(-1), word)) : pieces;
    const current = open.at(-1);
    const before = current?.at(-1);
    const close =
      before !== undefined &&
      word.box[0] - before.box[2] <= gapInHeights * Math.max(heightOf(before.box), heightOf(word.box));
    if (current !== undefined && close) current.push(word);
    else pieces.push([word]);
  }
  return pieces;
}

/** Words of a text layer's line that stand over each other are of two rows that the line mixes up. */
function areInterleaved(sorted: readonly Word[]): boolean {
  return sorted.some((word, i) =>
    sorted.slice(i + 1, i + 3).some((other) => overlapX(word.box, other.box) > 0.5 && !isLevel(word, other)),
  );
}

/** Whether the vertical centres of two words are those of one row. */
function isLevel(a: Word | undefined, b: Word): boolean {
  if (a === undefined) return false;
  const apart = Math.abs(a.box[1] + a.box[3] - b.box[1] - b.box[3]) / 2;
  return apart < 0.45 * Math.max(heightOf(a.box), heightOf(b.box));
}

/** Groups pieces whose vertical centres are within half a line of each other, left to right. */
function rowsOf(pieces: readonly Word[][], slope: number): Word[][][] {
  const placed = pieces
    .map((words) => {
      const box = boxOf(words);
      return { words, box, middle: (box[1] + box[3]) / 2 - slope * ((box[0] + box[2]) / 2) };
    })
    .sort((a, b) => a.middle - b.middle || a.box[0] - b.box[0]);
  const rows: { middle: number; height: number; members: typeof placed }[] = [];
  for (const piece of placed) {
    const height = heightOf(piece.box);
    const row = rows.at(-1);
    if (row !== undefined && piece.middle - row.middle < 0.5 * Math.min(height, row.height)) {
      row.members.push(piece);
      row.middle += (piece.middle - row.middle) / row.members.length;
    } else rows.push({ middle: piece.middle, height, members: [piece] });
  }
  return rows.map((row) => row.members.sort((a, b) => a.box[0] - b.box[0]).map((piece) => piece.words));
}

/** Slope (pixels down per pixel to the right) at which the centres form the fewest rows; 0 unless clearly better. */
function skewOf(boxes: readonly Box[], lineHeightPx: number): number {
  if (boxes.length < 8 || boxes.length > 600) return 0;
  const bin = Math.max(2, lineHeightPx / 3);
  const sharpness = (slope: number): number => {
    const counts = new Map<number, number>();
    for (const box of boxes) {
      const middle = (box[1] + box[3]) / 2 - slope * ((box[0] + box[2]) / 2);
      const at = Math.round(middle / bin);
      counts.set(at, (counts.get(at) ?? 0) + 1);
    }
    return [...counts.values()].reduce((sum, count) => sum + count * count, 0);
  };
  let best = 0;
  let bestSharpness = sharpness(0) * 1.1;
  for (let step = 1; step <= 12; step += 1) {
    for (const slope of [step * 0.005, step * -0.005]) {
      const value = sharpness(slope);
      if (value > bestSharpness) {
        best = slope;
        bestSharpness = value;
      }
    }
  }
  return best;
}

export function leftOf(layout: PageLayout, segment: Segment): Segment | undefined {
  const row = layout.rows[segment.row] ?? [];
  return row[row.indexOf(segment) - 1];
}

export function rightOf(layout: PageLayout, segment: Segment): Segment | undefined {
  const row = layout.rows[segment.row] ?? [];
  return row[row.indexOf(segment) + 1];
}

/** Nearest segment above (`step` -1) or below (`step` 1) a box that overlaps its column and satisfies `wanted`. */
export function inColumn(
  layout: PageLayout,
  from: { row: number; box: Box },
  step: 1 | -1,
  maxRows: number,
  wanted: (segment: Segment) => boolean = () => true,
): Segment | undefined {
  for (let distance = 1; distance <= maxRows; distance += 1) {
    const row = layout.rows[from.row + distance * step];
    if (row === undefined) return undefined;
    const found = row.find((segment) => overlapX(segment.box, from.box) > 0.2 && wanted(segment));
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Shared width as part of the narrower of the two. */
export function overlapX(a: Box, b: Box): number {
  const shared = Math.min(a[2], b[2]) - Math.max(a[0], b[0]);
  return shared / Math.max(1, Math.min(a[2] - a[0], b[2] - b[0]));
}

export function heightOf(box: Box): number {
  return box[3] - box[1];
}

/** Words of a segment that overlap a range of its text. */
export function wordsIn(segment: Segment, start: number, end: number): readonly Word[] {
  return segment.words.filter((word, i) => {
    const from = segment.wordStarts[i] ?? 0;
    return from < end && from + word.text.length > start;
  });
}

function boxOf(words: readonly Word[]): Box {
  return unionOf(words.map((word) => word.box)) ?? [0, 0, 0, 0];
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 1;
}
