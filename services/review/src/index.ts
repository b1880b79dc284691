export { taskOf, type MachineResults, type TaskForPeople } from './core/review-task.ts';
export type { ResultReader, StoredTask, TaskStore } from './ports.ts';
export { defaultReviewTimeoutMs, reviewStage, type ReviewParts } from './stage.ts';
