import { findDates, type DateOrder } from './dates.ts';
import { samePositions } from './same-positions.ts';

/** The order of day and month in a document, and whether the document itself says so. */
export interface DateOrderEvidence {
  readonly order: DateOrder;
  readonly isDecided: boolean;
}

/** From this sum of evidence on the order is decided. */
const enough = 2;

/** A numeric date that only one order can have, such as 03/18/2025; misread digits bound what several of them say. */
const provenWeight = 4;
const mostProven = 8;

/**
 * What speaks for the day first (above 0) or the month first: countries, languages, taxes, postcodes, telephone numbers,
 * currencies, company forms. Each counts once. Countries by the Unicode CLDR's short date patterns.
 */
const clues: readonly (readonly [pattern: RegExp, weight: number])[] = [
  [/€|(?<![A-Z])(?:EUR|EUROS?|GBP|CHF|MYR|SGD|AUD|NZD|INR|PLN|BRL)(?![A-Z])|£|₹|(?<![A-Z])RM ?\d/, 2],
  [/(?<![A-Z])(?:SDN\.? ?BHD|S\/B|PTE\.? LTD|PTY\.? LTD)(?![A-Z])/, 3],
  [/(?<![A-Z])(?:GMBH|UG|OHG|SARL|S\.A\.R\.L|EURL|S\.?R\.?L|S\.?P\.?A|LTDA|B\.?V|N\.V|PLC)(?![A-Z])/, 2],
  [/(?<![A-Z])(?:LTD|LIMITED)(?![A-Z])/, 1],
  [/(?<![A-Z])(?:VAT|GST|SST|IBAN|BIC|MWST|UST|TVA|IVA|BTW|ABN|SIRET|UST-ID\w*)(?![A-Z])/, 2],
  [
    /(?<![A-Z])(?:RECHNUNG\w*|DATUM|BETRAG|SUMME|FACTURE|MONTANT|ECHEANCE|FECHA|FACTURA|IMPORTE|FATTURA|IMPORTO|FATURA|VALOR|FACTUUR|BEDRAG|TARIKH|JALAN|JLN|TAMAN|JUMLAH|TUNAI|SEITE|MENGE)(?![A-Z])/,
    2,
  ],
  [/(?<![A-Z])[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}(?![A-Z\d])/, 1.5],
  [/\+(?:3\d|4\d|6\d|7|9[1-9])/, 1.5],
  [
    /(?<!\d)\d{1,2}(?:ST|ND|RD|TH)? (?:JAN|FEB|MAR|APR|MAY|JUN|JUL|AUG|SEP|OCT|NOV|DEC)[A-Z]*\.?,? (?:19|20)\d\d/,
    1,
  ],
  [/(?<!\d)\d{1,2}\.\d{1,2}\.(?:19|20)\d\d(?!\d)/, 2.5],
  [
    /(?:,|\s)\s?(?:AL|AK|AZ|AR|CA|CO|CT|DE|FL|GA|HI|ID|IL|IN|IA|KS|KY|LA|ME|MD|MA|MI|MN|MS|MO|MT|NE|NV|NH|NJ|NM|NY|NC|ND|OH|OK|OR|PA|RI|SC|SD|TN|TX|UT|VT|VA|WA|WV|WI|WY|DC)\.?,? +\d{5}(?:-\d{4})?(?!\d)/,
    -3,
  ],
  [/\(\d{3}\) ?\d{3}-\d{4}|(?<![\d-])\d{3}[-.]\d{3}[-.]\d{4}(?!\d)/, -2],
  [/SALES TAX|(?<![A-Z])(?:EIN|ABA|IRS|ZIP CODE)(?![A-Z])|UNITED STATES|(?<![A-Z])U\.?S\.?A(?![A-Z])/, -2],
  [/(?<![A-Z])USD(?![A-Z])|US\$/, -1.5],
  [/(?<![A-Z])\$ ?\d/, -1],
  [/(?<![A-Z])(?:INC|LLC|LLP|CORP)(?![A-Z])/, -1],
  [
    /(?<![A-Z])(?:JAN|FEB|MAR|APR|MAY|JUN|JUL|AUG|SEP|OCT|NOV|DEC)[A-Z]*\.? \d{1,2}(?:ST|ND|RD|TH)?, ?(?:19|20)\d\d/,
    -1,
  ],
];

/**
 * The order in which a document writes day and month in numbers: from its other dates and from what it says of its country
 * and language. Without enough evidence it is `usual`, and not decided.
 */
export function dateOrderOf(lines: readonly string[], usual: DateOrder): DateOrderEvidence {
  const proven = lines.reduce((sum, line) => sum + provenIn(line), 0);
  const text = samePositions(lines.join('\n'));
  const spoken = clues.reduce((sum, [pattern, weight]) => sum + (pattern.test(text) ? weight : 0), 0);
  const score = Math.min(mostProven, Math.max(-mostProven, provenWeight * proven)) + spoken;
  if (Math.abs(score) < enough) return { order: usual, isDecided: false };
  return { order: score > 0 ? 'day-first' : 'month-first', isDecided: true };
}

/** Numeric dates that prove an order: those with the day first less those with the month first. */
function provenIn(line: string): number {
  if (!/\d[-‐‑/. ]+\d/.test(line)) return 0;
  return findDates(line, 'day-first').reduce((sum, seen) => {
    if (seen.form !== 'numeric' || seen.isAmbiguous) return sum;
    const [first = 0, second = 0] = (line.slice(seen.start, seen.end).match(/\d+/g) ?? []).map(Number);
    if (first > 12 && second <= 12) return sum + 1;
    return second > 12 && first <= 12 ? sum - 1 : sum;
  }, 0);
}
