import type { DocumentClass, RunContext } from '@docfleet/contracts';
import type { DocumentFields, FieldValue, FoundDocument, ObjectRef, PageReading } from '@docfleet/domain';

/** Loads the readings of a document's pages. */
export interface Readings {
  /** All pages of the document, in order. */
  load(readings: ObjectRef, signal: AbortSignal): Promise<readonly PageReading[]>;
}

/** Document classes with the weights that are in use. */
export interface TrainedClasses {
  readonly classes: readonly DocumentClass[];
  /** Eight hexadecimal digits of weights that replace those of the class files; null where none do. */
  readonly digest: string | null;
}

/** Stores the fields as `fields.json` of the run, in the folder of what found them. The first write stands. */
export interface FieldStore {
  save(
    run: RunContext,
    found: { readonly version: string; readonly fields: readonly DocumentFields[] },
    signal: AbortSignal,
  ): Promise<ObjectRef>;
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
