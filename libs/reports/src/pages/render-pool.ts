import { FailureError } from '@docfleet/domain';
import {
  parserJobsPerChild,
  startWorkerPool,
  WorkerTimeoutError,
  type SandboxLevel,
} from '@docfleet/workers';
import type { RenderJob } from './render-job.ts';

export interface RenderPoolOptions {
  /** Child processes at most. */
  readonly size: number;
  /** Jobs that wait for a child; more are refused. */
  readonly maxQueued: number;
  /** Time limit of a job, in milliseconds. */
  readonly timeoutMs: number;
  /** Folders that a child may read: `programFolders` of the service that renders. */
  readonly readRoots: readonly string[];
  /** What keeps a child away from the machine; default: limits alone. */
  readonly sandbox?: SandboxLevel;
}

/** Memory limits of a child in MB: the JavaScript heap, and all writable memory including WebAssembly and images. */
const maxOldSpaceMb = 512;
const maxDataMb = 1_500;

/** Processor time of a child's life, in seconds: more than its jobs may take together. */
const maxCpuSeconds = parserJobsPerChild * 60;

/** Renders in child processes, because a searchable PDF is made of a document of a stranger. */
export interface RenderPool {
  /**
   * @throws FailureError `SERVICE_UNAVAILABLE` when too many jobs wait or one takes too long, `WORKER_CRASHED`, and what
   * rendering throws
   */
  render(job: RenderJob, signal: AbortSignal): Promise<Uint8Array>;
  close(): Promise<void>;
}

export function startRenderPool({
  size,
  maxQueued,
  timeoutMs,
  readRoots,
  sandbox,
}: RenderPoolOptions): RenderPool {
  const pool = startWorkerPool<RenderJob, Uint8Array>({
    name: 'renditions',
    module: new URL('./render-child.ts', import.meta.url),
    size,
    recycleAfter: parserJobsPerChild,
    setup: null,
    maxOldSpaceMb,
    maxDataMb,
    maxCpuSeconds,
    readRoots,
    ...(sandbox === undefined ? {} : { sandbox }),
  });
  return {
    render: async (job, signal) => {
      if (pool.stats().queued >= maxQueued) throw new FailureError('SERVICE_UNAVAILABLE');
      try {
        return await pool.run(job, { signal, timeoutMs, priority: 0 });
      } catch (error) {
        if (error instanceof WorkerTimeoutError)
          throw new FailureError('SERVICE_UNAVAILABLE', {}, { cause: error });
        throw error;
      }
    },
    close: () => pool.close(),
  };
}
