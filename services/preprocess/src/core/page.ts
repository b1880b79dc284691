import type { Line, TextLayerJudgement } from '@docfleet/domain';
import type { MediaType } from './media-type.ts';

/** What is asked of the page maker: some pages of one document. */
export interface PageRequest {
  readonly bytes: Uint8Array;
  readonly mediaType: MediaType;
  /** From 1. */
  readonly firstPage: number;
  /** Pages at most. */
  readonly count: number;
  readonly maxPages: number;
  readonly maxPagePixels: number;
}

/** One page, upright, with its own words where they are good. */
export interface MadePage {
  readonly page: number;
  readonly image: Uint8Array;
  readonly mediaType: 'image/png' | 'image/jpeg';
  readonly widthPx: number;
  readonly heightPx: number;
  readonly dpi: number | null;
  readonly rotation: 0 | 90 | 180 | 270;
  readonly deskewDegrees: number;
  readonly textLayer: TextLayerJudgement;
  readonly lines: readonly Line[] | null;
}

export interface MadePages {
  /** Pages of the whole document. */
  readonly pageCount: number;
  /** The pages asked for, without those that are damaged or too small to hold text. */
  readonly pages: readonly MadePage[];
  readonly tooSmall: number;
}

/** Makes pages of untrusted bytes, somewhere where that is safe. */
export interface PageMaker {
  /**
   * Throws the document faults of D-01, `WORKER_CRASHED` when the reader died of the document, and `TIMEOUT_PREPARE`
   * when it took longer than `timeoutMs`.
   */
  make(request: PageRequest, options: { signal: AbortSignal; timeoutMs: number }): Promise<MadePages>;
  /** Whether a plain page of our own can be read. */
  isHealthy(signal: AbortSignal): Promise<boolean>;
}
