import type { Box, TextLayerJudgement } from '@docfleet/domain';
import type { Blob } from './blobs.ts';
import { isGlyph, type Glyph, type GlyphRun } from './glyph.ts';
import { readsLikeLanguage } from './language.ts';
import type { TextBlobs } from './text-blobs.ts';

/** The rendered page that a text layer is compared with. */
export interface PageAppearance {
  /** Size of the rendered page, whose pixels are the glyphs' coordinates. */
  readonly widthPx: number;
  readonly heightPx: number;
  /** Blobs that may be letters, in an image reduced by `scale`, and their median height there. */
  readonly textBlobs: TextBlobs;
  readonly scale: number;
}

/** The judgement of a text layer, with its visible glyphs. */
export interface JudgedTextLayer {
  readonly judgement: TextLayerJudgement;
  /** The shown words of plausible characters, and the breaks between them. */
  readonly glyphs: GlyphRun;
  /** Of a trusted layer: whether the page shows words that are not in it, such as words of a picture. */
  readonly lacksWords: boolean;
}

/** Thresholds, each within a gap of the labelled documents' values. */
const limits = {
  /** Share of the letters' ink that visible text must cover. */
  inkCovered: 0.65,
  /** Share of the glyphs that may be unmapped or implausible. */
  bad: 0.05,
  /** Letters beside each other that no text covers, from which words are missing: two words. */
  uncoveredLetters: 12,
} as const;

/**
 * Judges a page's text layer against the rendered page (D-02). Text that the page does not show does not exist: a reader
 * of the page sees only what is drawn. So the OCR text behind or over a scan is never believed. The rest must consist of
 * plausible characters that read like language, and cover the ink of the page's letters.
 */
export function judgeTextLayer(run: GlyphRun, page: PageAppearance): JudgedTextLayer {
  const all = run.filter(isGlyph);
  const shown = all.filter((glyph) => glyph.shown);
  const bad = new Set(shown.filter((glyph) => glyph.unmapped || !isPlausible(glyph.text)));
  const { glyphs, wordsLost } = withoutWordsOf(
    bad,
    run.filter((item) => !isGlyph(item) || item.shown),
  );
  const { coveredShare, uncoveredLetters } = coverageOf(glyphs.filter(isGlyph), page);
  const judgement = judgementOf({
    letters: all.length,
    shown: shown.length,
    badShare: shown.length === 0 ? 0 : bad.size / shown.length,
    likeLanguage: readsLikeLanguage(
      glyphs
        .filter(isGlyph)
        .map(({ text }) => text)
        .join(''),
    ),
    coveredShare,
  });
  const lacksWords = wordsLost > 0 || uncoveredLetters >= limits.uncoveredLetters;
  return { judgement, glyphs, lacksWords: judgement === 'trusted' && lacksWords };
}

/**
 * The run without the words in which one of these glyphs is: the rest of such a word is not the word. A single sign of its
 * own, such as a bullet of a symbol font, is no word.
 */
function withoutWordsOf(
  bad: ReadonlySet<Glyph>,
  run: GlyphRun,
): { readonly glyphs: GlyphRun; readonly wordsLost: number } {
  if (bad.size === 0) return { glyphs: run, wordsLost: 0 };
  const glyphs: GlyphRun[number][] = [];
  let wordsLost = 0;
  let word: Glyph[] = [];
  const endWord = (): void => {
    if (!word.some((glyph) => bad.has(glyph))) glyphs.push(...word);
    else if (word.length > 1) wordsLost += 1;
    word = [];
  };
  for (const item of run) {
    if (isGlyph(item)) {
      word.push(item);
      continue;
    }
    endWord();
    glyphs.push(item);
  }
  endWord();
  return { glyphs, wordsLost };
}

function judgementOf(measures: {
  readonly letters: number;
  readonly shown: number;
  readonly badShare: number;
  readonly likeLanguage: boolean;
  readonly coveredShare: number;
}): TextLayerJudgement {
  if (measures.letters === 0) return 'none';
  if (measures.shown === 0) return 'hidden';
  if (measures.badShare > limits.bad || !measures.likeLanguage) return 'garbled';
  return measures.coveredShare < limits.inkCovered ? 'sparse' : 'trusted';
}

function withMargin(box: Box, margin: number): Box {
  return [box[0] - margin, box[1] - margin, box[2] + margin, box[3] + margin];
}

interface InkCoverage {
  /** Share of the letters' ink that is under glyphs: of the blobs whose centre is in the box of one. */
  readonly coveredShare: number;
  /** Letters outside all glyphs that have another such letter beside them. */
  readonly uncoveredLetters: number;
}

function coverageOf(glyphs: readonly Glyph[], page: PageAppearance): InkCoverage {
  const { blobs, heightPx: letterPx } = page.textBlobs;
  const under = areaUnder(glyphs, page);
  let covered = 0;
  let total = 0;
  const uncovered: Blob[] = [];
  for (const blob of blobs) {
    total += blob.area;
    const x = (blob.left + blob.right) >> 1;
    const y = (blob.top + blob.bottom) >> 1;
    if (under.has(x, y)) covered += blob.area;
    else uncovered.push(blob);
  }
  return {
    coveredShare: total === 0 ? 1 : covered / total,
    uncoveredLetters: besideEachOther(uncovered, letterPx),
  };
}

/** The boxes of glyphs in the reduced image, with a margin of two of its pixels. */
function areaUnder(
  glyphs: readonly Glyph[],
  page: PageAppearance,
): { readonly has: (x: number, y: number) => boolean } {
  const { scale } = page;
  const widthPx = Math.ceil(page.widthPx / scale) + 1;
  const heightPx = Math.ceil(page.heightPx / scale) + 1;
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
  return { has: (x, y) => under[y * widthPx + x] === 1 };
}

/** How many blobs have another one of a letter's size beside them, as letters of a word do. */
function besideEachOther(blobs: readonly Blob[], letterPx: number): number {
  const letters = blobs
    .filter(({ top, bottom }) => bottom - top >= letterPx * 0.6 && bottom - top <= letterPx * 3)
    .toSorted((a, b) => a.left - b.left);
  const found = new Set<Blob>();
  letters.forEach((one, index) => {
    const height = one.bottom - one.top;
    for (const other of letters.slice(index + 1)) {
      if (other.left - one.right > height) break;
      const overlap = Math.min(one.bottom, other.bottom) - Math.max(one.top, other.top);
      if (overlap >= 0.6 * Math.min(height, other.bottom - other.top)) {
        found.add(one);
        found.add(other);
        break;
      }
    }
  });
  return found.size;
}

/** Letters, digits, marks, punctuation and symbols; no private use, unassigned or control characters, no U+FFFD. */
const plausible = /^[\p{L}\p{M}\p{N}\p{P}\p{S}\p{Zs}]+$/u;

function isPlausible(text: string): boolean {
  return text !== '\ufffd' && plausible.test(text);
}
