import { samePositions } from './same-positions.ts';

/** How plainly a text says its currency: by a code or word, or only by a sign that several currencies share. */
type CurrencyMark = 'stated' | 'shared-sign';

/** A currency seen in a text: `start` and `end` are indices of the text, `end` exclusive. */
export interface SeenCurrency {
  readonly start: number;
  readonly end: number;
  /** ISO 4217 code. */
  readonly code: string;
  readonly mark: CurrencyMark;
}

/** Codes of ISO 4217 in use, without those that are words or company forms in documents: ALL, BHD, BOB, CUP, GEL, PEN, TOP ... */
const codes: ReadonlySet<string> = new Set(
  (
    'AED ARS AUD BGN BRL CAD CHF CLP CNY COP CZK DKK DZD EGP EUR GBP HKD HRK HUF IDR ILS INR ISK JOD JPY KES KRW KWD KZT ' +
    'LKR MAD MXN MYR NGN NOK NZD OMR PHP PKR PLN QAR RON RSD RUB SAR SEK SGD THB TND TRY TWD UAH USD UYU VND ZAR'
  ).split(' '),
);

/** Signs and abbreviations that stand beside amounts; a longer one goes before the one that it ends with. */
const signs: ReadonlyMap<string, string> = new Map([
  ['US$', 'USD'],
  ['AU$', 'AUD'],
  ['CA$', 'CAD'],
  ['NZ$', 'NZD'],
  ['HK$', 'HKD'],
  ['NT$', 'TWD'],
  ['MX$', 'MXN'],
  ['A$', 'AUD'],
  ['C$', 'CAD'],
  ['S$', 'SGD'],
  ['R$', 'BRL'],
  ['$', 'USD'],
  ['€', 'EUR'],
  ['£', 'GBP'],
  ['¥', 'JPY'],
  ['￥', 'JPY'],
  ['₹', 'INR'],
  ['₽', 'RUB'],
  ['₺', 'TRY'],
  ['₩', 'KRW'],
  ['₫', 'VND'],
  ['฿', 'THB'],
  ['₱', 'PHP'],
  ['₴', 'UAH'],
  ['₪', 'ILS'],
  ['₦', 'NGN'],
  ['RM', 'MYR'],
  ['RMB', 'CNY'],
  ['RS', 'INR'],
  ['RP', 'IDR'],
  ['FR', 'CHF'],
  ['SFR', 'CHF'],
  ['ZŁ', 'PLN'],
  ['ZL', 'PLN'],
  ['KČ', 'CZK'],
  ['KC', 'CZK'],
  ['FT', 'HUF'],
]);

/** Signs and codes that also stand for something else, so that they count only beside an amount. */
const besideAmounts: ReadonlySet<string> = new Set([
  'RS',
  'RP',
  'FR',
  'ZL',
  'KC',
  'FT',
  'TRY',
  'MAD',
  'RON',
  'COP',
]);

/** Signs that several currencies share; the code is that of the one most often meant. */
const sharedSigns: ReadonlySet<string> = new Set(['$', '¥', '￥']);

/** Whether several currencies share a sign, such as `$`. */
export function isSharedSign(mark: string | undefined): boolean {
  return mark !== undefined && sharedSigns.has(mark);
}

const written: readonly (readonly [pattern: string, code: string])[] = [
  ['EUROS?', 'EUR'],
  [
    '(?:US|U\\.S\\.|AMERICAN|AMERIKANISCHE) DOLLARS?|US-DOLLARS?|DOLLARS? (?:US|AMERICAINS?|AMERICANOS?)',
    'USD',
  ],
  ['AUSTRALIAN DOLLARS?', 'AUD'],
  ['CANADIAN DOLLARS?|DOLLARS? CANADIENS?', 'CAD'],
  ['NEW ZEALAND DOLLARS?', 'NZD'],
  ['SINGAPORE DOLLARS?', 'SGD'],
  ['HONG KONG DOLLARS?', 'HKD'],
  ['POUNDS? STERLING|BRITISH POUNDS?|PFUND STERLING|LIVRES? STERLING', 'GBP'],
  ['SWISS FRANCS?|SCHWEIZER FRANKEN|FRANCS? SUISSES?|FRANCHI SVIZZERI|FRANCOS SUIZOS', 'CHF'],
  ['RINGGIT(?: MALAYSIA)?', 'MYR'],
  ['INDIAN RUPEES?', 'INR'],
  ['JAPANESE YEN', 'JPY'],
  ['SWEDISH KRON[AO]R?|SCHWEDISCHE KRONEN', 'SEK'],
  ['NORWEGIAN KRON[AE]R?|NORWEGISCHE KRONEN', 'NOK'],
  ['DANISH KRON[AE]R?|DANISCHE KRONEN', 'DKK'],
  ['ZLOTYS?|ZŁOTYCH', 'PLN'],
  ['BRAZILIAN REA(?:L|IS)|REAIS', 'BRL'],
];

const escaped = (sign: string): string => sign.replaceAll('$', '\\$');
const signPattern = [...signs.keys()].sort((a, b) => b.length - a.length).map(escaped);

/**
 * Pattern of everything that may stand beside an amount as its currency: a sign, or three letters that `currencyOf` then
 * knows or not. For texts in capitals without accents.
 */
export const currencyMarkPattern = `(?:${signPattern.join('|')}|EUROS?|[A-Z]{3})`;

/** The ISO 4217 code of a currency's sign, code or abbreviation at either end of a text. */
export function currencyOf(text: string): string | undefined {
  const plain = samePositions(text).trim().replace(/\.$/, '');
  return (
    markAt(/^(?:\p{L}{0,2}\p{Sc}|\p{L}+)/u.exec(plain)?.[0]) ??
    markAt(/(?:\p{L}{0,2}\p{Sc}|\p{L}+)$/u.exec(plain)?.[0])
  );
}

function markAt(mark: string | undefined): string | undefined {
  if (mark === undefined) return undefined;
  if (/^EUROS?$/.test(mark)) return 'EUR';
  return signs.get(mark) ?? (codes.has(mark) ? mark : undefined);
}

const statedPattern = new RegExp(
  `(?<![A-Z])(?:${written.map(([pattern], i) => `(?<w${String(i)}>${pattern})`).join('|')}` +
    `|(?<code>[A-Z]{3})|(?<sign>${signPattern.join('|')}))(?![A-Z])`,
  'g',
);

/** All currencies that a text names, in order: codes, words and signs. */
export function findCurrencies(text: string): readonly SeenCurrency[] {
  const plain = samePositions(text);
  return [...plain.matchAll(statedPattern)].flatMap((match): SeenCurrency[] => {
    const [seen] = match;
    const at = written.findIndex((_, i) => match.groups?.[`w${String(i)}`] !== undefined);
    const code = written[at]?.[1] ?? markAt(seen);
    const end = match.index + seen.length;
    if (code === undefined) return [];
    // Letters such as `Fr` name a currency only where an amount follows or stands before; so does a code in small letters.
    const isCode = match.groups?.['code'] !== undefined;
    const needsNumber = besideAmounts.has(seen) || (isCode && text.slice(match.index, end) !== seen);
    if (needsNumber && !isBesideNumber(plain, match.index, end)) return [];
    return [{ start: match.index, end, code, mark: isSharedSign(seen) ? 'shared-sign' : 'stated' }];
  });
}

function isBesideNumber(plain: string, start: number, end: number): boolean {
  return /^\.?\s?[-(]?\s?\d/.test(plain.slice(end)) || /\d\s?$/.test(plain.slice(0, start));
}
