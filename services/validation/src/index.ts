export { buildValidation } from './build.ts';
export { validationSettings, type ValidationConfig } from './config.ts';
export { validationStage, validationVersion, type ValidationParts } from './stage.ts';
export type { RunResults, VerdictStore } from './ports.ts';
export { objectResults, objectVerdicts } from './adapters/object-verdicts.ts';
