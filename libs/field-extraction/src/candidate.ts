import type { DocumentClass, FieldDefinition } from '@docfleet/contracts';
import type { Box, DateOrderEvidence, ExtractedRow } from '@docfleet/domain';
import type { FoundValue } from './found-value.ts';
import type { LabelReader } from './labels.ts';
import type { PageLayout } from './layout.ts';
import type { LearnedProposal } from './learned/scorer.ts';

/** Features of a candidate, by name; absent ones are 0. */
export type Features = Record<string, number>;

/** A possible value of a field, with its position. */
export interface Candidate extends FoundValue {
  readonly box: Box;
  readonly features: Features;
}

/** Input for the candidates of a field. */
export interface FieldScope {
  readonly documentClass: DocumentClass;
  readonly field: FieldDefinition;
  /** Pages that may contain the field. */
  readonly pages: readonly PageLayout[];
  /** First and last page of the document. */
  readonly firstPage: number;
  readonly lastPage: number;
  readonly labels: LabelReader;
  /** The decided value of the field that this one is `near`, if any. */
  readonly near: Candidate | undefined;
  /** What the learned models of the class propose; undefined where none scores this field. */
  readonly learned: readonly LearnedProposal[] | undefined;
  /** The rows of the document's tables. */
  readonly rows: readonly ExtractedRow[];
  /** In which order the document writes day and month in numbers. */
  readonly dateOrder: DateOrderEvidence;
}
