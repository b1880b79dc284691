import type { ExtractedRow } from '@docfleet/domain';

/** Rows of a document's tables: those extracted, and the number of row-like lines by group. */
export interface FoundRows {
  readonly rows: readonly ExtractedRow[];
  readonly seen: Readonly<Record<string, number>>;
  /** Groups whose amounts add up to an amount that is printed outside the table. */
  readonly addUp: ReadonlySet<string>;
}
