import { FailureError, type ReadingRoute } from '@docfleet/domain';
import { startWorkerPool, WorkerTimeoutError } from '@docfleet/workers';
import type { EngineReading, PageEngine } from '../core/engine.ts';
import { engineVersionOf } from '../core/routes.ts';
import { openModelFiles, type Alphabet } from './model-files.ts';
import type { OnnxAnswer, OnnxJob, OnnxSetup } from './onnx-child.ts';
import type { ExecutionProvider } from './onnx-session.ts';

export interface OnnxEngineOptions {
  /** Folder with `models.json` and the files it names. */
  readonly modelDirectory: string;
  readonly alphabet: Alphabet;
  /** The default route, whose networks are opened at the start. */
  readonly route: ReadingRoute;
  /** Child processes, each with one thread. */
  readonly size: number;
  readonly maxPixels: number;
  readonly pageTimeoutMs: number;
}

/** The ONNX engine with its execution provider, for metrics. */
export interface OnnxEngine extends PageEngine {
  /** The execution provider; undefined until a child has started. */
  provider(): ExecutionProvider | undefined;
}

/** Limit of a child's writable memory, in MB; ordinary pages take a third of it. */
const maxDataMb = 1536;

/** Pages after which a child is replaced. */
const pagesPerChild = 500;

/** Starts the ONNX engine: child processes with loaded networks, one thread and one page each. */
export function startOnnxEngine(options: OnnxEngineOptions): OnnxEngine {
  const { modelDirectory, alphabet, route, maxPixels, pageTimeoutMs } = options;
  const pool = startWorkerPool<OnnxJob, OnnxAnswer>({
    name: 'onnx',
    module: new URL('./onnx-child.ts', import.meta.url),
    size: options.size,
    maxOldSpaceMb: 256,
    maxDataMb,
    recycleAfter: pagesPerChild,
    setup: { modelDirectory, alphabet, route, maxPixels } satisfies OnnxSetup,
    env: { VIPS_BLOCK_UNTRUSTED: '1', TZ: 'UTC' },
  });
  let provider: ExecutionProvider | undefined;
  const work = async (job: OnnxJob, signal: AbortSignal, priority: number): Promise<OnnxAnswer> => {
    try {
      return await pool.run(job, { signal, priority, timeoutMs: pageTimeoutMs });
    } catch (error) {
      if (error instanceof WorkerTimeoutError) throw new FailureError('TIMEOUT_OCR', {}, { cause: error });
      throw error;
    }
  };
  return {
    name: 'onnx',
    provider: () => provider,
    async read(image, { route: wanted, signal, priority }): Promise<EngineReading> {
      const answer = await work({ kind: 'read', image, route: wanted }, signal, priority);
      if (answer.kind !== 'read') throw new FailureError('INTERNAL_ERROR');
      return answer.reading;
    },
    async version(wanted, signal) {
      if (provider === undefined) {
        const answer = await work({ kind: 'describe' }, signal, 0);
        if (answer.kind === 'described') provider = answer.provider;
      }
      const { digests } = await openModelFiles(modelDirectory, alphabet);
      return engineVersionOf({ route: wanted, provider: provider ?? 'cpu', digests });
    },
    close: () => pool.close(),
  };
}
