import type { ObjectRef, PageReading } from '@docfleet/domain';

/** Where the read pages come from. */
export interface Readings {
  /** All pages of the document, in order. */
  load(readings: ObjectRef, signal: AbortSignal): Promise<readonly PageReading[]>;
}
