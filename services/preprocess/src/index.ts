export { startPagePool, type PagePool, type PagePoolOptions } from './adapters/page-pool.ts';
export { buildPreprocess } from './build.ts';
export { preprocessConfig, preprocessSettings, type PreprocessConfig } from './config.ts';
export {
  createAdmission,
  defaultWindowMs,
  type Admission,
  type AdmissionOptions,
  type SubmittedRecord,
} from './core/admission.ts';
export { type FleetDefaults } from './core/submission.ts';
export type { PageRenderer, RenderedPage } from './core/page.ts';
export { defaultPrepareLimits, prepareDocument, type PageStore } from './core/prepare-document.ts';
export { textLayerVersion } from './adapters/run-page-store.ts';
export {
  defaultTimeLimits,
  preprocessStage,
  preprocessVersion,
  type PreprocessParts,
  type PreprocessTimeLimits,
} from './stage.ts';
