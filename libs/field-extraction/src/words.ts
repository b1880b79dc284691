import type { DocumentClass, VocabularyList } from '@docfleet/contracts';
import { findPhrase, searchText, unionOf, type Box } from '@docfleet/domain';
import { heightOf, overlapX, type PageLayout, type Segment } from './layout.ts';

/** A line of a text block: neighbouring segments of a row without a wide gap. */
export interface BlockLine {
  readonly segments: readonly Segment[];
  readonly text: string;
  readonly box: Box;
  readonly row: number;
  readonly heightPx: number;
}

/** Segments with a smaller gap may be one line of a letterhead, in line heights. */
const blockGapInHeights = 2.2;

/** The block lines of a page, top to bottom. */
export function blockLinesOf(layout: PageLayout): readonly BlockLine[] {
  return layout.rows.flatMap((row) => {
    const lines: Segment[][] = [];
    for (const segment of row) {
      const before = lines.at(-1)?.at(-1);
      const gap = before === undefined ? Infinity : segment.box[0] - before.box[2];
      const close =
        before !== undefined && gap < blockGapInHeights * Math.max(before.heightPx, segment.heightPx);
      if (close) lines.at(-1)?.push(segment);
      else lines.push([segment]);
    }
    return lines.map(blockLine);
  });
}

/** One block line of given segments. */
export function blockLine(segments: readonly Segment[]): BlockLine {
  const box = unionOf(segments.map((segment) => segment.box)) ?? [0, 0, 0, 0];
  return {
    segments,
    text: segments.map((segment) => segment.text).join(' '),
    box,
    row: segments[0]?.row ?? 0,
    heightPx: heightOf(box),
  };
}

/** The next line down in the same column, at most `maxGap` line heights below. */
export function lineBelow(
  lines: readonly BlockLine[],
  from: BlockLine,
  maxGap: number,
): BlockLine | undefined {
  return lines.find(
    (line) =>
      line.row > from.row &&
      line.row <= from.row + 2 &&
      overlapX(line.box, from.box) > 0.3 &&
      line.box[1] - from.box[3] < maxGap * Math.max(from.heightPx, line.heightPx),
  );
}

export function lineAbove(lines: readonly BlockLine[], from: BlockLine): BlockLine | undefined {
  return lines.findLast(
    (line) => line.row < from.row && line.row >= from.row - 2 && overlapX(line.box, from.box) > 0.3,
  );
}

/** Minimum similarity to a phrase of a list: only long phrases may have a wrong letter (`fight` is not `flight`). */
const minSimilarity = 0.88;

/** Finds phrases of the class's vocabulary lists in texts; results are memoised. */
export interface HintReader {
  /** How many phrases of the list stand in the text. */
  count(list: VocabularyList, text: string): number;
  /** Whether a phrase of the list ends the text. */
  ends(list: VocabularyList, text: string): boolean;
  /** Whether a phrase of the list begins the text. */
  begins(list: VocabularyList, text: string): boolean;
}

export function hintReader(documentClass: DocumentClass): HintReader {
  const seen = new Map<string, readonly { start: number; end: number }[]>();
  const find = (list: VocabularyList, text: string): readonly { start: number; end: number }[] => {
    const key = `${list}\n${text}`;
    const known = seen.get(key);
    if (known !== undefined) return known;
    const search = searchText(text);
    const found = (documentClass.vocabulary[list] ?? []).flatMap((phrase) => {
      const match = findPhrase(search, phrase);
      return match !== undefined && match.similarity >= minSimilarity ? [match] : [];
    });
    seen.set(key, found);
    return found;
  };
  return {
    count: (list, text) => find(list, text).length,
    ends: (list, text) => find(list, text).some(({ end }) => !/[\p{L}\d]/u.test(text.slice(end))),
    begins: (list, text) => find(list, text).some(({ start }) => !/[\p{L}\d]/u.test(text.slice(0, start))),
  };
}
