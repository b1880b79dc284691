import { plainText } from './plain-text.ts';
import { currencyOf } from './currencies.ts';

/** Text prepared for finding phrases in it: letters and digits only, with what OCR confuses folded together. */
export interface SearchText {
  readonly original: string;
  readonly folded: string;
  /** For each folded character: its index in the original text. */
  readonly origin: readonly number[];
  /** For each folded character: whether a word of the original text starts there. */
  readonly startsWord: readonly boolean[];
}

/** Where a phrase stands in a text: `start` and `end` are indices of the original text, `end` exclusive. */
export interface PhraseMatch {
  readonly start: number;
  readonly end: number;
  /** 1 when every letter is right, less the more letters differ. */
  readonly similarity: number;
}

/** Characters an engine takes for one another; labels and texts are compared after folding. */
const lookalikes: Readonly<Record<string, string>> = { '0': 'O', '1': 'I', L: 'I', '5': 'S', '8': 'B' };

export function searchText(text: string): SearchText {
  let folded = '';
  const origin: number[] = [];
  const startsWord: boolean[] = [];
  let atStart = true;
  for (let i = 0; i < text.length; i += 1) {
    const plain = plainText(text.charAt(i)).replace(/[^A-Z0-9]/g, '');
    if (plain === '') {
      if (!/\p{M}/u.test(text.charAt(i))) atStart = true;
      continue;
    }
    for (const letter of plain) {
      folded += lookalikes[letter] ?? letter;
      origin.push(i);
      startsWord.push(atStart);
      atStart = false;
    }
  }
  return { original: text, folded, origin, startsWord };
}

const foldedPhrases = new Map<string, string>();

/** The phrase as it is compared; phrases come from class files, so there are few of them. */
export function foldPhrase(phrase: string): string {
  const known = foldedPhrases.get(phrase);
  if (known !== undefined) return known;
  const { folded } = searchText(phrase);
  foldedPhrases.set(phrase, folded);
  return folded;
}

/** Edits a phrase of `length` letters may be away: none for short ones, which are close to many words. */
function allowedEdits(length: number): number {
  if (length >= 13) return 2;
  return length >= 6 ? 1 : 0;
}

/**
 * Finds a phrase that begins at a word; spaces and punctuation do not count, lookalike letters are equal, and long
 * phrases may have one or two wrong letters. Words of up to four letters must also end at a word's end.
 */
export function findPhrase(text: SearchText, phrase: string): PhraseMatch | undefined {
  const wanted = foldPhrase(phrase);
  if (wanted === '' || wanted.length > text.folded.length + 2) return undefined;
  const edits = allowedEdits(wanted.length);
  return exactMatch(text, wanted, endsSomewhere) ?? nearMatch(text, wanted, { edits, mayEnd: endsSomewhere });
}

/**
 * Finds a phrase as whole words, with the same wrong letters as `findPhrase` but for the last one: there words of one
 * stem differ, as `supplier` and `supplies` do. An amount may follow without a space: `TOTAL9.00`, `TOTALRM9.00`.
 */
export function findWholePhrase(text: SearchText, phrase: string): PhraseMatch | undefined {
  const wanted = foldPhrase(phrase);
  if (wanted === '' || wanted.length > text.folded.length + 2) return undefined;
  const mayEnd = (end: number): boolean => endsWord(text, end);
  const edits = allowedEdits(wanted.length);
  return (
    exactMatch(text, wanted, mayEnd) ??
    nearMatch(text, wanted, {
      edits,
      mayEnd: (end) => text.folded.charAt(end - 1) === wanted.at(-1) && mayEnd(end),
    })
  );
}

function endsSomewhere(): boolean {
  return true;
}

/** Whether a word ends before a folded character, or an amount begins there. */
function endsWord({ original, origin, startsWord }: SearchText, end: number): boolean {
  const next = origin[end];
  if (next === undefined || startsWord[end] === true) return true;
  const rest = original.slice(next);
  return /^\d/.test(rest) || currencyOf(/^\p{L}+/u.exec(rest)?.[0] ?? '') !== undefined;
}

/** Whether a phrase stands in a text letter by letter (lookalikes are equal); much quicker on long texts. */
export function hasPhrase(text: SearchText, phrase: string): boolean {
  const wanted = foldPhrase(phrase);
  return wanted !== '' && exactMatch(text, wanted, endsSomewhere) !== undefined;
}

function exactMatch(
  text: SearchText,
  wanted: string,
  mayEnd: (end: number) => boolean,
): PhraseMatch | undefined {
  for (let at = text.folded.indexOf(wanted); at >= 0; at = text.folded.indexOf(wanted, at + 1)) {
    const end = at + wanted.length;
    const isWhole = end === text.folded.length || text.startsWord[end] === true;
    if (text.startsWord[at] === true && (wanted.length > 4 || isWhole) && mayEnd(end))
      return matchOf(text, at, end, 1);
  }
  return undefined;
}

function nearMatch(
  text: SearchText,
  wanted: string,
  { edits, mayEnd }: { readonly edits: number; readonly mayEnd: (end: number) => boolean },
): PhraseMatch | undefined {
  if (edits === 0 || !sharesFragment(text.folded, wanted, edits)) return undefined;
  let best: { at: number; length: number; distance: number } | undefined;
  for (let at = 0; at <= text.folded.length - wanted.length + edits; at += 1) {
    if (text.startsWord[at] !== true) continue;
    const limit = best === undefined ? edits : best.distance - 1;
    const found = prefixDistance(text.folded, { at, wanted, limit, mayEnd });
    if (found !== undefined) best = { at, ...found };
    if (best?.distance === 1) break;
  }
  return best && matchOf(text, best.at, best.at + best.length, 1 - best.distance / wanted.length);
}

function matchOf(text: SearchText, at: number, end: number, similarity: number): PhraseMatch {
  return { start: text.origin[at] ?? 0, end: (text.origin[end - 1] ?? 0) + 1, similarity };
}

/** With k edits one of k + 1 pieces of the phrase must be there unchanged: a cheap test that excludes most texts. */
function sharesFragment(folded: string, wanted: string, edits: number): boolean {
  const size = Math.ceil(wanted.length / (edits + 1));
  for (let at = 0; at < wanted.length; at += size) {
    if (folded.includes(wanted.slice(at, at + size))) return true;
  }
  return false;
}

/**
 * Least edit distance between `wanted` and any prefix of `text` from `at` that may end where it does; undefined above
 * `limit`.
 */
function prefixDistance(
  text: string,
  options: {
    readonly at: number;
    readonly wanted: string;
    readonly limit: number;
    readonly mayEnd: (end: number) => boolean;
  },
): { distance: number; length: number } | undefined {
  const { at, wanted, limit, mayEnd } = options;
  const width = Math.min(text.length - at, wanted.length + limit);
  let row = Array.from({ length: width + 1 }, (_, column) => column);
  for (let i = 0; i < wanted.length; i += 1) {
    const next = [i + 1];
    for (let j = 0; j < width; j += 1) {
      const change = (row[j] ?? 0) + (wanted[i] === text[at + j] ? 0 : 1);
      next.push(Math.min(change, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1));
    }
    if (Math.min(...next) > limit) return undefined;
    row = next;
  }
  const ends = row.map((distance, length) =>
    distance <= limit && mayEnd(at + length) ? distance : Infinity,
  );
  const distance = Math.min(...ends);
  return distance > limit ? undefined : { distance, length: ends.indexOf(distance) };
}
