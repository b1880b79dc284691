import type { PageWords } from './review-types.ts';
import type { Box } from './view.ts';

/** A word by its line and its place in it, both from 0. */
export interface WordPlace {
  readonly line: number;
  readonly word: number;
}

type Lines = PageWords['lines'];

/** What was taken from a page to fill a field. */
export interface PickedWords {
  readonly text: string;
  readonly box: Box;
}

/** The words from one to another, both included, in reading order; undefined where there is none. */
export function wordsBetween(lines: Lines, from: WordPlace, to: WordPlace): PickedWords | undefined {
  const [first, last] = isBefore(from, to) ? [from, to] : [to, from];
  return picked(lines, (place) => !isBefore(place, first) && !isBefore(last, place));
}

/** The words whose middle is within a box. */
export function wordsWithin(lines: Lines, [left, top, right, bottom]: Box): PickedWords | undefined {
  return picked(lines, (_, [wordLeft, wordTop, wordRight, wordBottom]) => {
    const x = (wordLeft + wordRight) / 2;
    const y = (wordTop + wordBottom) / 2;
    return x >= left && x <= right && y >= top && y <= bottom;
  });
}

function picked(lines: Lines, isPicked: (place: WordPlace, box: Box) => boolean): PickedWords | undefined {
  const words = lines.flatMap((line, lineIndex) =>
    line.words.filter((word, wordIndex) => isPicked({ line: lineIndex, word: wordIndex }, word.box)),
  );
  const [first, ...rest] = words;
  if (first === undefined) return undefined;
  return {
    text: words.map(({ text }) => text).join(' '),
    box: rest.reduce<Box>((box, word) => around(box, word.box), first.box),
  };
}

function around(a: Box, b: Box): Box {
  return [Math.min(a[0], b[0]), Math.min(a[1], b[1]), Math.max(a[2], b[2]), Math.max(a[3], b[3])];
}

export function isBefore(a: WordPlace, b: WordPlace): boolean {
  return a.line < b.line || (a.line === b.line && a.word < b.word);
}

/** The first word of a page; undefined of a page without words. */
export function firstWord(lines: Lines): WordPlace | undefined {
  const line = lines.findIndex(({ words }) => words.length > 0);
  return line === -1 ? undefined : { line, word: 0 };
}

/** The word that is nearest to a point of the page. */
export function nearestWord(lines: Lines, [x, y]: readonly [number, number]): WordPlace | undefined {
  let best: { readonly place: WordPlace; readonly distance: number } | undefined;
  for (const [line, { words }] of lines.entries()) {
    for (const [word, { box }] of words.entries()) {
      const dx = Math.max(box[0] - x, 0, x - box[2]);
      const dy = Math.max(box[1] - y, 0, y - box[3]);
      // A line above or below is further than a gap in the line.
      const distance = dx + 4 * dy;
      if (best === undefined || distance < best.distance) best = { place: { line, word }, distance };
    }
  }
  return best?.place;
}

/** The word that an arrow key leads to: along the line and over its end, or the nearest one in the line above or below. */
export function wordBeside(
  lines: Lines,
  at: WordPlace,
  key: 'ArrowLeft' | 'ArrowRight' | 'ArrowUp' | 'ArrowDown',
): WordPlace {
  const filled = lines.flatMap(({ words }, line) => (words.length === 0 ? [] : [line]));
  const row = filled.indexOf(at.line);
  switch (key) {
    case 'ArrowLeft': {
      if (at.word > 0) return { line: at.line, word: at.word - 1 };
      const line = filled[row - 1];
      return line === undefined ? at : { line, word: (lines[line]?.words.length ?? 1) - 1 };
    }
    case 'ArrowRight': {
      if (at.word + 1 < (lines[at.line]?.words.length ?? 0)) return { line: at.line, word: at.word + 1 };
      const line = filled[row + 1];
      return line === undefined ? at : { line, word: 0 };
    }
    case 'ArrowUp':
    case 'ArrowDown': {
      const line = filled[row + (key === 'ArrowUp' ? -1 : 1)];
      const here = lines[at.line]?.words[at.word];
      const words = line === undefined ? undefined : lines[line]?.words;
      if (line === undefined || here === undefined || words === undefined) return at;
      const x = (here.box[0] + here.box[2]) / 2;
      const distances = words.map(({ box }) => Math.max(box[0] - x, 0, x - box[2]));
      return { line, word: distances.indexOf(Math.min(...distances)) };
    }
  }
}
