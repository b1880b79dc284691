import type { Line, TextLayerJudgement, UnreadContent } from '@docfleet/domain';
import type { MediaType } from './media-type.ts';

/** A request to render some pages of one document. */
export interface PageRequest {
  readonly bytes: Uint8Array;
  readonly mediaType: MediaType;
  /** From 1. */
  readonly firstPage: number;
  /** Maximum number of pages to render. */
  readonly count: number;
  readonly maxPages: number;
  readonly maxPagePixels: number;
}

/** One rendered page, upright; `lines` has the words of its text layer where that is trusted. */
export interface RenderedPage {
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
  /** Whether the page shows words that its trusted text layer does not have. */
  readonly lacksWords: boolean;
  /** What of the page is not in its image. */
  readonly unread: readonly UnreadContent[];
}

export interface RenderedPages {
  /** Number of pages of the whole document. */
  readonly pageCount: number;
  /** The requested pages, without those that are damaged or too small to hold text. */
  readonly pages: readonly RenderedPage[];
  /** Number of requested pages that are too small to hold text. */
  readonly tooSmall: number;
}

/** Renders pages of untrusted bytes in isolation. */
export interface PageRenderer {
  /**
   * @throws FailureError the document faults of D-01, `WORKER_CRASHED` when the document crashed the renderer,
   *   `TIMEOUT_PREPARE` when it took longer than `timeoutMs`
   */
  render(request: PageRequest, options: { signal: AbortSignal; timeoutMs: number }): Promise<RenderedPages>;
  /** Whether a minimal document can be rendered. */
  isHealthy(signal: AbortSignal): Promise<boolean>;
}
