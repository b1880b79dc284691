export { WorkerTimeoutError } from './job.ts';
export {
  parserJobsPerChild,
  startWorkerPool,
  type WorkerPool,
  type WorkerPoolOptions,
  type WorkerPoolStats,
  type WorkerRunOptions,
} from './pool.ts';
export { serveWorker, type WorkerHandler, type WorkerModule } from './serve.ts';
export { chooseSandbox, type ChosenSandbox } from './sandbox/choose.ts';
export { sandboxDemands, sandboxLevels, type SandboxDemand, type SandboxLevel } from './sandbox/levels.ts';
export { programFolders } from './sandbox/program-folders.ts';
