import type { Line, Word } from '@docfleet/domain';

/** A language by frequent words of documents in it, and the letters that it has besides a to z. */
interface Language {
  readonly words: readonly string[];
  readonly letters: string;
}

const languages: readonly Language[] = [
  {
    words: [
      'the',
      'of',
      'and',
      'to',
      'for',
      'total',
      'date',
      'amount',
      'invoice',
      'number',
      'tax',
      'thank',
      'you',
    ],
    letters: '',
  },
  {
    words: [
      'der',
      'die',
      'das',
      'und',
      'von',
      'für',
      'mit',
      'rechnung',
      'betrag',
      'datum',
      'nummer',
      'zzgl',
      'mwst',
    ],
    letters: 'äöüß',
  },
  {
    words: [
      'le',
      'la',
      'les',
      'des',
      'et',
      'du',
      'pour',
      'facture',
      'montant',
      'date',
      'tva',
      'numéro',
      'total',
    ],
    letters: 'àâæçéèêëîïôœùûüÿ',
  },
  {
    words: [
      'el',
      'los',
      'las',
      'y',
      'de',
      'del',
      'para',
      'factura',
      'importe',
      'fecha',
      'iva',
      'número',
      'total',
    ],
    letters: 'áéíñóúü',
  },
  {
    words: ['il', 'di', 'e', 'del', 'della', 'per', 'fattura', 'importo', 'data', 'iva', 'numero', 'totale'],
    letters: 'àèéìòù',
  },
  {
    words: ['de', 'het', 'een', 'en', 'van', 'voor', 'factuur', 'bedrag', 'datum', 'btw', 'nummer', 'totaal'],
    letters: 'áèéëïóöü',
  },
];

/** Frequent words of one language that a page shows at least, and how many more than of any other. */
const minWords = 4;
const minLead = 2;

/** A word with a higher confidence keeps letters of other languages: it is a name. */
const sure = 0.995;

const accented = /[\u00c0-\u024f\u1e00-\u1eff]/u;

/**
 * Lines in which accents that the language of the page does not have are taken off: a speck over a letter is read as an
 * accent. Pages whose language is not clear stay as they are, and so do words that were read with certainty.
 */
export function settleAccents(lines: readonly Line[]): readonly Line[] {
  const isDoubtful = (word: Word): boolean => word.confidence <= sure && accented.test(word.text);
  if (!lines.some((line) => line.words.some(isDoubtful))) return lines;
  const language = languageOf(lines);
  if (language === undefined) return lines;
  return lines.map((line) => {
    if (!line.words.some(isDoubtful)) return line;
    const words = line.words.map((word) =>
      isDoubtful(word) ? { ...word, text: withoutForeign(word.text, language.letters) } : word,
    );
    return { ...line, words, text: words.map(({ text }) => text).join(' ') };
  });
}

function languageOf(lines: readonly Line[]): Language | undefined {
  const shown = new Set(
    lines.flatMap(({ words }) => words.map(({ text }) => text.toLowerCase().replace(/[^\p{L}]/gu, ''))),
  );
  const counts = languages
    .map((language) => ({ language, count: language.words.filter((word) => shown.has(word)).length }))
    .toSorted((a, b) => b.count - a.count);
  const [best, next] = counts;
  if (best === undefined || best.count < minWords) return undefined;
  return best.count - (next?.count ?? 0) >= minLead ? best.language : undefined;
}

function withoutForeign(text: string, letters: string): string {
  return Array.from(text, (letter) => {
    if (!accented.test(letter) || letters.includes(letter.toLowerCase())) return letter;
    const [base] = letter.normalize('NFD');
    return base !== undefined && /[a-z]/i.test(base) ? base : letter;
  }).join('');
}
