/**
 * Share of each letter, a to z, in running text: the mean of English, German and French (percent, rounded; letter
 * frequencies as in Lewand, Cryptological Mathematics, 2000, and Beutelspacher, Kryptologie, 2005).
 */
const expectedShares = [
  7.4, 1.5, 2.9, 4.3, 15.5, 1.8, 2.0, 4.0, 7.3, 0.4, 0.7, 4.3, 2.7, 7.9, 5.4, 2.1, 0.5, 6.5, 7.1, 7.4, 4.4,
  1.2, 1.4, 0.3, 1.0, 0.6,
] as const;

/** Text with fewer letters is not judged. */
const minLetters = 60;

/** Minimum cosine similarity to the expected shares; shifted or shuffled alphabets stay below 0.6. */
const minSimilarity = 0.68;

/** Minimum share of letters and digits among the characters. */
const minAlphanumeric = 0.5;

/**
 * Whether text could be natural language: enough letters and digits among its characters and, for Latin letters, about
 * the expected frequencies. Detects fonts that map characters to wrong ones. Other scripts and short texts pass.
 */
export function readsLikeLanguage(text: string): boolean {
  const characters = Array.from(text).filter((character) => !/[\s._\-=*·…]/u.test(character));
  if (characters.length < minLetters) return true;
  const alphanumeric = characters.filter((character) => /[\p{L}\p{N}]/u.test(character)).length;
  if (alphanumeric / characters.length < minAlphanumeric) return false;
  return similarityToExpected(text) >= minSimilarity;
}

function similarityToExpected(text: string): number {
  const counts = new Array<number>(26).fill(0);
  let latin = 0;
  let other = 0;
  for (const letter of text.normalize('NFD').toLowerCase()) {
    const index = letter.charCodeAt(0) - 97;
    if (index >= 0 && index < 26) {
      counts[index] = (counts[index] ?? 0) + 1;
      latin += 1;
    } else if (/\p{L}/u.test(letter)) other += 1;
  }
  if (latin < minLetters || other > latin) return 1;
  let dot = 0;
  let counted = 0;
  let expected = 0;
  expectedShares.forEach((share, index) => {
    const count = counts[index] ?? 0;
    dot += share * count;
    counted += count * count;
    expected += share * share;
  });
  return dot / Math.sqrt(counted * expected);
}
