export { compare, comparisonTable, gainOf, type ComparedField, type Comparison } from './compare.ts';
export { startDraftPool, type DraftPool, type DraftPoolOptions } from './draft-pool.ts';
export {
  draftExamples,
  markableTypes,
  type ClassDraft,
  type DraftField,
  type Mark,
  type MarkedExample,
} from './draft/class-draft.ts';
export { draftClass, type DraftedClass, type DraftProblem } from './draft/draft-class.ts';
export {
  fitClass,
  foldsOf,
  prepareDocument,
  weightsFile,
  type FitOptions,
  type PreparedDocument,
} from './fit-class.ts';
export type { LabelledDocument } from './labelled-document.ts';
export { f1Of, predict, predictionTable, scoreOf, type FieldScore, type Prediction } from './predict.ts';
