import type { DocumentClass, RunContext } from '@docfleet/contracts';
import { documentPages, type PageReading, type ReviewedDocument, type RunVerdict } from '@docfleet/domain';
import { judgeRun } from '@docfleet/judgement';
import { decidedFields } from './decision.ts';

/** What the rules say of documents as they are now. */
export function judgeReview(options: {
  readonly documents: readonly ReviewedDocument[];
  readonly pages: readonly PageReading[];
  readonly classes: readonly DocumentClass[];
  readonly pageCount: number;
  readonly run: Pick<RunContext, 'expectations' | 'checks' | 'acceptedAt'>;
}): RunVerdict {
  const { documents, pages, classes, pageCount, run } = options;
  const { expectations, checks, acceptedAt } = run;
  const judged = decidedFields(documents).map((fields) => ({
    fields,
    documentClass: classFor(fields, classes),
    pages: documentPages(fields, pages),
  }));
  return judgeRun({ documents: judged, pageCount, expectations, checks, acceptedAt });
}

/** The documents with what the rules say of each. */
export function withVerdict(
  documents: readonly ReviewedDocument[],
  verdict: RunVerdict,
): readonly ReviewedDocument[] {
  return documents.map((document) => {
    const judged = verdict.documents.find(({ index }) => index === document.index);
    return { ...document, findings: judged?.findings ?? [], gaps: judged?.gaps ?? [] };
  });
}

/** A class that this release does not know is judged as one without fields and rules: the findings say that nothing fits. */
function classFor(
  { documentClass, classVersion }: Pick<ReviewedDocument, 'documentClass' | 'classVersion'>,
  classes: readonly DocumentClass[],
): DocumentClass {
  const known = classes.find(({ name, version }) => name === documentClass && version === classVersion);
  return (
    known ?? {
      name: documentClass,
      version: classVersion,
      title: documentClass,
      description: documentClass,
      dateOrder: 'day-first',
      classification: { bias: 0, singlePage: false, startsWith: [], cues: [], layout: {} },
      vocabulary: {},
      fields: [],
      rows: [],
      rules: [],
      thresholds: { field: 0, documentClass: 0 },
      evaluation: null,
    }
  );
}
