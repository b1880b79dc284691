import { joinSpacedLetters, spellLigatures, type Box, type Line } from '@docfleet/domain';
import { lineConfidence, type SeenLine } from './characters.ts';
import { boxAround, scaled, sliceOf, type Quad } from './quad.ts';
import { wordsOf } from './words.ts';

/** Lines with a lower mean confidence are noise: rules, stamps, edges. */
const minConfidence = 0.5;

/**
 * A recognised line with its words, in pixels of the page; undefined when nothing was read there.
 * `scale` leads from the pixels of `quad` to those of the page.
 */
export function pieceOf(
  seen: SeenLine,
  quad: Quad,
  page: { readonly width: number; readonly height: number; readonly scale: number },
): Line | undefined {
  const confidence = lineConfidence(seen);
  const words = wordsOf(seen);
  if (words.length === 0 || confidence < minConfidence) return undefined;
  const boxOf = (part: Quad): Box => boxAround(scaled(part, page.scale), page);
  const placed = joinSpacedLetters(
    words.map((word) => ({
      text: spellLigatures(word.text),
      box: boxOf(sliceOf(quad, word.from, word.to)),
      confidence: rounded(word.confidence),
    })),
  );
  return {
    text: placed.map(({ text }) => text).join(' '),
    box: boxOf(quad),
    confidence: rounded(confidence),
    words: placed,
  };
}

/** Rounds to four digits: further ones differ between machines. */
function rounded(value: number): number {
  return Math.min(1, Math.round(value * 10_000) / 10_000);
}
