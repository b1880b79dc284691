import { plainText, shortened } from './plain-text.ts';

/** Cells of the bar. */
const barWidth = 20;

/** How far the files are, on one line of at most `columns` characters. */
export function progressLine(
  { done, total, doing }: { readonly done: number; readonly total: number; readonly doing: string },
  columns: number,
): string {
  const filled = total === 0 ? 0 : Math.floor((done * barWidth) / total);
  const bar = `${'#'.repeat(filled)}${'.'.repeat(barWidth - filled)}`;
  // The last column stays free: a terminal may break the line after it.
  return shortened(`[${bar}] ${done} of ${total}  ${plainText(doing)}`, columns - 1);
}
