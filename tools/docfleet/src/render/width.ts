import type { Output } from '../shell.ts';

/** Columns of an output; a terminal that does not know them says 0, or nothing. */
export function widthOf({ columns = 0 }: Pick<Output, 'columns'>, otherwise: number): number {
  return columns > 0 ? columns : otherwise;
}
