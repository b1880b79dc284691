import type { WordAddress } from './class-draft.ts';
import { boxOf, type Box } from './view.ts';

/** A word of a page with its place in pixels of the page's image. */
export interface PlacedWord {
  readonly at: WordAddress;
  readonly text: string;
  readonly box: Box;
}

export interface PageWords {
  readonly page: number;
  readonly widthPx: number;
  readonly heightPx: number;
  /** Line by line, in the order of the file. */
  readonly words: readonly PlacedWord[];
}

/** What the artifact `words.json` says. */
interface WordsFile {
  readonly pages: readonly {
    readonly page: number;
    readonly widthPx: number;
    readonly heightPx: number;
    readonly lines: readonly {
      readonly words: readonly { readonly text: string; readonly box: readonly number[] }[];
    }[];
  }[];
}

/** The words of a document, by page. The gateway has written the file, so its form is not checked again. */
export function wordsIn(file: unknown): readonly PageWords[] {
  return (file as WordsFile).pages.map(({ page, widthPx, heightPx, lines }) => ({
    page,
    widthPx,
    heightPx,
    words: lines.flatMap(({ words }, line) =>
      words.flatMap(({ text, box }, word): PlacedWord[] => {
        const placed = boxOf(box);
        return placed === undefined || text.trim() === '' ? [] : [{ at: { line, word }, text, box: placed }];
      }),
    ),
  }));
}

/** The text of a value: its words in their order. */
export function textOf(page: PageWords | undefined, words: readonly WordAddress[]): string {
  return words
    .flatMap(
      ({ line, word }) => page?.words.find(({ at }) => at.line === line && at.word === word)?.text ?? [],
    )
    .join(' ');
}

/** The word that an arrow key leads to from another: the next one in reading order, or the nearest above or below. */
export function wordBeside(
  words: readonly PlacedWord[],
  from: PlacedWord,
  key: 'ArrowLeft' | 'ArrowRight' | 'ArrowUp' | 'ArrowDown',
): PlacedWord | undefined {
  const index = words.indexOf(from);
  if (key === 'ArrowLeft') return words[index - 1];
  if (key === 'ArrowRight') return words[index + 1];
  const sign = key === 'ArrowDown' ? 1 : -1;
  const [x, y] = middleOf(from);
  const height = from.box[3] - from.box[1];
  const beyond = words.filter((word) => sign * (middleOf(word)[1] - y) > 0.6 * height);
  const distance = (word: PlacedWord): number => {
    const [wordX, wordY] = middleOf(word);
    return Math.abs(wordX - x) + 4 * Math.abs(wordY - y);
  };
  return beyond.reduce<PlacedWord | undefined>(
    (best, word) => (best === undefined || distance(word) < distance(best) ? word : best),
    undefined,
  );
}

function middleOf({ box: [left, top, right, bottom] }: PlacedWord): readonly [number, number] {
  return [(left + right) / 2, (top + bottom) / 2];
}
