/**
 * Share of each letter, a to z, in running text: the mean of English, German and French (percent, rounded; letter
 * frequencies as in Lewand, Cryptological Mathematics, 2000, and Beutelspacher, Kryptologie, 2005).
 */
const usualShares = [
  7.4, 1.5, 2.9, 4.3, 15.5, 1.8, 2.0, 4.0, 7.3, 0.4, 0.7, 4.3, 2.7, 7.9, 5.4, 2.1, 0.5, 6.5, 7.1, 7.4, 4.4,
  1.2, 1.4, 0.3, 1.0, 0.6,
] as const;

/** Fewer letters than this say nothing about a language. */
const fewestLetters = 60;

/** Least similarity (cosine) to the usual shares; shifted or shuffled alphabets stay below 0.6. */
const leastSimilarity = 0.68;

/** Least share of characters that are letters or digits. */
const leastAlphanumeric = 0.5;

/**
 * Whether text could be language: enough letters and digits among its characters and, for Latin letters, about the
 * usual shares of them. Catches fonts whose characters are mapped to others. Other scripts and short texts pass.
 */
export function readsLikeLanguage(text: string): boolean {
  const characters = Array.from(text).filter((character) => !/[\s._\-=*·…]/u.test(character));
  if (characters.length < fewestLetters) return true;
  const alphanumeric = characters.filter((character) => /[\p{L}\p{N}]/u.test(character)).length;
  if (alphanumeric / characters.length < leastAlphanumeric) return false;
  return similarityToUsual(text) >= leastSimilarity;
}

function similarityToUsual(text: string): number {
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
  if (latin < fewestLetters || other > latin) return 1;
  let dot = 0;
  let ours = 0;
  let usual = 0;
  usualShares.forEach((share, index) => {
    const count = counts[index] ?? 0;
    dot += share * count;
    ours += count * count;
    usual += share * share;
  });
  return dot / Math.sqrt(ours * usual);
}
