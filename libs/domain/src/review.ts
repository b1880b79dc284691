import type { DocumentFields, ExtractedRow, FieldValue, Finding } from './understanding.ts';

/** State of a review task: it waits for a decision, was decided, or was closed because its run ended otherwise. */
export const reviewTaskStates = ['waiting', 'decided', 'closed'] as const;
export type ReviewTaskState = (typeof reviewTaskStates)[number];

/** What a person may decide about a run that waits. */
export const reviewDecisions = ['approve', 'reject', 'send_back'] as const;
export type ReviewDecision = (typeof reviewDecisions)[number];

/**
 * What became of a value of the machine: still as it was, confirmed by a person, changed, added where the machine had
 * none, or removed because the document does not have it.
 */
export const reviewStates = ['machine', 'confirmed', 'changed', 'added', 'removed'] as const;
export type ReviewState = (typeof reviewStates)[number];

/** The source of a value that a person gave. */
export const personSource = 'person';

/** A field in review. A removed one stays in the list, so that it can be seen and taken back. */
export interface ReviewedField extends FieldValue {
  readonly state: ReviewState;
  /** As the machine found it; null: it found none. */
  readonly original: FieldValue | null;
}

/** A row in review. */
export interface ReviewedRow extends ExtractedRow {
  /** Number within the document, from 1; it stays while other rows come and go. */
  readonly id: number;
  readonly state: ReviewState;
  readonly original: ExtractedRow | null;
}

/** A document in review: the machine's, with what people have changed so far. */
export interface ReviewedDocument extends Omit<DocumentFields, 'fields' | 'rows'> {
  /** `changed`: a person has named the class. */
  readonly classState: 'machine' | 'changed';
  readonly fields: readonly ReviewedField[];
  readonly rows: readonly ReviewedRow[];
  /** What the rules say of the values as they are now. */
  readonly findings: readonly Finding[];
  readonly gaps: readonly string[];
}
