import type { PageLayout, Segment } from '../../layout.ts';
import { maskReader, noMask, type Mask } from './patterns.ts';

/** A segment with what is around it. Lengths are parts of the page's width. */
export interface Line {
  readonly layout: PageLayout;
  readonly segment: Segment;
  readonly pageIndex: number;
  readonly text: string;
  readonly mask: Mask;
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
  readonly height: number;
  /** All lines of its row, from the left. */
  readonly row: readonly Line[];
  leftOf: Line | undefined;
  above: Line | undefined;
  below: Line | undefined;
  /** Lines of one column, close to each other and with one edge, from the top. */
  block: Line[];
  indexInBlock: number;
}

/** All lines of a document, in reading order. */
export interface LineDocument {
  readonly lines: readonly Line[];
  readonly pageCount: number;
  /** Median height. */
  readonly height: number;
  readonly maskOf: (text: string) => Mask;
}

/** Lines further down are not looked at when the next one above or below is wanted. */
const reach = 40;

export function linesOf(layouts: readonly PageLayout[]): LineDocument {
  const maskOf = maskReader();
  const lines = layouts.flatMap((layout, pageIndex) => {
    const unit = Math.max(1, layout.widthPx);
    const ofPage: Line[] = [];
    for (const segments of layout.rows) {
      const row: Line[] = [];
      for (const segment of segments) {
        const [left, top, right, bottom] = segment.box;
        const line: Line = {
          layout,
          segment,
          pageIndex,
          text: segment.text,
          mask: maskOf(segment.text),
          left: left / unit,
          right: right / unit,
          top: top / unit,
          bottom: bottom / unit,
          height: Math.max(1e-4, (bottom - top) / unit),
          row,
          leftOf: row.at(-1),
          above: undefined,
          below: undefined,
          block: [],
          indexInBlock: 0,
        };
        row.push(line);
        ofPage.push(line);
      }
    }
    connect(ofPage);
    return ofPage;
  });
  const heights = lines.map(({ height }) => height).sort((a, b) => a - b);
  return { lines, pageCount: layouts.length, height: heights[heights.length >> 1] ?? 0.01, maskOf };
}

function connect(lines: readonly Line[]): void {
  for (const [index, line] of lines.entries()) {
    for (let i = index - 1; i >= 0 && i >= index - reach; i -= 1) {
      const other = lines[i];
      if (other !== undefined && other.bottom <= line.top + 0.3 * line.height && inOneColumn(other, line)) {
        line.above = other;
        break;
      }
    }
    for (let i = index + 1; i < lines.length && i <= index + reach; i += 1) {
      const other = lines[i];
      if (other !== undefined && other.top >= line.bottom - 0.3 * line.height && inOneColumn(other, line)) {
        line.below = other;
        break;
      }
    }
  }
  for (const line of lines) {
    const { above } = line;
    if (above !== undefined && continues(above, line)) {
      line.block = above.block;
      line.indexInBlock = line.block.push(line) - 1;
    } else line.block = [line];
  }
}

const inOneColumn = (a: Line, b: Line): boolean =>
  Math.min(a.right, b.right) > Math.max(a.left, b.left) || Math.abs(a.left - b.left) < 0.01;

/** Whether a line belongs to the block of the one above it. */
function continues(above: Line, line: Line): boolean {
  const gap = line.top - above.bottom;
  const height = Math.max(line.height, above.height, 0.006);
  if (height > 2 * Math.max(1e-4, Math.min(line.height, above.height))) return false;
  if (Math.abs(above.left - line.left) < 0.012) return gap < 2.3 * height;
  const centred = Math.abs(above.left + above.right - line.left - line.right) < 0.01;
  return (centred || Math.abs(above.right - line.right) < 0.005) && gap < 1.3 * height;
}

/** Patterns of the heading of the line's block, and of the line above that. */
export function headingOf(line: Line): readonly [Mask, Mask] {
  const [first] = line.block;
  if (first === undefined) return [noMask, noMask];
  const over = first.above;
  return [
    first === line ? noMask : first.mask,
    over !== undefined && first.top - over.bottom < 4 * first.height ? over.mask : noMask,
  ];
}

/** Patterns around a word: the words before it in its line, the line left of it, two above it, and its headings. */
export function contextOf(
  { maskOf }: LineDocument,
  line: Line,
  wordIndex: number,
  words: number,
): readonly Mask[] {
  const before = line.segment.words
    .slice(Math.max(0, wordIndex - words), wordIndex)
    .map(({ text }) => text)
    .join(' ');
  return [
    maskOf(before),
    line.leftOf?.mask ?? noMask,
    line.above?.mask ?? noMask,
    line.above?.above?.mask ?? noMask,
    ...headingOf(line),
  ];
}
