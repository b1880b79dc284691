import type { PageReading } from '@docfleet/domain';

/** Lengths of IBANs by country (SWIFT IBAN registry); numbers of other countries are not checked. */
const ibanLengths: Readonly<Record<string, number>> = {
  AT: 20,
  BE: 16,
  CH: 21,
  CZ: 24,
  DE: 22,
  DK: 18,
  ES: 24,
  FI: 18,
  FR: 27,
  GB: 22,
  IE: 22,
  IT: 27,
  LI: 21,
  LU: 20,
  NL: 18,
  NO: 15,
  PL: 28,
  PT: 25,
  SE: 24,
};

/** Checks an IBAN (ISO 13616): first four characters moved to the end, letters as numbers from A = 10, modulo 97 is 1. */
export function isIban(text: string): boolean {
  const iban = text.replace(/\s/g, '').toUpperCase();
  if (ibanLengths[iban.slice(0, 2)] !== iban.length || !/^[A-Z]{2}\d{2}[A-Z0-9]+$/.test(iban)) return false;
  const digits = (iban.slice(4) + iban.slice(0, 4)).replace(/[A-Z]/g, (letter) =>
    String(letter.charCodeAt(0) - 55),
  );
  return BigInt(digits) % 97n === 1n;
}

/** Checks a VAT id: German ones have an ISO 7064 MOD 11,10 check digit, French ones a key of the SIREN modulo 97. */
export function isVatId(text: string): boolean {
  const id = text.replace(/\s/g, '').toUpperCase();
  const german = /^DE(\d{8})(\d)$/.exec(id);
  if (german !== null) return germanCheckDigit(german[1] ?? '') === Number(german[2]);
  const french = /^FR(\d{2})(\d{9})$/.exec(id);
  if (french !== null) return (12 + 3 * (Number(french[2]) % 97)) % 97 === Number(french[1]);
  return false;
}

function germanCheckDigit(digits: string): number {
  let product = 10;
  for (const digit of digits) {
    const sum = (Number(digit) + product) % 10 || 10;
    product = (2 * sum) % 11;
  }
  return (11 - product) % 10;
}

const schemes = {
  iban: { pattern: /\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{2,4}){3,8}/g, isRight: isIbanAtStart },
  vat: { pattern: /\b(?:DE ?\d{9}|FR ?\d{2} ?\d{3} ?\d{3} ?\d{3})\b/g, isRight: isVatId },
} as const;

/** A match may include words after the number, so it is cut to the length of its country. */
function isIbanAtStart(text: string): boolean {
  const packed = text.replace(/\s/g, '');
  const length = ibanLengths[packed.slice(0, 2)];
  return length === undefined || packed.length < length || isIban(packed.slice(0, length));
}

/** Pages with numbers of the scheme whose check digits are wrong, one entry per number. */
export function wrongNumbers(scheme: keyof typeof schemes, pages: readonly PageReading[]): readonly number[] {
  const { pattern, isRight } = schemes[scheme];
  return pages.flatMap((page) =>
    page.lines.flatMap((line) =>
      [...line.text.matchAll(pattern)].filter((match) => !isRight(match[0])).map(() => page.page),
    ),
  );
}
