export { applyChanges, type AppliedChanges, type RefusedChange } from './apply-changes.ts';
export { beginReview } from './begin-review.ts';
export { completedDocuments } from './completed-documents.ts';
export {
  changeKinds,
  maxChangesOfCall,
  maxChangesOfTask,
  reviewChangeSchema,
  type ChangeKind,
  type ReviewChange,
} from './change.ts';
export {
  decidedFields,
  decidedVerdict,
  endingOfDecision,
  needsTwo,
  nextRound,
  sendBackProblem,
  sendBackStages,
  type DecisionRecord,
  type HeldRun,
  type SendBack,
  type SendBackStage,
} from './decision.ts';
export { namesOf, newestClass } from './document-edits.ts';
export { isRefusal, type Refusal, type ReviewFacts } from './facts.ts';
export { judgeReview, withVerdict } from './judge-review.ts';
export type { ChangeRecord, SlotValue } from './slot.ts';
export { undoableOf } from './undoable.ts';
