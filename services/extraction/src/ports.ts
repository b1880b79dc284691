import type { DocumentClass, RunContext } from '@docfleet/contracts';
import type { DocumentFields, FieldValue, FoundDocument, ObjectRef, PageReading } from '@docfleet/domain';

/** Loads the readings of a document's pages. */
export interface Readings {
  /** All pages of the document, in order. */
  load(readings: ObjectRef, signal: AbortSignal): Promise<readonly PageReading[]>;
}

/** Stores the fields as `fields.json` of the run. The first write stands. */
export interface FieldStore {
  save(run: RunContext, fields: readonly DocumentFields[], signal: AbortSignal): Promise<ObjectRef>;
}

/**
 * Proposes values for required fields that were not found; a foundation model can implement it. This version has no
 * implementation, and the stage works without one.
 */
export interface FieldProposer {
  propose(
    document: { found: FoundDocument; documentClass: DocumentClass; pages: readonly PageReading[] },
    missing: readonly string[],
    signal: AbortSignal,
  ): Promise<readonly FieldValue[]>;
}
