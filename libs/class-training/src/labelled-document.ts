import type { PageReading } from '@docfleet/domain';
import type { LearnedScorer } from '@docfleet/field-extraction';

/** A labelled document with its reading. */
export interface LabelledDocument {
  readonly id: string;
  /** Documents of one group (merchant, advertiser, seller) are never in both training and test. */
  readonly group: string;
  readonly pages: readonly PageReading[];
  /** By field of the class; null where the document has no value or nobody knows it, no entry where nobody said. */
  readonly labels: Readonly<Record<string, string | null>>;
  /** Learned scorers that have not learned from its group; absent: those of the class in this release. */
  readonly scorers?: readonly LearnedScorer[];
}
