import type { Line, PageReading } from './reading.ts';
import type { FoundDocument } from './understanding.ts';

/** The pages of a found document, of a page that it shares with others only its own lines. */
export function documentPages(
  { firstPage, lastPage, region }: Pick<FoundDocument, 'firstPage' | 'lastPage' | 'region'>,
  pages: readonly PageReading[],
): readonly PageReading[] {
  const own = pages.filter(({ page }) => page >= firstPage && page <= lastPage);
  if (region === undefined || region === null) return own;
  return own.map((page) => ({ ...page, lines: page.lines.filter((line) => isInside(line, region)) }));
}

/** Whether the middle of a line is inside a region: its left and top edges belong to it. */
export function isInside(
  { box }: Line,
  [left = 0, top = 0, right = 0, bottom = 0]: readonly number[],
): boolean {
  const x = (box[0] + box[2]) / 2;
  const y = (box[1] + box[3]) / 2;
  return x >= left && x < right && y >= top && y < bottom;
}
