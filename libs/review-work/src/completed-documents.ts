import type { CompletedDocument } from '@docfleet/contracts';
import { personSource, type DocumentFields, type RunVerdict } from '@docfleet/domain';

/** Documents in the form that jobs show them in. */
export function completedDocuments(
  documents: readonly DocumentFields[],
  verdict: RunVerdict,
): readonly CompletedDocument[] {
  return documents.map((found) => {
    const { index, documentClass, classVersion, confidence, firstPage, lastPage } = found;
    const judged = verdict.documents.find((each) => each.index === index);
    return {
      ...{ index, documentClass, classVersion, confidence, firstPage, lastPage },
      classSource: found.classSource ?? 'classified',
      verdict: judged?.verdict ?? 'review',
      findings: (judged?.findings ?? []).map(({ message }) => message),
      gaps: judged?.gaps ?? [],
      fields: found.fields.map(
        ({ name, type, value, normalised, confidence: certainty, provenance, source }) => ({
          ...{ name, type, value, normalised },
          confidence: certainty,
          page: provenance.page,
          box: provenance.box,
          source: source === personSource ? personSource : 'machine',
        }),
      ),
    };
  });
}
