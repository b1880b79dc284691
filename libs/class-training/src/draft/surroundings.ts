import { unionOf, type Word } from '@docfleet/domain';
import { inColumn, leftOf, type PageLayout } from '@docfleet/field-extraction';

/** What stands around a value and may name it. */
export interface Surroundings {
  /** The words before it in its line; where there are none, the part of the line to the left. */
  readonly left: string;
  /** The text close above it. */
  readonly above: string;
}

const nothing: Surroundings = { left: '', above: '' };

/** What stands left of words and above them; empty texts where the page has nothing there. */
export function surroundingsOf(layout: PageLayout, words: readonly Word[]): Surroundings {
  const [first] = words;
  const box = unionOf(words.map((word) => word.box));
  if (first === undefined || box === undefined) return nothing;
  const segment = layout.segments.find((one) => one.words.some((word) => isSame(word, first)));
  if (segment === undefined) return nothing;
  const index = segment.words.findIndex((word) => isSame(word, first));
  const inline = segment.text.slice(0, segment.wordStarts[index] ?? 0).trim();
  const left = inline === '' ? (leftOf(layout, segment)?.text ?? '') : inline;
  return { left, above: inColumn(layout, { row: segment.row, box }, -1, 2)?.text ?? '' };
}

/** Most words of a phrase that names a value. */
const maxWords = 5;

/**
 * The phrases that end a text, the longest first: `delivery note no`, `note no`, `no`. In lower case, without marks at
 * their ends; none reaches beyond a word with a digit, which is a value and no name.
 */
export function endingPhrases(text: string): readonly string[] {
  const words = text
    .toLowerCase()
    .split(/\s+/)
    .map((word) => word.replace(/^[^\p{L}\d]+|[^\p{L}\d]+$/gu, ''));
  while (words.at(-1) === '') words.pop();
  const from = Math.max(words.findLastIndex((word) => /\d/.test(word)) + 1, words.length - maxWords);
  return words
    .slice(from)
    .map((_, i) =>
      words
        .slice(from + i)
        .filter((word) => word !== '')
        .join(' '),
    )
    .filter((phrase) => /\p{L}{2}/u.test(phrase));
}

function isSame(a: Word, b: Word): boolean {
  return a.text === b.text && a.box.every((side, i) => side === b.box[i]);
}
