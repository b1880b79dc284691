import type { DocumentClass } from '@docfleet/contracts';
import type { DateOrderEvidence } from '@docfleet/domain';
import type { PageLayout } from '../layout.ts';
import type { FoundRows } from '../found-rows.ts';
import type { FoundValue } from '../found-value.ts';

/** What a learned model looks at: a document's layouts and rows; its own pages only, in order. */
export interface ScoredDocument {
  readonly documentClass: DocumentClass;
  readonly layouts: readonly PageLayout[];
  readonly rows: FoundRows;
  readonly dateOrder: DateOrderEvidence;
}

/** A value that a learned model takes for possible, with its position and score. */
export interface LearnedProposal extends FoundValue {
  /** Natural logarithm of p / (1 - p) that this is the value of the field. */
  readonly logOdds: number;
}

/** Proposals by name of the field; a field without an entry is not scored. */
export type LearnedProposals = ReadonlyMap<string, readonly LearnedProposal[]>;

/**
 * A learned model of a class: a pure function from a read document to proposals. It looks at all its fields at once, so
 * that it can decide them together.
 */
export interface LearnedScorer {
  propose(document: ScoredDocument): LearnedProposals;
}
