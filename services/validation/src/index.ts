export { buildValidation } from './build.ts';
export { validationSettings, type ValidationConfig } from './config.ts';
export { validationStage, validationVersion, type ValidationParts } from './stage.ts';
export { judgeRun, type JudgedRun } from './core/judge.ts';
export type { JudgedDocument } from './core/judged-document.ts';
export type { Expectations } from './core/expectations.ts';
export type { RunResults, VerdictStore } from './ports.ts';
export { objectResults, objectVerdicts } from './adapters/object-verdicts.ts';
