import { plainText } from './plain-text.ts';

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
}

export interface SeenMoney {
  readonly start: number;
  readonly end: number;
  /** Two decimals and a point, with a minus where negative. */
  readonly amount: string;
  /** ISO 4217 code where a currency stands at the amount. */
  readonly currency: string | undefined;
  /** Digits after the decimal mark as printed. */
  readonly decimals: number;
}

const monthWords = [
  'JAN JANUARY JANUAR JANVIER JANUARI',
  'FEB FEBRUARY FEBRUAR FEVRIER FEBRUARI',
  'MAR MARCH MARZ MAERZ MARS MRZ MAC',
  'APR APRIL AVRIL AVR',
  'MAY MAI MEI',
  'JUN JUNE JUNI JUIN',
  'JUL JULY JULI JUILLET JULAI',
  'AUG AUGUST AOUT OGOS',
  'SEP SEPT SEPTEMBER SEPTEMBRE',
  'OCT OKT OCTOBER OKTOBER OCTOBRE',
  'NOV NOVEMBER NOVEMBRE',
  'DEC DEZ DECEMBER DEZEMBER DECEMBRE DIS DISEMBER',
];
const months: ReadonlyMap<string, number> = new Map(
  monthWords.flatMap((words, index) => words.split(' ').map((word): [string, number] => [word, index + 1])),
);
const monthPattern = [...months.keys()].sort((a, b) => b.length - a.length).join('|');

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
    pattern: /(?<![\dA-Z])(\d{4})\s?[-/.]\s?(\d{1,2})\s?[-/.]\s?(\d{1,2})(?!\d)/g,
    parts: ([y = '', m = '', d = '']) => [y, m, d],
  },
  {
    form: 'numeric',
    pattern:
      /(?<![\dA-Z.,])([0-3OI]?[\dOI])\s?([-/.])\s?([0-3OI]?[\dOI])\s?\2\s?((?:19|20|2O)[\dOI]{2}(?=\D|\d{1,2}:|$)|[\dOI]{2}(?![\d]))/g,
    parts: ([a = '', , b = '', y = '']) => [y, a, b],
  },
  {
    form: 'month-name',
    pattern: new RegExp(
      `(?<!\\d)(\\d{1,2})(?:ST|ND|RD|TH|ER)?[\\s\\-/.,]*(${monthPattern})(?![A-Z])[\\s\\-/.,']*((?:19|20)\\d{2}|\\d{2})(?!\\d)`,
      'g',
    ),
    parts: ([d = '', m = '', y = '']) => [y, m, d],
  },
  {
    form: 'month-name',
    pattern: new RegExp(
      `(?<![A-Z])(${monthPattern})[\\s\\-/.,]*(\\d{1,2})(?:ST|ND|RD|TH)?[\\s\\-/.,]+((?:19|20)\\d{2}|\\d{2})(?!\\d)`,
      'g',
    ),
    parts: ([m = '', d = '', y = '']) => [y, m, d],
  },
  {
    form: 'month-name',
    pattern: new RegExp(
      `(?<!\\d)((?:19|20)\\d{2})[\\s\\-/.,]*(${monthPattern})[\\s\\-/.,]*(\\d{1,2})(?!\\d)`,
      'g',
    ),
    parts: ([y = '', m = '', d = '']) => [y, m, d],
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
  const seen = dateForms.flatMap(({ form, pattern, parts }) =>
    [...plain.matchAll(pattern)].flatMap((match): SeenDate[] => {
      const [year, first, second] = parts(match.slice(1));
      const iso = isoDate(form, order, year, first, second);
      return iso === undefined ? [] : [{ start: match.index, end: match.index + match[0].length, iso, form }];
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

const currencies: readonly (readonly [pattern: string, code: string])[] = [
  ['EUR', 'EUR'],
  ['€', 'EUR'],
  ['US\\$', 'USD'],
  ['USD', 'USD'],
  ['S\\$', 'SGD'],
  ['SGD', 'SGD'],
  ['GBP', 'GBP'],
  ['£', 'GBP'],
  ['CHF', 'CHF'],
  ['MYR', 'MYR'],
  ['RM', 'MYR'],
  ['\\$', 'USD'],
];
const currencyPattern = currencies.map(([pattern]) => pattern).join('|');
const moneyPattern = new RegExp(
  `(?<![\\dA-Z.,/])(?<!\\d:)(?:(?<before>${currencyPattern})\\s?)?(?<sign>[-(]\\s?)?(?:(?<inside>${currencyPattern})\\s?)?` +
    `(?<number>\\d{1,3}(?:,\\d{3})+(?:\\s?\\.\\s?\\d{1,4})?|\\d{1,3}(?:[. ']\\d{3})+,\\d{1,4}|\\d{1,3}(?:[.']\\d{3})+(?![.,]?\\d)` +
    `|\\d{1,3}(?:'\\d{3})+\\.\\d{1,4}|\\d+\\s?[.,]\\s?\\d{1,4}|\\d+|\\.\\d{2})(?![\\d%/:]|[.,]\\d|\\s?%|-\\d)` +
    `(?:\\s?(?<after>${currencyPattern})(?![A-Z]))?(?<close>\\)|-(?!\\d)|\\s?CR\\b)?`,
  'g',
);

/** The ISO 4217 code of a currency's sign or abbreviation at either end of a text. */
export function currencyOf(text: string): string | undefined {
  const plain = samePositions(text).trim();
  return currencies.find(([pattern]) =>
    new RegExp(`^(?:${pattern})(?![A-Z])|(?<![A-Z])(?:${pattern})$`).test(plain),
  )?.[1];
}

/** All amounts in a text, in order: numbers that could be money, also plain integers. Percentages, times and dates are not. */
export function findMoney(text: string): readonly SeenMoney[] {
  const plain = samePositions(text);
  return [...plain.matchAll(moneyPattern)].flatMap((match): SeenMoney[] => {
    const groups = match.groups ?? {};
    const number = groups['number'] ?? '';
    const currency = groups['before'] ?? groups['inside'] ?? groups['after'];
    const read = readNumber(number);
    if (read === undefined) return [];
    const negative = groups['sign'] !== undefined || /-|CR/.test(groups['close'] ?? '');
    const amount = `${negative && Number(read.amount) !== 0 ? '-' : ''}${read.amount}`;
    return [
      {
        start: match.index,
        end: match.index + match[0].trimEnd().length,
        amount,
        currency: currency === undefined ? undefined : currencyOf(currency),
        decimals: read.decimals,
      },
    ];
  });
}

/** Reads a text as one amount: the first one in it. */
export function parseMoney(text: string): string | undefined {
  return findMoney(text)[0]?.amount;
}

/** Decides which mark is the decimal one: the last where there are two kinds, and groups of three are thousands. */
function readNumber(printed: string): { amount: string; decimals: number } | undefined {
  const number = printed.replace(/[\s']/g, '');
  const mark = Math.max(number.lastIndexOf('.'), number.lastIndexOf(','));
  const kinds = new Set(number.replace(/\d/g, ''));
  const tail = mark < 0 ? '' : number.slice(mark + 1);
  const marks = number.length - number.replace(/[.,]/g, '').length;
  const thousands = tail.length === 3 && kinds.size === 1 && (marks > 1 || number[mark] === ',');
  const whole = thousands || mark < 0 ? number : number.slice(0, mark);
  const decimals = thousands ? '' : tail;
  const value = Number(`${whole.replace(/[.,]/g, '')}.${decimals}`);
  // From 1e21 on a number is written with an exponent.
  if (value >= 1e21) return undefined;
  return { amount: (Math.round(value * 100 + 1e-6) / 100).toFixed(2), decimals: decimals.length };
}

/** Upper case without accents, character by character, so that positions in the text stay true. */
function samePositions(text: string): string {
  const whole = plainText(text);
  if (whole.length === text.length && whole === text.toUpperCase()) return whole;
  let plain = '';
  for (let i = 0; i < text.length; i += 1) {
    const upper = plainText(text.charAt(i));
    plain += upper.length === 1 ? upper : text.charAt(i);
  }
  return plain;
}
