import type { Line, ReadingEngine, ReadingRoute } from '@docfleet/domain';

/** An engine's reading of one page image. */
export interface EngineReading {
  readonly lines: readonly Line[];
  readonly widthPx: number;
  readonly heightPx: number;
  /** Processor time of the page including decoding, in milliseconds. */
  readonly cpuMs: number;
  /** Peak resident memory of the engine's process, in megabytes, without the one that decoded the page. */
  readonly peakRssMb: number;
}

export interface EngineReadOptions {
  readonly route: ReadingRoute;
  readonly signal: AbortSignal;
  /** Lower values are read first. */
  readonly priority: number;
}

/** An OCR engine. */
export interface PageEngine {
  readonly name: ReadingEngine;
  /**
   * @throws FailureError `ENGINE_UNAVAILABLE` when the engine cannot work at all, `WORKER_CRASHED` when the page crashed its
   *   process, `TIMEOUT_OCR`, document faults; or the signal's reason
   */
  read(image: Uint8Array, options: EngineReadOptions): Promise<EngineReading>;
  /** Identifies everything a reading depends on; may start the engine. @throws FailureError `ENGINE_UNAVAILABLE` */
  version(route: ReadingRoute, signal: AbortSignal): Promise<string>;
  close(): Promise<void>;
}
