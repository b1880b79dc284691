import type { TextPage } from './text-page.ts';

/** The lines and words of a document as JSON, with boxes in pixels of the page images and confidences from 0 to 1. */
export function toWords(pages: readonly TextPage[]): string {
  const written = pages.map(({ page, widthPx, heightPx, dpi, lines }) => ({
    page,
    widthPx,
    heightPx,
    dpi,
    lines: lines.map(({ text, box, confidence, words }) => ({
      text,
      box,
      confidence,
      words: words.map((word) => ({ text: word.text, box: word.box, confidence: word.confidence })),
    })),
  }));
  return `${JSON.stringify({ schema: 'docfleet.words/1', pages: written })}\n`;
}
