export {
  deadLetter,
  done,
  duplicate,
  endRun,
  moved,
  next,
  rejected,
  retryLater,
  skipped,
  waiting,
  type Output,
  type Stage,
  type StageContext,
  type StageEnding,
  type StageLog,
  type StageResult,
  type StartGate,
  type Stops,
  type TaskOf,
} from './stage.ts';
export { silentObserver, type StageObserver } from './observer.ts';
export { startCommonStage } from './removed-pools.ts';
export { type PagesDone, type RunnerOptions, type RunningStage, type TenantPace } from './runner-options.ts';
export { startStage } from './runner.ts';
export { type Conclusion } from './step.ts';
export { followStops } from './stops.ts';
export { progressOf, stageInputs, type GroupPositions } from './stage-progress.ts';
