import { resolve } from 'node:path';
import { FailureError, type ReadingRoute } from '@docfleet/domain';
import { parserJobsPerChild, programFolders, startWorkerPool, type SandboxLevel } from '@docfleet/workers';
import type { EngineReading, PageEngine } from '../core/engine.ts';
import { engineVersionOf } from '../core/routes.ts';
import { readingOf } from './reading-of.ts';
import { openModelFiles, type Alphabet } from './model-files.ts';
import type { OnnxAnswer, OnnxJob, OnnxSetup } from './onnx-child.ts';
import type { ExecutionProvider } from './onnx-session.ts';
import type { PageDecoder } from './page-decoder.ts';
import { runInTime } from './run-in-time.ts';

export interface OnnxEngineOptions {
  /** Folder with `models.json` and the files it names. */
  readonly modelDirectory: string;
  readonly alphabet: Alphabet;
  /** The default route, whose networks are opened at the start. */
  readonly route: ReadingRoute;
  /** Child processes, each with one thread. */
  readonly size: number;
  readonly pageTimeoutMs: number;
  readonly decoder: PageDecoder;
  /** What keeps a child away from the machine; default: limits alone. */
  readonly sandbox?: SandboxLevel;
}

/** The ONNX engine with its execution provider, for metrics. */
export interface OnnxEngine extends PageEngine {
  /** The execution provider of the child that answered last; undefined until one has started. */
  provider(): ExecutionProvider | undefined;
}

/** Limit of a child's writable memory, in MB; ordinary pages take a third of it. */
const maxDataMb = 1536;

/** Processor time of a child's life, in seconds: more than its pages may take together. */
const maxCpuSeconds = parserJobsPerChild * 60;

/** Starts the ONNX engine: child processes with loaded networks, one thread and one page each. */
export function startOnnxEngine(options: OnnxEngineOptions): OnnxEngine {
  const { modelDirectory, alphabet, route, pageTimeoutMs, decoder, sandbox } = options;
  const pool = startWorkerPool<OnnxJob, OnnxAnswer>({
    name: 'onnx',
    module: new URL('./onnx-child.ts', import.meta.url),
    size: options.size,
    maxOldSpaceMb: 256,
    maxDataMb,
    maxCpuSeconds,
    readRoots: [...programFolders(import.meta.url), resolve(modelDirectory)],
    ...(sandbox === undefined ? {} : { sandbox }),
    recycleAfter: parserJobsPerChild,
    setup: { modelDirectory: resolve(modelDirectory), alphabet, route } satisfies OnnxSetup,
    env: { VIPS_BLOCK_UNTRUSTED: '1', TZ: 'UTC' },
  });
  let provider: ExecutionProvider | undefined;
  const work = (job: OnnxJob, signal: AbortSignal, priority: number): Promise<OnnxAnswer> =>
    runInTime(() => pool.run(job, { signal, priority, timeoutMs: pageTimeoutMs }));
  return {
    name: 'onnx',
    provider: () => provider,
    async read(image, { route: wanted, signal, priority }): Promise<EngineReading> {
      const decoded = await decoder.decode(image, { signal, priority });
      const page = decoded.value;
      const answer = await work({ kind: 'read', page, route: wanted }, signal, priority);
      if (answer.kind !== 'read') throw new FailureError('INTERNAL_ERROR');
      // A child that starts after the GPU was lost reads on the CPU.
      provider = answer.provider;
      return readingOf(decoded, answer.lines);
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
