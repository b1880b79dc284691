import type { DocumentFields, ReviewedDocument, RunVerdict } from '@docfleet/domain';

/** The work of a review before anybody has changed something: the machine's documents with its verdict's findings. */
export function beginReview(
  documents: readonly DocumentFields[],
  verdict: RunVerdict,
): readonly ReviewedDocument[] {
  return documents.map((document) => {
    const judged = verdict.documents.find(({ index }) => index === document.index);
    return {
      ...document,
      classState: 'machine',
      fields: document.fields.map((field) => ({ ...field, state: 'machine', original: field })),
      rows: document.rows.map((row, at) => ({ ...row, id: at + 1, state: 'machine', original: row })),
      findings: judged?.findings ?? [],
      gaps: judged?.gaps ?? [],
    };
  });
}
