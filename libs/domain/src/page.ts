import type { PageReading } from './reading.ts';
import type { UnreadContent } from './unread-content.ts';

/** Reference to an object in the store; the digest is of the object's bytes. */
export interface ObjectRef {
  /** `s3://bucket/key`. */
  readonly uri: string;
  /** Lower-case hex; empty only in a tenant's own submission, where preprocess computes it. */
  readonly sha256: string;
  readonly mediaType: string;
  readonly sizeBytes: number;
}

/** Why a page's own text layer is or is not used (D-02). */
export const textLayerJudgements = ['none', 'trusted', 'hidden', 'sparse', 'garbled'] as const;
export type TextLayerJudgement = (typeof textLayerJudgements)[number];

/** One page as preprocess writes it: an upright image and the words of a trusted text layer. */
export interface PreparedPage {
  readonly page: number;
  readonly image: ObjectRef;
  readonly widthPx: number;
  readonly heightPx: number;
  /** Pixels per inch of the image; null where the source does not say. */
  readonly dpi: number | null;
  /** Clockwise turn that was applied to make the page upright, in degrees. */
  readonly rotation: 0 | 90 | 180 | 270;
  /** Skew that was taken out, in degrees, counter-clockwise positive. */
  readonly deskewDegrees: number;
  readonly textLayer: TextLayerJudgement;
  /** The text layer's words; present if and only if `textLayer` is `trusted`. */
  readonly reading: PageReading | null;
  /** Whether the page shows words that its trusted text layer does not have. Absent in files of older releases: no. */
  readonly lacksWords?: boolean | undefined;
  /** What of the page is not in its image. Absent in files of older releases: nothing. */
  readonly unread?: readonly UnreadContent[] | undefined;
}

/** What preprocess writes for a document: `manifest.json`. */
export interface PageManifest {
  readonly mediaType: string;
  /** Pages in the document, including pages that were not prepared. */
  readonly pageCount: number;
  readonly pages: readonly PreparedPage[];
}

/** What OCR writes for a document: `readings.json`, one entry per page, in order. */
export interface ReadingManifest {
  readonly pages: readonly {
    readonly page: number;
    readonly reading: ObjectRef;
    readonly engine: PageReading['engine'];
    readonly engineVersion: string;
    readonly fromCache: boolean;
    /** Mean confidence of the page's words, 0 to 1; 0 for an empty page. */
    readonly confidence: number;
    readonly wordCount: number;
  }[];
}
