import type { DocumentClass } from '@docfleet/contracts';
import type { DocumentFields, PageReading } from '@docfleet/domain';

/** One found document with its class and its own pages. */
export interface JudgedDocument {
  readonly fields: DocumentFields;
  readonly documentClass: DocumentClass;
  readonly pages: readonly PageReading[];
}
