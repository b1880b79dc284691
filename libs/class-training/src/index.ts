export { allowedLoss, figuresOf, lossesSince, type BaselineFigures } from './baseline.ts';
export { calibrateUnseen } from './calibrate-unseen.ts';
export {
  calibrationBins,
  expectedCalibrationError,
  type CalibrationBin,
  type Judged,
} from './calibration.ts';
export {
  compare,
  comparisonTable,
  gainOf,
  type ComparedField,
  type Comparison,
  type ScoredDocuments,
} from './compare.ts';
export { differencesOf, differencesTable, type Difference } from './differences.ts';
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
export { fitCalibration, isRightIn, type CalibrationOptions } from './fit-calibration.ts';
export {
  fitClass,
  foldsOf,
  prepareDocument,
  weightsFile,
  type FitOptions,
  type PreparedDocument,
} from './fit-class.ts';
export { judgedByPage } from './labels-on-page.ts';
export { mergeLookAlikes } from './look-alikes.ts';
export type { LabelledDocument } from './labelled-document.ts';
export {
  f1Of,
  predict,
  predictionTable,
  scoredDocument,
  scoreOf,
  type FieldScore,
  type PredictedDocument,
  type Prediction,
} from './predict.ts';
export { trustOf, trustTable, type Trust } from './trust.ts';
