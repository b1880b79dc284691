import { currencyMarkPattern, currencyOf, isSharedSign } from './currencies.ts';
import { samePositions } from './same-positions.ts';

/** An amount seen in a text: `start` and `end` are indices of the text, `end` exclusive. */
export interface SeenMoney {
  readonly start: number;
  readonly end: number;
  /** Two decimals and a point, with a minus where negative. */
  readonly amount: string;
  /** ISO 4217 code where a currency stands at the amount. */
  readonly currency: string | undefined;
  /** Digits after the decimal mark as printed; a dash in their place counts as two. */
  readonly decimals: number;
}

/** A space within a number: a plain one may also separate two numbers. */
const unbreakable = '\u00a0';
const space = `[ ${unbreakable}]`;

/**
 * Numbers as they are printed: groups of three with a comma, point, apostrophe or space, groups of two after the last three
 * (1,23,456), one decimal mark, a dash for no decimals (50.--). What begins or ends within a longer run of digits and
 * marks is a piece of something else: a date, a telephone number, an identifier.
 */
const numberPattern = [
  `\\d{1,3}(?:[.' ${unbreakable}]?\\d{3})*[.,](?:--|[-–—])(?!${space}?\\d)`,
  `\\d{1,3}(?:,\\d{3})+(?:${space}?\\.${space}?\\d{1,4})?`,
  `\\d{1,2}(?:,\\d{2})+,\\d{3}(?:\\.\\d{1,2})?`,
  `\\d{1,3}(?:[. '${unbreakable}]\\d{3})+,\\d{1,4}`,
  `\\d{1,3}(?:['${unbreakable}]\\d{3})+(?:\\.\\d{1,4})?`,
  `\\d{1,3}(?: \\d{3})+(?:\\.\\d{1,2})?`,
  `\\d{1,3}(?:\\.\\d{3})+(?![.,]?\\d)`,
  `\\d+${space}?[.,]${space}?\\d{1,4}`,
  `\\d+`,
  `\\.\\d{2}`,
].join('|');

/** A number; a run of digits and marks that begins before it or goes on behind it is something else. */
const wholeNumber = new RegExp(
  `(?<![\\d.,/]|\\d[':${unbreakable}-])(?:${numberPattern})` +
    `(?![\\d%/:]|[.,']\\d|${unbreakable}\\d{3}|${space}?%|-\\d)`,
  'g',
);
const leftPattern = new RegExp(
  `(?:(?<![A-Z])(?<outer>${currencyMarkPattern})(?<outerGap>\\.?${space}?))?(?<sign>-${space}?|\\()?` +
    `(?:(?<![A-Z])(?<inner>${currencyMarkPattern})(?<innerGap>\\.?${space}?))?$`,
);
const rightPattern = new RegExp(
  `^(?:${space}?(?<mark>${currencyMarkPattern})(?![A-Z]))?(?<close>\\)|-(?!${space}?\\d)|${space}?(?:CR|GUTSCHRIFT|HABEN)(?![A-Z]))?`,
);

/** Longest text that stands left of a number as its currency and sign, with one character before it. */
const leftLength = 20;

/** All amounts in a text, in order: numbers that could be money, also plain integers. Percentages, times and dates are not. */
export function findMoney(text: string): readonly SeenMoney[] {
  const plain = withUsualMarks(samePositions(text));
  const found: SeenMoney[] = [];
  for (const match of plain.matchAll(wholeNumber)) {
    const before = found.at(-1)?.end ?? 0;
    if (match.index < before) continue;
    const seen = amountAt(plain, { start: match.index, number: match[0], before });
    if (seen !== undefined) found.push(seen);
  }
  return found;
}

/** The kinds of apostrophes, dashes and spaces as one each, in place. */
function withUsualMarks(text: string): string {
  return text
    .replace(/[\u2018\u2019\u201b\u02bc\u00b4`\u2032]/g, "'")
    .replace(
      /[\u2212\u2010\u2011\u2012\ufe63\uff0d]|(?<!\d)\u2013(?=[\d.\p{Sc}])|^\u2013|(?<=\d)\u2013(?!\s?\d)/gu,
      '-',
    )
    .replace(/[\u202f\u2009\u2007\u2006\u2008\u200a]/g, unbreakable);
}

interface NumberAt {
  readonly start: number;
  readonly number: string;
  /** End of the amount before. */
  readonly before: number;
}

function amountAt(plain: string, { start, number, before }: NumberAt): SeenMoney | undefined {
  const left = leftOf(plain, start, before);
  if (left === undefined) return undefined;
  const numberEnd = start + number.length;
  const right = rightOf(plain, numberEnd, {
    number,
    isMarked: left.currency !== undefined && !left.isShared,
  });
  const currency = right.currency ?? left.currency;
  const end = right.close === ')' && left.sign !== '(' ? right.markEnd : right.end;
  if (isSpaced(number) && currency === undefined && (left.start > 0 || end < plain.trimEnd().length)) {
    const last = number.slice(number.lastIndexOf(' ') + 1);
    return amountOf(last, {
      start: numberEnd - last.length,
      end,
      isNegative: isTrailing(right.close),
      currency,
    });
  }
  const inBrackets = left.sign === '(' && right.close === ')';
  const isNegative = inBrackets || left.sign === '-' || isTrailing(right.close);
  return amountOf(number, {
    start: left.sign === '(' && !inBrackets ? left.start + 1 : left.start,
    end,
    isNegative,
    currency,
  });
}

interface LeftPart {
  readonly start: number;
  readonly sign: '' | '-' | '(';
  readonly currency: string | undefined;
  /** Whether the currency is a sign that several share: a code behind the number says which is meant. */
  readonly isShared: boolean;
}

/** Currency and sign left of a number; undefined where the number is the end of a word, such as `A5.00`. */
function leftOf(plain: string, start: number, before: number): LeftPart | undefined {
  const from = Math.max(before, start - leftLength);
  const match = leftPattern.exec(plain.slice(from, start));
  const { outer, outerGap, sign = '', inner, innerGap } = match?.groups ?? {};
  const innerCode = inner === undefined ? undefined : currencyOf(inner);
  if (inner !== undefined && innerCode === undefined) {
    return innerGap === '' ? undefined : { start, sign: '', currency: undefined, isShared: false };
  }
  const signStart = start - (inner?.length ?? 0) - (innerGap?.length ?? 0) - sign.length;
  const outerCode = outer === undefined ? undefined : currencyOf(outer);
  if (outer !== undefined && outerCode === undefined && outerGap === '') return undefined;
  const at = outerCode === undefined ? signStart : signStart - (outer?.length ?? 0) - (outerGap?.length ?? 0);
  if (/[\dA-Z.,/]$/.test(plain.slice(Math.max(0, at - 1), at)) && at > before) return undefined;
  // A dash with a space between two numbers separates them.
  const isSeparator = sign.length > 1 && /[\d)]\s?$/.test(plain.slice(0, signStart));
  const own = isSeparator ? '' : sign.charAt(0);
  return {
    start: isSeparator ? signStart + sign.length : at,
    sign: own === '-' || own === '(' ? own : '',
    currency: outerCode ?? innerCode,
    isShared: isSharedSign(outerCode === undefined ? inner : outer),
  };
}

/**
 * Currency and sign right of a number. A currency before a further amount belongs to that one, if this number is an
 * integer or `isMarked` with a currency of its own.
 */
function rightOf(
  plain: string,
  start: number,
  { number, isMarked }: { readonly number: string; readonly isMarked: boolean },
): { markEnd: number; end: number; close: string; currency: string | undefined } {
  const rest = plain.slice(start, start + leftLength);
  const match = rightPattern.exec(rest);
  const mark = match?.groups?.['mark'];
  const code = mark === undefined ? undefined : currencyOf(mark);
  if (mark !== undefined) {
    const markEnd = start + (/^\s?/.exec(rest)?.[0].length ?? 0) + mark.length;
    const isOfNext =
      (isMarked || /^\d+$/.test(number)) && /^\.?\s?[-(]?\d+[.,]\d{2}/.test(plain.slice(markEnd));
    if (code !== undefined && !isOfNext) {
      const close = match?.groups?.['close'] ?? '';
      return { markEnd, end: markEnd + close.length, close: close.trim(), currency: code };
    }
  }
  const close = /^(?:\)|-(?!\s?\d)|\s?(?:CR|GUTSCHRIFT|HABEN)(?![A-Z]))/.exec(rest)?.[0] ?? '';
  return { markEnd: start, end: start + close.length, close: close.trim(), currency: undefined };
}

function isTrailing(close: string): boolean {
  return close !== '' && close !== ')';
}

/** Whether plain spaces separate the groups of a number that has no decimal comma: it may be two numbers. */
function isSpaced(number: string): boolean {
  return number.includes(' ') && /^\d{1,3}(?: \d{3})+(?:\.\d{1,2})?$/.test(number);
}

function amountOf(
  number: string,
  facts: {
    readonly start: number;
    readonly end: number;
    readonly isNegative: boolean;
    readonly currency: string | undefined;
  },
): SeenMoney | undefined {
  const read = readNumber(number, facts.currency);
  if (read === undefined) return undefined;
  const { start, end, currency } = facts;
  const isNegative = facts.isNegative && Number(read.amount) !== 0;
  return { start, end, amount: `${isNegative ? '-' : ''}${read.amount}`, currency, decimals: read.decimals };
}

/** Reads a text as one amount: the first one in it. */
export function parseMoney(text: string): string | undefined {
  return findMoney(text)[0]?.amount;
}

/** Currencies without decimals in use: a group of three behind a point is thousands. */
const withoutDecimals: ReadonlySet<string> = new Set([
  'JPY',
  'KRW',
  'HUF',
  'IDR',
  'VND',
  'CLP',
  'ISK',
  'PYG',
]);

/** Decides which mark is the decimal one: the last where there are two kinds, and groups of three are thousands. */
function readNumber(
  printed: string,
  currency: string | undefined,
): { amount: string; decimals: number } | undefined {
  const number = printed.replace(/(?<=[.,])(?:--|[-–—])$/, '00').replace(/[\s']/g, '');
  const mark = Math.max(number.lastIndexOf('.'), number.lastIndexOf(','));
  const kinds = new Set(number.replace(/\d/g, ''));
  const tail = mark < 0 ? '' : number.slice(mark + 1);
  const marks = number.length - number.replace(/[.,]/g, '').length;
  const groups =
    marks > 1 || number[mark] === ',' || (currency !== undefined && withoutDecimals.has(currency));
  const thousands = tail.length === 3 && kinds.size === 1 && groups;
  const whole = thousands || mark < 0 ? number : number.slice(0, mark);
  const decimals = thousands ? '' : tail;
  const value = Number(`${whole.replace(/[.,]/g, '')}.${decimals}`);
  // From 1e21 on a number is written with an exponent.
  if (value >= 1e21) return undefined;
  return { amount: (Math.round(value * 100 + 1e-6) / 100).toFixed(2), decimals: decimals.length };
}
