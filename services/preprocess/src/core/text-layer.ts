import type { Box, TextLayerJudgement } from '@docfleet/domain';
import type { Blob } from './blobs.ts';
import { isGlyph, type Glyph, type GlyphRun } from './glyph.ts';
import type { GreyImage } from './grey.ts';
import { readsLikeLanguage } from './language.ts';

/** What a page's own text is compared with. */
export interface PageLook {
  /** The rendering, at the glyphs' scale. */
  readonly grey: GreyImage;
  /** Blobs of ink that may be letters, in a smaller image; `scale` of its pixels make one of the rendering. */
  readonly textBlobs: readonly Blob[];
  readonly scale: number;
  /** Share of the page under its largest image, 0 to 1. */
  readonly imageCover: number;
}

/** Measures of a text layer, each 0 to 1. */
export interface TextLayerFacts {
  readonly glyphCount: number;
  /** Glyphs that show on the page, of all that carry text. */
  readonly shownShare: number;
  /** Shown glyphs that are drawn invisibly: a reading laid under or over a scan. */
  readonly overlayShare: number;
  /** Ink of letters that lies under shown glyphs. */
  readonly inkCovered: number;
  /** Shown glyphs with no or an implausible character. */
  readonly badShare: number;
  readonly likeLanguage: boolean;
}

/** A text layer with the verdict on it and, if it is trusted, the part of it that is. */
export interface JudgedTextLayer {
  readonly judgement: TextLayerJudgement;
  readonly glyphs: GlyphRun;
  readonly facts: TextLayerFacts;
}

/** Thresholds; each stands where the labelled documents leave a gap (see the service's README). */
const limits = {
  /** Letters' ink that visible text must cover. */
  inkCovered: 0.65,
  /** Letters' ink that an invisible reading of a scan must cover. */
  inkCoveredByOverlay: 0.85,
  /** Glyphs of an invisible reading that must lie on ink. */
  overlayShown: 0.95,
  /** Characters that may be unmapped or implausible. */
  bad: 0.05,
  /** Image share from which text on it is a reading of the image, however it is drawn. */
  scanCover: 0.7,
} as const;

/**
 * Judges a page's own text by what is drawn (D-02). Text that does not show is dropped first: invisible, white on
 * white, outside the page. What is left must cover the ink of the page's letters, else somebody would read more
 * than it says; it must consist of plausible characters and, when it lies on a scan, be a close reading of it.
 */
export function judgeTextLayer(run: GlyphRun, look: PageLook): JudgedTextLayer {
  const all = run.filter(isGlyph);
  if (all.length === 0) return { judgement: 'none', glyphs: [], facts: noFacts };
  const drawn = all.filter((glyph) => !glyph.invisible);
  const isReading = look.imageCover >= limits.scanCover || drawn.length === 0;
  // Where text is drawn visibly, invisible text beside it is not the page's.
  const candidates = new Set((isReading ? all : drawn).filter((glyph) => isShown(glyph, look.grey)));
  const glyphs = run.filter((item) => !isGlyph(item) || candidates.has(item));
  const shown = [...candidates];
  const facts: TextLayerFacts = {
    glyphCount: all.length,
    shownShare: shown.length / all.length,
    overlayShare: shareOf(shown, (glyph) => glyph.invisible),
    inkCovered: inkCovered(shown, look),
    badShare: shareOf(shown, (glyph) => glyph.unmapped || !isPlausible(glyph.text)),
    likeLanguage: readsLikeLanguage(shown.map((glyph) => glyph.text).join('')),
  };
  return { judgement: verdictOn(facts, isReading), glyphs, facts };
}

const noFacts: TextLayerFacts = {
  glyphCount: 0,
  shownShare: 0,
  overlayShare: 0,
  inkCovered: 0,
  badShare: 0,
  likeLanguage: false,
};

function verdictOn(facts: TextLayerFacts, isReading: boolean): TextLayerJudgement {
  if (facts.shownShare === 0) return 'hidden';
  if (isReading && facts.shownShare < limits.overlayShown) return 'hidden';
  if (facts.badShare > limits.bad || !facts.likeLanguage) return 'garbled';
  if (facts.inkCovered < (isReading ? limits.inkCoveredByOverlay : limits.inkCovered)) return 'sparse';
  return 'trusted';
}

function shareOf(glyphs: readonly Glyph[], holds: (glyph: Glyph) => boolean): number {
  return glyphs.length === 0 ? 0 : glyphs.filter(holds).length / glyphs.length;
}

/** Least difference of brightness within a glyph's box that makes it show. */
const leastContrast = 40;

/** Whether anything is drawn where the glyph says to be. Marks too small to tell count as shown. */
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
    if (lightest - darkest >= leastContrast) return true;
  }
  return false;
}

function withMargin(box: Box, margin: number): Box {
  return [box[0] - margin, box[1] - margin, box[2] + margin, box[3] + margin];
}

/** Share of the letters' ink under the glyphs' boxes, by the blobs whose middle lies in one. */
function inkCovered(glyphs: readonly Glyph[], look: PageLook): number {
  const { grey, scale, textBlobs } = look;
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
