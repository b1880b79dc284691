import { plainText, type PageReading } from '@docfleet/domain';

/** Words of at least three letters; those with digits are values and no part of a layout. */
const layoutWord = /^\p{L}{3,}$/u;

/**
 * The layout of a document as a set of short hashes, in order: one for each word of its first page with the quarter of the
 * width in which the word begins. Printed labels stand at the same place of each document of a layout.
 */
export function layoutWords(pages: readonly PageReading[]): readonly string[] {
  const words = (pages[0]?.lines ?? []).flatMap((line) => line.words);
  const left = Math.min(...words.map(({ box }) => box[0]));
  const right = Math.max(...words.map(({ box }) => box[2]));
  const hashes = words.flatMap(({ text, box }) => {
    const quarter = Math.floor((3.999 * (box[0] - left)) / Math.max(1, right - left));
    return plainText(text)
      .split(/[^\p{L}\p{N}]+/u)
      .filter((word) => layoutWord.test(word))
      .map((word) => hashOf(`${word}@${quarter}`));
  });
  return [...new Set(hashes)].sort();
}

/** FNV-1a (Fowler, Noll and Vo), folded to 24 bits so that lists of them stay short. */
function hashOf(text: string): string {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i += 1) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return (((hash >>> 8) ^ hash) & 0xffffff).toString(36);
}

/** How unlike known layouts a document is, from 0 to 1: the share of its layout words that are not known. */
export function layoutNovelty(words: readonly string[], isKnown: (word: string) => boolean): number {
  return words.length === 0 ? 1 : words.filter((word) => !isKnown(word)).length / words.length;
}
