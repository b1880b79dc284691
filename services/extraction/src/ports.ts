import type { RunContext } from '@docfleet/contracts';
import type { DocumentClass } from '@docfleet/contracts';
import type { DocumentFields, FieldValue, FoundDocument, ObjectRef, PageReading } from '@docfleet/domain';

/** Where the read pages come from. */
export interface Readings {
  /** All pages of the document, in order. */
  load(readings: ObjectRef, signal: AbortSignal): Promise<readonly PageReading[]>;
}

/** Where the fields go: `fields.json` of the run, written once. */
export interface FieldStore {
  save(run: RunContext, fields: readonly DocumentFields[], signal: AbortSignal): Promise<ObjectRef>;
}

/**
 * Proposes values for fields that were not found, such as a foundation model would. There is none in this version:
 * the stage works without one.
 */
export interface FieldProposer {
  propose(
    document: { found: FoundDocument; documentClass: DocumentClass; pages: readonly PageReading[] },
    missing: readonly string[],
    signal: AbortSignal,
  ): Promise<readonly FieldValue[]>;
}
