import { samePositions } from './same-positions.ts';
import { writtenDate, writtenDay, writtenYear } from './written-dates.ts';

/** Which number comes first in 03/04/2020. */
export const dateOrders = ['day-first', 'month-first'] as const;
export type DateOrder = (typeof dateOrders)[number];

/** A value seen in a text: `start` and `end` are indices of the text, `end` exclusive. */
export interface SeenDate {
  readonly start: number;
  readonly end: number;
  /** `yyyy-mm-dd`. */
  readonly iso: string;
  readonly form: 'year-first' | 'numeric' | 'month-name' | 'compact';
  /** Whether day and month could be exchanged and only the order of the document tells which is which. */
  readonly isAmbiguous: boolean;
}

/** Names and abbreviations of the months in English, German, French, Spanish, Italian, Portuguese, Dutch, Malay, Russian. */
const monthWords = [
  'JAN JANUARY JANUAR JANNER JAENNER JANVIER JANV JANUARI ENERO ENE GENNAIO GEN JANEIRO ЯНВАРЯ',
  'FEB FEBRUARY FEBRUAR FEBER FEVRIER FEVR FEV FEBRUARI FEBRERO FEBBRAIO FEVEREIRO ФЕВРАЛЯ',
  'MAR MARCH MARZ MAERZ MARS MRZ MAC MARZO MARCO MAART MRT МАРТА',
  'APR APRIL AVRIL AVR ABRIL ABR APRILE АПРЕЛЯ',
  'MAY MAI MEI MAYO MAGGIO MAG MAIO МАЯ',
  'JUN JUNE JUNI JUIN JUNIO GIUGNO GIU JUNHO ИЮНЯ',
  'JUL JULY JULI JUILLET JUIL JUILL JULAI JULIO LUGLIO LUG JULHO ИЮЛЯ',
  'AUG AUGUST AOUT OGOS AUGUSTUS AGOSTO AGO АВГУСТА',
  'SEP SEPT SEPTEMBER SEPTEMBRE SEPTIEMBRE SETIEMBRE SETTEMBRE SETT SETEMBRO SET СЕНТЯБРЯ',
  'OCT OKT OCTOBER OKTOBER OCTOBRE OCTUBRE OTTOBRE OTT OUTUBRO OUT ОКТЯБРЯ',
  'NOV NOVEMBER NOVEMBRE NOVIEMBRE NOVEMBRO НОЯБРЯ',
  'DEC DEZ DECEMBER DEZEMBER DECEMBRE DIS DISEMBER DICIEMBRE DICEMBRE DIC DEZEMBRO ДЕКАБРЯ',
];
/** Abbreviations that are words of other languages: they name a month only before a year of four digits. */
const wordLikeMonths: ReadonlySet<string> = new Set([
  'SET',
  'OUT',
  'MAG',
  'GEN',
  'AGO',
  'DIC',
  'MARCO',
  'OTT',
]);
const months: ReadonlyMap<string, number> = new Map(
  monthWords.flatMap((words, index) => words.split(' ').map((word): [string, number] => [word, index + 1])),
);
const monthPattern = [...months.keys()].sort((a, b) => b.length - a.length).join('|');

/** What stands behind the number of a day: 5th, 1er, 2., 1º (which is read as O). */
const ordinals = 'ST|ND|RD|TH|ER|RE|TE|DE|ME|°|[EOA](?![A-Z])';
const marks = '[\\s\\-‐‑/.,]';

/** Whether a text names a month at all: most do not, and need no search for its forms. */
const anyMonth = new RegExp(`(?<![A-ZА-Я])(?:${monthPattern})(?![A-ZА-Я])`);

interface DateForm {
  readonly form: SeenDate['form'];
  readonly pattern: RegExp;
  /** Groups in the order year, month, day; `numeric` gives the two numbers as they stand. */
  readonly parts: (groups: readonly string[]) => readonly [year: string, first: string, second: string];
}

/** O and I stand for 0 and 1 where an engine misread them between digits and separators. */
const dateForms: readonly DateForm[] = [
  {
    form: 'year-first',
    pattern: /(?<![\dA-Z])(\d{4})\s?[-‐‑/.]\s?(\d{1,2})\s?[-‐‑/.]\s?(\d{1,2})(?!\d)/g,
    parts: ([y = '', m = '', d = '']) => [y, m, d],
  },
  {
    form: 'numeric',
    pattern:
      /(?<![\dA-Z.,])([0-3OI]?[\dOI])\s?([-‐‑/.])\s?([0-3OI]?[\dOI])\s?\2\s?((?:19|20|2O)[\dOI]{2}(?=\D|\d{1,2}:|$)|[\dOI]{2}(?![\d]))/g,
    parts: ([a = '', , b = '', y = '']) => [y, a, b],
  },
  {
    form: 'month-name',
    pattern: new RegExp(
      `(?<!\\d)(\\d{1,2})(?:${ordinals})?${marks}*(?:(?:DAY )?(?:OF|DE|DEL|DI|VAN|D)[\\s']+)?(${monthPattern})(?![A-ZА-Я])` +
        `(?:${marks}|')*(?:(?:OF|DE|DEL|DO|IN THE YEAR|A\\.?D)[\\s.]+)?((?:19|20)\\d{2}|\\d{2})(?!\\d)`,
      'g',
    ),
    parts: ([d = '', m = '', y = '']) => [y, m, d],
  },
  {
    form: 'month-name',
    pattern: new RegExp(
      `(?<![A-Z])(${monthPattern})${marks}*(?:THE )?(\\d{1,2})(?:ST|ND|RD|TH)?${marks}+((?:19|20)\\d{2}|\\d{2})(?!\\d)`,
      'g',
    ),
    parts: ([m = '', d = '', y = '']) => [y, m, d],
  },
  {
    form: 'month-name',
    pattern: new RegExp(`(?<!\\d)((?:19|20)\\d{2})${marks}*(${monthPattern})${marks}*(\\d{1,2})(?!\\d)`, 'g'),
    parts: ([y = '', m = '', d = '']) => [y, m, d],
  },
  // The mark of a time stamp with two digits of the year: 93 MAY 19 AM 8:48.
  {
    form: 'month-name',
    pattern: new RegExp(
      `(?<!\\d)(\\d{2})\\s?(${monthPattern})[\\s\\-+.]*(\\d[\\dI]?)(?=\\s?[/\\s]?\\s?[AP][MNH]?\\s?\\d)`,
      'g',
    ),
    parts: ([y = '', m = '', d = '']) => [y, m, d],
  },
  {
    form: 'month-name',
    pattern: new RegExp(writtenDate(monthPattern), 'g'),
    parts: ([d = '', m = '', y = '']) => [String(writtenYear(y)), m, String(writtenDay(d))],
  },
  {
    form: 'compact',
    pattern: /(?<!\d)((?:19|20)\d{2})(0[1-9]|1[0-2])([0-2]\d|3[01])(?!\d)/g,
    parts: ([y = '', m = '', d = '']) => [y, m, d],
  },
];

/** All dates in a text, in order, none inside another: where two overlap, the one that begins first is meant. */
export function findDates(text: string, order: DateOrder): readonly SeenDate[] {
  const plain = samePositions(text);
  const hasMonth = anyMonth.test(plain);
  if (!hasMonth && !/\d/.test(plain)) return [];
  const seen = dateForms
    .filter(({ form }) => hasMonth || form !== 'month-name')
    .flatMap(({ form, pattern, parts }) =>
      [...plain.matchAll(pattern)].flatMap((match): SeenDate[] => {
        const [year, first, second] = parts(match.slice(1));
        if (year.length < 4 && wordLikeMonths.has(first)) return [];
        const iso = isoDate(form, order, year, first, second);
        if (iso === undefined) return [];
        const isAmbiguous = form === 'numeric' && first !== second && isMonth(first) && isMonth(second);
        return [{ start: match.index, end: match.index + match[0].length, iso, form, isAmbiguous }];
      }),
    );
  const kept: SeenDate[] = [];
  for (const one of seen.sort((a, b) => a.start - b.start || b.end - a.end)) {
    if (one.start >= (kept.at(-1)?.end ?? 0)) kept.push(one);
  }
  return kept;
}

/** Reads a text as one date: the first one in it, also `251218` and `25122018` written without marks. */
export function parseDate(text: string, order: DateOrder): string | undefined {
  const [first] = findDates(text, order);
  if (first !== undefined) return first.iso;
  const digits = /^\D*(\d{2})(\d{2})(\d{4}|\d{2})\D*$/.exec(text);
  return digits === null
    ? undefined
    : isoDate('numeric', order, digits[3] ?? '', digits[1] ?? '', digits[2] ?? '');
}

function isoDate(
  form: SeenDate['form'],
  order: DateOrder,
  yearText: string,
  firstText: string,
  secondText: string,
): string | undefined {
  const year = fullYear(numberOf(yearText));
  const first = months.get(firstText) ?? numberOf(firstText);
  const second = numberOf(secondText);
  if (form !== 'numeric') return calendarDay(year, first, second);
  const dayFirst = calendarDay(year, second, first);
  const monthFirst = calendarDay(year, first, second);
  return order === 'day-first' ? (dayFirst ?? monthFirst) : (monthFirst ?? dayFirst);
}

function isMonth(digits: string): boolean {
  const number = numberOf(digits);
  return number >= 1 && number <= 12;
}

function numberOf(digits: string): number {
  return Number(digits.replaceAll('O', '0').replaceAll('I', '1'));
}

function fullYear(year: number): number {
  if (year >= 100) return year;
  return year < 70 ? 2000 + year : 1900 + year;
}

function calendarDay(year: number, month: number, day: number): string | undefined {
  if (year < 1900 || year >= 2100 || month < 1 || month > 12) return undefined;
  const days = new Date(Date.UTC(year, month, 0)).getUTCDate();
  if (day < 1 || day > days) return undefined;
  return `${String(year)}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`;
}
