import { cleaned, letterCount } from '../text-span.ts';

/** Fields that are spans of lines, with the longest span. */
export const spanFields = [
  { kind: 'name', longest: 4 },
  { kind: 'address', longest: 8 },
] as const;
export type SpanKind = (typeof spanFields)[number]['kind'];

/** The value of a span of lines, and the number of its lines that are left out at the beginning. */
export interface SpanText {
  readonly value: string;
  readonly skipped: number;
}

/** The value that neighbouring lines give: a name or an address without what surrounds it. */
export function spanText(kind: SpanKind, texts: readonly string[]): SpanText {
  if (kind === 'address') return { value: addressOf(texts.map(cleaned).join(' ')), skipped: 0 };
  const skipped = nameStart(texts);
  return { value: nameOf(texts.slice(skipped).join(' ')), skipped };
}

/** A number of a register behind a name, with its words and brackets. */
const registrationBehind =
  /\s*[([<{]?\s*(?:\b(?:co|company|business|reg|registration|roc|brn|gst|no|id|number)\b[\s.:#]*)*[([<{]?\s*(?:[A-Z]{1,3}\d{4,}|\d{4,})\w?(?:\s?[-–.]\s?\w{1,2}|\s\w)?\s*[)\]>}]*[\s.,]*$/i;

/** Brackets with three or more digits at the end. */
const digitsInBrackets = /\s*[([{<](?:[^()[\]{}<>]*\d){3}[^()[\]{}<>]*[)\]}>]?\W*$/;

const webBehind = /(?<=\S)\s+(?:www\.|https?:).*$/i;

function nameOf(joined: string): string {
  let name = cleaned(joined);
  for (const pattern of [registrationBehind, registrationBehind, digitsInBrackets, webBehind]) {
    const shorter = cleaned(name.replace(pattern, ''));
    if (letterCount(shorter) >= 3) name = shorter;
  }
  return ownWords(name, legalWords).length === 0 ? '' : name.replace(misreadInitial, 'I');
}

/** A figure among initials. */
const misreadInitial = /(?<=\b\p{L}\.\s?)1(?=\.\s?\p{L})/gu;

const legalForm = /\b(?:sdn|bhd|s\/b|berhad|plt|enterprise|trading|ltd|limited|inc|llc|gmbh|sarl|corp)\b/i;

/** Words of which a legal form consists: they are no name. */
const legalWords: ReadonlySet<string> = new Set(
  'AND OF CO COMPANY M MALAYSIA SDN BHD LTD LIMITED INC PLT'.split(' '),
);

/** Words that do not tell one name from another. */
const commonWords: ReadonlySet<string> = new Set([
  ...legalWords,
  ...'THE TRADING ENTERPRISE SUPPLY STORE SHOP MARKET CENTRE CENTER RESTAURANT PHARMACY HARDWARE SERVICES'.split(
    ' ',
  ),
]);

/**
 * The line at which a name begins. A brand often stands above the firm: where a later line has a legal form and two words
 * of its own, or begins with the first word again, the name starts there.
 */
function nameStart(texts: readonly string[]): number {
  const firstWord = lettersOf(texts[0]?.split(' ')[0] ?? '');
  for (let i = texts.length - 1; i > 0; i -= 1) {
    const text = texts[i] ?? '';
    const again = lettersOf(text.split(' ')[0] ?? '');
    if (firstWord.length > 3 && again === firstWord) return i;
    const form = legalForm.exec(text);
    if (form === null) continue;
    const head = text.slice(0, form.index);
    const own = ownWords(head, commonWords).filter((word) => word.length > 1);
    const goesOn =
      /^\W*[&)(]|^\W*and\b/i.test(text) ||
      /[&,(-]$/.test(texts[i - 1]?.trim() ?? '') ||
      isOpen(texts[i - 1] ?? '');
    return own.length >= 2 && !goesOn ? i : 0;
  }
  return 0;
}

/** The words that are not among `others`; figures count as words. */
function ownWords(text: string, others: ReadonlySet<string>): readonly string[] {
  return text
    .split(/\s+/)
    .map((word) => lettersOf(word) || word.replace(/\D/g, ''))
    .filter((word) => word !== '' && !others.has(word));
}

function isOpen(text: string): boolean {
  return text.split('(').length > text.split(')').length;
}

function lettersOf(text: string): string {
  return text.toUpperCase().replace(/[^\p{L}]/gu, '');
}

/** What follows an address in its line: telephone, tax number, mail, the title of the document. */
const behindAddress =
  /\s*(?:\(?\b(?:gst|sst|vat|tel|fax|phone|mobile|hotline|e-?mail|simplified|tax inv|cash bill|h\/p)\b|\bco\.? ?reg|www\.|https?:|\S+@\S+|\(?\+\d{2}|\b0\d{1,2}-\d{6,8}).*$/i;

/** A number of three or more digits in which a reading may have the letter O for zeros. */
const numberWithLetters = /\b(?=\d[\dO]*\d)\d[\dO]{2,}\b/g;

function addressOf(joined: string): string {
  const shorter = joined.replace(behindAddress, '');
  const address = (shorter.length > 12 ? shorter : joined).replace(numberWithLetters, (number) =>
    number.replaceAll('O', '0'),
  );
  return cleaned(cleaned(address).replace(/^(?:address|add|alamat|adresse|anschrift)\s*[:.]\s*/i, ''));
}
