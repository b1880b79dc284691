/** How a value is compared with a label: `date` day first, `mdate` month first. */
export const comparisons = ['text', 'ident', 'amount', 'date', 'mdate', 'int'] as const;
export type Comparison = (typeof comparisons)[number];

/**
 * The form in which two values are compared, so that spelling does not matter: dates as dates, amounts as numbers
 * with two decimals, text without accents, case, punctuation and white space. What cannot be read is compared as
 * text. The rules are those of the scoring script that comes with the labelled data, case by case.
 */
export function comparable(kind: Comparison, value: string): string {
  switch (kind) {
    case 'text':
      return comparableText(value);
    case 'ident':
      return (
        plain(value)
          .replace(/[^A-Z0-9]/g, '')
          .replace(/^(NO|NR|NUMBER)(?=\d)/, '') || plain(value).trim()
      );
    case 'amount':
      return comparableAmount(value) ?? comparableText(value);
    case 'date':
      return comparableDate(value, false) ?? comparableText(value);
    case 'mdate':
      return comparableDate(value, true) ?? comparableText(value);
    case 'int': {
      const digits = /\d+/.exec(value);
      return digits === null ? comparableText(value) : String(BigInt(digits[0]));
    }
  }
}

function plain(value: string): string {
  return value.normalize('NFKD').replace(/\p{M}/gu, '').toUpperCase();
}

function comparableText(value: string): string {
  return (
    plain(value)
      .replaceAll('&', 'AND')
      .replace(/[^A-Z0-9]/g, '') || plain(value).trim()
  );
}

function comparableAmount(value: string): string | undefined {
  const text = plain(value).replace(/[ ']/g, '');
  const negative = /^\(.*\)$|-\D*\d|\d-$|CR$/.test(text);
  const printed = /\d[\d.,]*/.exec(text)?.[0].replace(/[.,]+$/, '');
  if (printed === undefined) return undefined;
  const number = Number(decimalPoint(printed));
  if (!Number.isFinite(number)) return undefined;
  const rounded = (number + 1e-9).toFixed(2);
  return negative && Number(rounded) !== 0 ? `-${rounded}` : rounded;
}

function decimalPoint(printed: string): string {
  const dot = printed.lastIndexOf('.');
  const comma = printed.lastIndexOf(',');
  if (dot >= 0 && comma >= 0) {
    return dot > comma ? printed.replaceAll(',', '') : printed.replaceAll('.', '').replaceAll(',', '.');
  }
  if (comma >= 0) {
    const thousands = /^\d{1,3}(,\d{3})+$/.test(printed) || printed.split(',').length > 2;
    return thousands ? printed.replaceAll(',', '') : printed.replace(',', '.');
  }
  if (printed.split('.').length > 2) {
    const tail = printed.slice(dot + 1);
    return printed.slice(0, dot).replaceAll('.', '') + (tail.length === 3 ? '' : '.') + tail;
  }
  return printed;
}

const monthNames = [
  'JAN JANUARY JANUAR JANVIER',
  'FEB FEBRUARY FEBRUAR FEVRIER',
  'MAR MARCH MARZ MAERZ MARS MRZ',
  'APR APRIL AVRIL',
  'MAY MAI MEI',
  'JUN JUNE JUNI JUIN',
  'JUL JULY JULI JUILLET',
  'AUG AUGUST AOUT OGOS',
  'SEP SEPT SEPTEMBER SEPTEMBRE',
  'OCT OKT OCTOBER OKTOBER OCTOBRE OKTOBRE',
  'NOV NOVEMBER NOVEMBRE',
  'DEC DEZ DECEMBER DEZEMBER DECEMBRE DIS',
];
const monthOf: ReadonlyMap<string, number> = new Map(
  monthNames.flatMap((names, i) => names.split(' ').map((name): [string, number] => [name, i + 1])),
);

function comparableDate(value: string, monthFirst: boolean): string | undefined {
  const text = plain(value);
  const yearFirst = /(?<!\d)(\d{4})\s*[-/.\u5e74]\s*(\d{1,2})\s*[-/.\u6708]\s*(\d{1,2})(?!\d)/.exec(text);
  if (yearFirst !== null) return day(yearFirst[1], yearFirst[2], yearFirst[3]);
  const numeric = /(?<!\d)(\d{1,2})\s*[-/. ]\s*(\d{1,2})\s*[-/. ]\s*(\d{4}|\d{2})(?!\d)/.exec(text);
  if (numeric !== null) return eitherOrder(numeric[1], numeric[2], numeric[3], monthFirst);
  const named = /(?<!\d)(\d{1,2})(?:ST|ND|RD|TH)?[\s\-/.,]*([A-Z]{3,9})[\s\-/.,]*(\d{4}|\d{2})(?!\d)/.exec(
    text,
  );
  if (named !== null && monthOf.has(named[2] ?? '')) {
    return day(named[3], String(monthOf.get(named[2] ?? '')), named[1]);
  }
  const nameFirst = /([A-Z]{3,9})[\s\-/.,]*(\d{1,2})(?:ST|ND|RD|TH)?[\s\-/.,]+(\d{4}|\d{2})(?!\d)/.exec(text);
  if (nameFirst !== null && monthOf.has(nameFirst[1] ?? '')) {
    return day(nameFirst[3], String(monthOf.get(nameFirst[1] ?? '')), nameFirst[2]);
  }
  const compact = /^\D*(\d{4})(\d{2})(\d{2})\D*$/.exec(text);
  const read = compact === null ? undefined : day(compact[1], compact[2], compact[3]);
  if (read !== undefined) return read;
  const digits = /^\D*(\d{2})(\d{2})(\d{4}|\d{2})\D*$/.exec(text);
  return digits === null ? undefined : eitherOrder(digits[1], digits[2], digits[3], monthFirst);
}

function eitherOrder(
  a: string | undefined,
  b: string | undefined,
  year: string | undefined,
  monthFirst: boolean,
): string | undefined {
  return monthFirst ? (day(year, a, b) ?? day(year, b, a)) : (day(year, b, a) ?? day(year, a, b));
}

function day(yearText = '', monthText = '', dayText = ''): string | undefined {
  const short = Number(yearText);
  const year = short >= 100 ? short : short + (short < 70 ? 2000 : 1900);
  const month = Number(monthText);
  const date = Number(dayText);
  if (month < 1 || month > 12 || date < 1 || date > 31 || year < 1900 || year >= 2100) return undefined;
  return [String(year), String(month).padStart(2, '0'), String(date).padStart(2, '0')].join('-');
}
