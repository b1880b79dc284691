export { runStageService, type BuiltStage, type StageParts } from './run-stage-service.ts';
export { stageSettings, type StageSettings } from './settings.ts';
export { stopSignal } from './stop-signal.ts';
