import type { Box, TextLayerJudgement } from '@docfleet/domain';
import type { Blob } from './blobs.ts';
import { isGlyph, type Glyph, type GlyphRun } from './glyph.ts';
import type { GreyImage } from './grey.ts';
import { readsLikeLanguage } from './language.ts';

/** The rendered page that a text layer is compared with. */
export interface PageAppearance {
  /** The rendered page, in the glyphs' coordinates. */
  readonly grey: GreyImage;
  /** Blobs that may be letters, in an image reduced by `scale`. */
  readonly textBlobs: readonly Blob[];
  readonly scale: number;
  /** Share of the page under its largest image, 0 to 1. */
  readonly imageCover: number;
}

/** Measures of a text layer; shares are 0 to 1. */
interface TextLayerMeasures {
  /** Share of the glyphs that are visible on the page. */
  readonly shownShare: number;
  /** Share of the letters' ink that is under shown glyphs. */
  readonly inkCovered: number;
  /** Share of the shown glyphs without a character, or with an implausible one. */
  readonly badShare: number;
  readonly likeLanguage: boolean;
}

/** The judgement of a text layer, with its visible glyphs. */
export interface JudgedTextLayer {
  readonly judgement: TextLayerJudgement;
  readonly glyphs: GlyphRun;
}

/** Thresholds, each within a gap of the labelled documents' values. */
const limits = {
  /** Share of the letters' ink that visible text must cover. */
  inkCovered: 0.65,
  /** Share of the letters' ink that OCR text of a scan must cover. */
  inkCoveredByOverlay: 0.85,
  /** Share of the glyphs of OCR text that must lie on ink. */
  overlayShown: 0.95,
  /** Share of the glyphs that may be unmapped or implausible. */
  bad: 0.05,
  /** Share of the page covered by an image from which any text counts as OCR text of that image. */
  scanCover: 0.7,
} as const;

/**
 * Judges a page's text layer against the rendered page (D-02). Text that is not visible is removed first: invisible, white
 * on white, outside the page. The rest must cover the ink of the page's letters, else the layer lacks text; it must
 * consist of plausible characters and, on a scan, match the image closely.
 */
export function judgeTextLayer(run: GlyphRun, page: PageAppearance): JudgedTextLayer {
  const all = run.filter(isGlyph);
  if (all.length === 0) return { judgement: 'none', glyphs: [] };
  const drawn = all.filter((glyph) => !glyph.invisible);
  const isOcrText = page.imageCover >= limits.scanCover || drawn.length === 0;
  // Where text is drawn visibly, invisible text does not belong to the page.
  const candidates = new Set((isOcrText ? all : drawn).filter((glyph) => isShown(glyph, page.grey)));
  const glyphs = run.filter((item) => !isGlyph(item) || candidates.has(item));
  const shown = [...candidates];
  const judgement = judgementOf(isOcrText, {
    shownShare: shown.length / all.length,
    inkCovered: inkCovered(shown, page),
    badShare: shareOf(shown, (glyph) => glyph.unmapped || !isPlausible(glyph.text)),
    likeLanguage: readsLikeLanguage(shown.map((glyph) => glyph.text).join('')),
  });
  return { judgement, glyphs };
}

function judgementOf(isOcrText: boolean, measures: TextLayerMeasures): TextLayerJudgement {
  if (measures.shownShare === 0) return 'hidden';
  if (isOcrText && measures.shownShare < limits.overlayShown) return 'hidden';
  if (measures.badShare > limits.bad || !measures.likeLanguage) return 'garbled';
  if (measures.inkCovered < (isOcrText ? limits.inkCoveredByOverlay : limits.inkCovered)) return 'sparse';
  return 'trusted';
}

function shareOf(glyphs: readonly Glyph[], holds: (glyph: Glyph) => boolean): number {
  return glyphs.length === 0 ? 0 : glyphs.filter(holds).length / glyphs.length;
}

/** Minimum difference of brightness within the box of a visible glyph. */
const minContrast = 40;

/** Whether anything is drawn in the glyph's box. */
function isShown(glyph: Glyph, grey: GreyImage): boolean {
  const [left, top, right, bottom] = withMargin(glyph.box, 1);
  if (right <= 0 || bottom <= 0 || left >= grey.widthPx || top >= grey.heightPx) return false;
  let darkest = 255;
  let lightest = 0;
  const endX = Math.min(grey.widthPx, Math.ceil(right));
  const endY = Math.min(grey.heightPx, Math.ceil(bottom));
  for (let y = Math.max(0, Math.floor(top)); y < endY; y += 1) {
    for (let x = Math.max(0, Math.floor(left)); x < endX; x += 1) {
      const value = grey.pixels[y * grey.widthPx + x] ?? 0;
      if (value < darkest) darkest = value;
      if (value > lightest) lightest = value;
    }
    if (lightest - darkest >= minContrast) return true;
  }
  return false;
}

function withMargin(box: Box, margin: number): Box {
  return [box[0] - margin, box[1] - margin, box[2] + margin, box[3] + margin];
}

/** Share of the letters' ink under the glyphs' boxes: of the blobs whose centre is in one. */
function inkCovered(glyphs: readonly Glyph[], page: PageAppearance): number {
  const { grey, scale, textBlobs } = page;
  const widthPx = Math.ceil(grey.widthPx / scale) + 1;
  const heightPx = Math.ceil(grey.heightPx / scale) + 1;
  const under = new Uint8Array(widthPx * heightPx);
  for (const glyph of glyphs) {
    const [left, top, right, bottom] = withMargin(glyph.box, scale * 2);
    const from = Math.max(0, Math.floor(left / scale));
    const to = Math.min(widthPx, Math.ceil(right / scale));
    if (to <= from) continue;
    const endY = Math.min(heightPx, Math.ceil(bottom / scale));
    for (let y = Math.max(0, Math.floor(top / scale)); y < endY; y += 1) {
      under.fill(1, y * widthPx + from, y * widthPx + to);
    }
  }
  let covered = 0;
  let total = 0;
  for (const blob of textBlobs) {
    total += blob.area;
    const x = (blob.left + blob.right) >> 1;
    const y = (blob.top + blob.bottom) >> 1;
    if (under[y * widthPx + x] === 1) covered += blob.area;
  }
  return total === 0 ? 1 : covered / total;
}

/** Letters, digits, marks, punctuation and symbols; no private use, unassigned or control characters, no U+FFFD. */
const plausible = /^[\p{L}\p{M}\p{N}\p{P}\p{S}\p{Zs}]+$/u;

function isPlausible(text: string): boolean {
  return text !== '\ufffd' && plausible.test(text);
}
