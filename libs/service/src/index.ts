export { guardStore, storeBreaker } from './guard-store.ts';
export { parserSandbox } from './parser-sandbox.ts';
export { repeat } from './repeat.ts';
export { runStageService, type BuiltStage, type StageParts } from './run-stage-service.ts';
export { serveReader, type ServedReader, type WatchedReader } from './serve-reader.ts';
export { stageSettings, type StageSettings } from './settings.ts';
export { stopSignal } from './stop-signal.ts';
