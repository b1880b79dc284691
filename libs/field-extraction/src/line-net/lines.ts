import { heightOf, type PageLayout, type Segment } from '../layout.ts';

/** A segment of the document as the line net sees it; pages stand below each other. Pixels of the page image. */
export interface NetLine {
  readonly layout: PageLayout;
  readonly segment: Segment;
  readonly text: string;
  readonly left: number;
  readonly right: number;
  readonly middle: number;
  readonly height: number;
  readonly confidence: number;
  /** Number of the row, from 0, over all pages. */
  readonly row: number;
  /** Index of the next line to the left in its row; -1 where there is none. */
  readonly neighbour: number;
}

/** Lines beyond this number are left out in the middle: names stand at the beginning of a document, totals at its end. */
const maxLines = 240;

/** The lines of a document's pages in reading order, at most 240. */
export function netLines(layouts: readonly PageLayout[]): readonly NetLine[] {
  let top = 0;
  let rows = 0;
  const all: NetLine[] = [];
  for (const layout of layouts) {
    for (const segment of layout.segments) {
      const row = rows + segment.row;
      const before = all.at(-1);
      all.push({
        layout,
        segment,
        text: segment.text,
        left: segment.box[0],
        right: segment.box[2],
        middle: top + (segment.box[1] + segment.box[3]) / 2,
        height: Math.max(1, heightOf(segment.box)),
        confidence: Math.min(1, segment.confidence),
        row,
        neighbour: before?.row === row ? all.length - 1 : -1,
      });
    }
    top += layout.heightPx;
    rows += layout.rows.length;
  }
  if (all.length <= maxLines) return all;
  const cut = all.length - maxLines;
  const half = maxLines / 2;
  const tail = all.slice(-half).map((line) => ({ ...line, neighbour: Math.max(-1, line.neighbour - cut) }));
  return [...all.slice(0, half), ...tail];
}
