import { parserJobsPerChild, programFolders, startWorkerPool, type SandboxLevel } from '@docfleet/workers';
import type { DecodeJob, DecodeSetup } from './decode-child.ts';
import { runInTime } from './run-in-time.ts';
import type { Measured } from './measured.ts';
import type { DecodedPage } from './page-image.ts';

export interface PageDecoderOptions {
  /** Child processes, each with one thread. */
  readonly size: number;
  readonly maxPixels: number;
  readonly pageTimeoutMs: number;
  /** What keeps a child away from the machine; default: limits alone. */
  readonly sandbox?: SandboxLevel;
}

/** Decodes page images. An upright JPEG keeps the bytes that a stranger made, so no engine decodes one itself. */
export interface PageDecoder {
  /** @throws FailureError `DOC_CORRUPT`, `PAGE_TOO_LARGE`, `WORKER_CRASHED`, `TIMEOUT_OCR`; or the signal's reason */
  decode(
    image: Uint8Array,
    options: { readonly signal: AbortSignal; readonly priority: number },
  ): Promise<Measured<DecodedPage>>;
  close(): Promise<void>;
}

/** Limit of a child's writable memory, in MB. */
const maxDataMb = 1536;
/** Processor time of a child's life, in seconds: more than its pages may take together. */
const maxCpuSeconds = parserJobsPerChild * 60;

/** Starts the decoder: child processes that turn a file into pixels and do nothing else. */
export function startPageDecoder(options: PageDecoderOptions): PageDecoder {
  const { size, maxPixels, pageTimeoutMs, sandbox } = options;
  const pool = startWorkerPool<DecodeJob, Measured<DecodedPage>>({
    name: 'decode',
    module: new URL('./decode-child.ts', import.meta.url),
    size,
    maxOldSpaceMb: 128,
    maxDataMb,
    maxCpuSeconds,
    readRoots: programFolders(import.meta.url),
    ...(sandbox === undefined ? {} : { sandbox }),
    recycleAfter: parserJobsPerChild,
    setup: { maxPixels } satisfies DecodeSetup,
    env: { VIPS_BLOCK_UNTRUSTED: '1' },
  });
  return {
    decode: (image, { signal, priority }) =>
      runInTime(() => pool.run({ image }, { signal, priority, timeoutMs: pageTimeoutMs })),
    close: () => pool.close(),
  };
}
