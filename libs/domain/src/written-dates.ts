import { numberWords } from './number-words.ts';

const englishMonth = '(?:JAN|FEB|MAR|APR|MAY|JUN|JUL|AUG|SEP|OCT|NOV|DEC)';

const englishStems: readonly (readonly [cardinal: RegExp, ordinal: string])[] = [
  [/ONE$/, 'FIRST'],
  [/TWO$/, 'SECOND'],
  [/THREE$/, 'THIRD'],
  [/FIVE$/, 'FIFTH'],
  [/EIGHT$/, 'EIGHTH'],
  [/NINE$/, 'NINTH'],
  [/TWELVE$/, 'TWELFTH'],
  [/TY$/, 'TIETH'],
];

/** Words of a language that name a day of the month. */
const dayWords: ReadonlyMap<string, number> = new Map([
  ...ordinalsOf(numberWords['en'] ?? [], englishOrdinal),
  ...ordinalsOf(numberWords['de'] ?? [], germanOrdinal),
  ...ordinalsOf(numberWords['nl'] ?? [], dutchOrdinal),
  ...['fr', 'es', 'it', 'pt'].flatMap((language) => ordinalsOf(numberWords[language] ?? [], (word) => word)),
  ...['PREMIER', 'PRIMERO', 'PRIMO', 'PRIMEIRO'].map((word): [string, number] => [word, 1]),
]);

/** What stands for 2000 before the words of the last two digits, by language. */
const thousands: Readonly<Record<string, string>> = {
  en: '(?:TWO THOUSAND(?: AND)? |TWENTY[ -])',
  de: 'ZWEITAUSEND(?:UND)?',
  fr: 'DEUX[ -]MILLE[ -]',
  es: 'DOS MIL ',
  it: 'DUEMILA ?',
  pt: 'DOIS MIL E ',
  nl: 'TWEEDUIZEND ?',
};

const yearForms = Object.entries(thousands).map(([language, prefix]) => {
  const words = numberWords[language] ?? [];
  return {
    pattern: `${prefix}(?:${choiceOf(words)})`,
    ends: new RegExp(`^${prefix}(${choiceOf(words)})$`),
    words,
  };
});

/**
 * Pattern of a date whose day or year is in words: groups day, month, year. The years 2001 to 2031 are known, in English,
 * German, French, Spanish, Italian, Portuguese and Dutch.
 */
export function writtenDate(monthPattern: string): string {
  const year = `(?:19|20)\\d{2}|${yearForms.map(({ pattern }) => pattern).join('|')}`;
  return (
    `(?<![A-Z\\d])(${choiceOf([...dayWords.keys()])}|\\d{1,2}(?:ST|ND|RD|TH|ER|\\.)?)(?: DAY)?[\\s,]+(?:(?:OF|DE|DEL|DI|VAN) )?` +
    `(${monthPattern})(?![A-Z])[\\s,]+(?:(?:OF|DE|DEL|DO|IN THE YEAR(?: OF OUR LORD)?|A\\.?D\\.?)[\\s,]+)?(${year})(?![A-Z\\d])`
  );
}

/** The day that a group of \`writtenDate\` names. */
export function writtenDay(text: string): number {
  return dayWords.get(spelled(text)) ?? Number.parseInt(text, 10);
}

/** The year that a group of \`writtenDate\` names; NaN for none. */
export function writtenYear(text: string): number {
  for (const { ends, words } of yearForms) {
    const rest = ends.exec(text)?.[1];
    const index = rest === undefined ? -1 : words.indexOf(spelled(rest));
    if (index >= 0) return 2001 + index;
  }
  return Number(text);
}

/** The spelling of the tables: parts of a word joined by hyphens, ß as SS. */
function spelled(text: string): string {
  return text
    .replaceAll('ß', 'SS')
    .trim()
    .replace(/[\s-]+/g, '-');
}

function choiceOf(words: readonly string[]): string {
  return (
    [...words]
      .sort((a, b) => b.length - a.length)
      .map((word) => word.replaceAll('-', '[ -]').replaceAll('SS', '(?:SS|ß)'))
      // `due March 2025` and `once May` are English, and no second or eleventh day.
      .map((word) => (word === 'DUE' || word === 'ONCE' ? `${word}(?! ${englishMonth}[A-Z]{0,6} )` : word))
      .join('|')
  );
}

function ordinalsOf(
  words: readonly string[],
  ordinal: (word: string, number: number) => string | readonly string[],
): [string, number][] {
  return words.flatMap((word, index) =>
    [ordinal(word, index + 1)].flat().map((form): [string, number] => [form, index + 1]),
  );
}

function englishOrdinal(word: string): string {
  const stem = englishStems.find(([cardinal]) => cardinal.test(word));
  return stem === undefined ? `${word}TH` : word.replace(stem[0], stem[1]);
}

function germanOrdinal(word: string, number: number): readonly string[] {
  const irregular: Readonly<Record<number, string>> = { 1: 'ERST', 3: 'DRITT', 7: 'SIEBT', 8: 'ACHT' };
  const stem = irregular[number] ?? `${word}${number < 20 ? 'T' : 'ST'}`;
  return ['E', 'EN', 'ER', 'ES'].map((ending) => stem + ending);
}

function dutchOrdinal(word: string, number: number): string {
  const irregular: Readonly<Record<number, string>> = { 1: 'EERSTE', 3: 'DERDE', 8: 'ACHTSTE' };
  return irregular[number] ?? `${word}${number < 20 ? 'DE' : 'STE'}`;
}
