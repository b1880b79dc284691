import type { ObjectRef, PageReading } from '@docfleet/domain';

/** Loads the readings of a document's pages. */
export interface Readings {
  /** All pages of the document, in order. */
  load(readings: ObjectRef, signal: AbortSignal): Promise<readonly PageReading[]>;
}
