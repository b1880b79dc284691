import { documentClasses } from '@docfleet/contracts';
import { approvedReviewsIn, type ApprovedReview, type Database } from '@docfleet/database';
import { labelRows, type LabelRow, type ReviewedDocumentFacts } from './core/review-labels.ts';

/** Reviews that are read at a time. */
const readAtOnce = 100;

export interface LabelFilter {
  readonly tenantId: string;
  /** Name of a document class; undefined: all. */
  readonly documentClass: string | undefined;
  /** Decisions from this time on, in milliseconds since the epoch. */
  readonly since: number;
}

/** Labels that people made in reviews (H-03), a page of rows at a time, in the order of the decisions. */
export type ReadLabels = (filter: LabelFilter) => AsyncGenerator<readonly LabelRow[], undefined>;

export function readLabelsIn(database: Pick<Database, 'asTenant'>): ReadLabels {
  return async function* ({ tenantId, documentClass, since }) {
    let after: ApprovedReview | undefined;
    for (;;) {
      const last = after;
      const page = await database.asTenant(tenantId, (session) =>
        approvedReviewsIn(session)({ since, after: last, limit: readAtOnce }),
      );
      yield page
        .flatMap((review) => labelRows(documentsOf(review), documentClasses))
        .filter((row) => documentClass === undefined || row['documentClass'] === documentClass);
      after = page.at(-1);
      if (page.length < readAtOnce) return undefined;
    }
  };
}

function documentsOf({ runId, decidedAt, input, work }: ApprovedReview) {
  // The gateway has written it itself, when a person made a change.
  const documents = (work ?? []) as readonly ReviewedDocumentFacts[];
  return { runId, decidedAt, mediaType: input.mediaType, documents };
}
