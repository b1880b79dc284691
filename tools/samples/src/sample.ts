import type { PageSize, Pen } from './page.ts';

/** A document before it is drawn: what stands on it, and what should be found. */
export interface Sample {
  /** Name of the class in `schemas/classes`. */
  readonly documentClass: string;
  readonly size: PageSize;
  /** Main fields, normalised as results are: dates `yyyy-mm-dd`, money with two decimals and a point. */
  readonly expected: Readonly<Record<string, string>>;
  readonly draw: (pen: Pen) => void;
}
