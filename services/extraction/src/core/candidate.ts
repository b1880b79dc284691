import type { DocumentClass, FieldDefinition } from '@docfleet/contracts';
import type { Box, Word } from '@docfleet/domain';
import type { LabelReader } from './labels.ts';
import type { PageLayout, Segment } from './layout.ts';

/** What speaks for or against a candidate, by name; what is absent is 0. */
export type Features = Record<string, number>;

/** A value that a field might have, and where it stands. */
export interface Candidate {
  readonly value: string;
  readonly normalised: string;
  readonly layout: PageLayout;
  /** The segment the value begins in. */
  readonly segment: Segment;
  /** Where the value begins in the text of its segment. */
  readonly start: number;
  /** Where it ends in that text; the segment's end when it goes on in others. */
  readonly end: number;
  readonly words: readonly Word[];
  readonly box: Box;
  readonly features: Features;
}

/** What candidates of a field are made from. */
export interface FieldScope {
  readonly documentClass: DocumentClass;
  readonly field: FieldDefinition;
  /** Pages that may hold the field. */
  readonly pages: readonly PageLayout[];
  /** First and last page of the document. */
  readonly firstPage: number;
  readonly lastPage: number;
  readonly labels: LabelReader;
  /** The decided value of the field this one is `near` to, if any. */
  readonly near: Candidate | undefined;
  /** How many rows each row group has. */
  readonly rowCounts: Readonly<Record<string, number>>;
}
