import { documentClasses, type DocumentClass } from '@docfleet/contracts';
import { documentPages, FailureError, type DocumentFields, type PageReading } from '@docfleet/domain';

/** One found document with its class and its own pages. */
export interface JudgedDocument {
  readonly fields: DocumentFields;
  readonly documentClass: DocumentClass;
  readonly pages: readonly PageReading[];
}

/**
 * Found documents with their class and their own pages out of those of the file.
 *
 * @throws FailureError `INTERNAL_ERROR` for a class that this build does not know
 */
export function judgedDocuments(
  documents: readonly DocumentFields[],
  pages: readonly PageReading[],
): readonly JudgedDocument[] {
  return documents.map((found) => {
    const documentClass = documentClasses.find(
      ({ name, version }) => name === found.documentClass && version === found.classVersion,
    );
    if (documentClass === undefined) {
      const cause = new Error(`Unknown class ${found.documentClass} version ${String(found.classVersion)}.`);
      throw new FailureError('INTERNAL_ERROR', {}, { cause });
    }
    return { fields: found, documentClass, pages: documentPages(found, pages) };
  });
}
