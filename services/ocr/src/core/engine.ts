import type { Line, ReadingEngine, ReadingRoute } from '@docfleet/domain';

/** What an engine made of one page image. */
export interface EngineReading {
  readonly lines: readonly Line[];
  readonly widthPx: number;
  readonly heightPx: number;
  /** Processor time the page took, in milliseconds, decoding included. */
  readonly cpuMs: number;
  /** Largest resident size of the engine's process so far, in megabytes. */
  readonly peakRssMb: number;
}

export interface EngineReadOptions {
  readonly route: ReadingRoute;
  readonly signal: AbortSignal;
  /** Lower numbers first. */
  readonly priority: number;
}

/**
 * Something that reads page images. `read` throws `ENGINE_UNAVAILABLE` when the engine cannot work at all,
 * `WORKER_CRASHED` when its process died on the page, `TIMEOUT_OCR`, document faults, or the signal's reason.
 */
export interface PageEngine {
  readonly name: ReadingEngine;
  read(image: Uint8Array, options: EngineReadOptions): Promise<EngineReading>;
  /** Names everything a reading depends on; may have to start the engine to know. Throws `ENGINE_UNAVAILABLE`. */
  version(route: ReadingRoute, signal: AbortSignal): Promise<string>;
  close(): Promise<void>;
}
