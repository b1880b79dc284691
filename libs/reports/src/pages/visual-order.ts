/** Letters of scripts that are written from right to left. */
const rightToLeft = /[\p{Script=Hebrew}\p{Script=Arabic}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}]/u;

const segmenter = new Intl.Segmenter('und', { granularity: 'grapheme' });

/**
 * A word as its letters stand on the page from left to right, which is how readers of PDF expect text: they turn words
 * of scripts that are written from right to left around again.
 */
export function visualOrder(word: string): string {
  if (!rightToLeft.test(word)) return word;
  return Array.from(segmenter.segment(word), ({ segment }) => segment)
    .reverse()
    .join('');
}
