import { FailureError } from '@docfleet/domain';
import { startWorkerPool, WorkerTimeoutError, type SandboxLevel } from '@docfleet/workers';
import type { ClassDraft } from './draft/class-draft.ts';
import type { DraftedClass } from './draft/draft-class.ts';

export interface DraftPoolOptions {
  /** Drafts that wait for the one that is computed; more are refused. */
  readonly maxQueued: number;
  /** Time limit of a draft, in milliseconds; then its process is killed. */
  readonly timeoutMs: number;
  /** Folders that a child may read: `programFolders` of the service. */
  readonly readRoots: readonly string[];
  /** What keeps a child away from the machine; default: limits alone. */
  readonly sandbox?: SandboxLevel;
}

/** Memory of a child in MB: readings and candidates of 20 documents. */
const maxOldSpaceMb = 512;
const maxDataMb = 1_000;

const draftsPerChild = 20;

/** Learns classes from examples, one at a time, in a process that can be killed. */
export interface DraftPool {
  /** @throws FailureError `SERVICE_UNAVAILABLE` when too many wait or it takes too long, `WORKER_CRASHED` */
  draft(draft: ClassDraft, signal: AbortSignal): Promise<DraftedClass>;
  close(): Promise<void>;
}

export function startDraftPool({ maxQueued, timeoutMs, readRoots, sandbox }: DraftPoolOptions): DraftPool {
  const pool = startWorkerPool<ClassDraft, DraftedClass>({
    name: 'class drafts',
    module: new URL('./draft-child.ts', import.meta.url),
    size: 1,
    recycleAfter: draftsPerChild,
    setup: null,
    maxOldSpaceMb,
    maxDataMb,
    maxCpuSeconds: (draftsPerChild * timeoutMs) / 1_000,
    readRoots,
    ...(sandbox === undefined ? {} : { sandbox }),
  });
  return {
    draft: async (draft, signal) => {
      if (pool.stats().queued >= maxQueued) throw new FailureError('SERVICE_UNAVAILABLE');
      try {
        return await pool.run(draft, { signal, timeoutMs, priority: 0 });
      } catch (error) {
        if (error instanceof WorkerTimeoutError)
          throw new FailureError('SERVICE_UNAVAILABLE', {}, { cause: error });
        throw error;
      }
    },
    close: () => pool.close(),
  };
}
