export { WorkerTimeoutError } from './job.ts';
export {
  startWorkerPool,
  type WorkerPool,
  type WorkerPoolOptions,
  type WorkerPoolStats,
  type WorkerRunOptions,
} from './pool.ts';
export { serveWorker, type WorkerHandler, type WorkerModule } from './serve.ts';
