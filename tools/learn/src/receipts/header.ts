import type { Random } from '@docfleet/samples';
import { digits, inventedWord, merchantAddress, merchantName, weighted, wordOf } from './merchants.ts';

/** What a line of a generated letterhead is part of. */
export type LinePart = 'name' | 'address' | 'other';

export interface HeaderLine {
  readonly text: string;
  readonly part: LinePart;
}

/** Breaks a text at spaces into lines of about the same length. */
export function brokenInto(text: string, count: number): readonly string[] {
  const words = text.split(' ');
  const wanted = Math.min(count, words.length);
  const target = text.length / Math.max(1, wanted);
  const lines: string[] = [''];
  for (const [i, word] of words.entries()) {
    const line = lines.at(-1) ?? '';
    const mustBreak = words.length - i <= wanted - lines.length;
    if (line !== '' && lines.length < wanted && (mustBreak || line.length + word.length / 2 > target))
      lines.push(word);
    else lines[lines.length - 1] = line === '' ? word : `${line} ${word}`;
  }
  return lines;
}

/** Lines with a text behind the last one. */
export function withBehind(lines: readonly string[], text: string): readonly string[] {
  return [...lines.slice(0, -1), [...lines.slice(-1), text].join(' ')];
}

/** Breaks a text at spaces where a line is full, and often after a comma. */
export function brokenAt(random: Random, text: string, width: number): readonly string[] {
  const lines: string[] = [''];
  for (const word of text.split(' ')) {
    const line = lines.at(-1) ?? '';
    const full = line !== '' && line.length + 1 + word.length > width;
    const comma = line.endsWith(',') && line.length > 8 && random.next() < 0.35;
    if (full || comma) lines.push(word);
    else lines[lines.length - 1] = line === '' ? word : `${line} ${word}`;
  }
  return lines;
}

/** Lines of a letterhead before the body of a receipt: the brand, the firm, its registration, address, contact, title. */
export function letterhead(random: Random): readonly HeaderLine[] {
  const chance = (share: number): boolean => random.next() < share;
  const name = merchantName(random);
  const isFirm = /BHD|S\/B|BERHAD|ENTERPRISE|TRADING|PLT|LTD|LIMITED|GMBH|INC/.test(name);
  const lines: HeaderLine[] = [];
  const other = (text: string): HeaderLine => ({ text, part: 'other' });
  if (chance(0.15)) lines.push(other(strayLine(random)));
  if (isFirm && chance(0.22)) lines.push(...brand(random, name).map(other));
  const named =
    isFirm && chance(0.05) ? `${random.pick(['OWNED BY', 'OPERATED BY', 'DIMILIKI OLEH'])} ${name}` : name;
  let nameLines = brokenInto(named, name.length > 22 ? random.pick([1, 1, 1, 1, 2, 2, 3]) : 1);
  const behind: HeaderLine[] = [];
  if (chance(0.75)) {
    const number = registration(random);
    if (chance(0.35)) nameLines = withBehind(nameLines, number);
    else behind.push(other(number));
  }
  if (chance(0.3)) behind.push(other(taxNumber(random)));
  if (chance(0.12)) behind.push(other(notice(random)));
  if (chance(0.05)) behind.push(other(title(random)));
  if (chance(0.05)) behind.push(other(`(FORMERLY KNOWN AS ${merchantName(random)})`));
  let address = brokenAt(random, merchantAddress(random), random.integer(18, 44));
  if (chance(0.05)) address = withBehind(address, telephone(random));
  const after: HeaderLine[] = [];
  if (chance(0.85)) after.push(other(telephone(random)));
  if (chance(0.25)) after.push(other(notice(random)));
  if (chance(0.3)) after.push(other(notice(random)));
  if (chance(0.6)) after.push(other(taxNumber(random)));
  return [
    ...lines,
    ...nameLines.map((text): HeaderLine => ({ text, part: 'name' })),
    ...shuffled(random, behind),
    ...address.map((text): HeaderLine => ({ text, part: 'address' })),
    ...shuffled(random, after),
    ...(chance(0.8) ? [other(title(random))] : []),
  ];
}

function shuffled<T>(random: Random, items: readonly T[]): readonly T[] {
  return items
    .map((item) => ({ item, at: random.next() }))
    .sort((a, b) => a.at - b.at)
    .map(({ item }) => item);
}

/** A brand above the firm: its first words, or a name of its own. */
function brand(random: Random, name: string): readonly string[] {
  const first = name
    .split(' ')
    .slice(0, random.pick([1, 2]))
    .join(' ');
  const own = `${inventedWord(random)} ${wordOf(random, 'CAFE MART STORE SHOP RESTAURANT EXPRESS PHARMACY HOUSE')}`;
  return brokenInto(random.next() < 0.5 ? first : own, random.pick([1, 1, 1, 2]));
}

/** What stands above a letterhead by hand, by stamp or by a wrong reading. */
function strayLine(random: Random): string {
  return random.pick([
    digits(random, random.integer(2, 7)),
    `${inventedWord(random)} ${inventedWord(random, 1)} ${inventedWord(random, 1)}`,
    title(random),
    `3-${digits(random, 7)}`,
    'PAID',
    'COPY',
    inventedWord(random, 1),
  ]);
}

/** The number of a firm in the register of companies, as receipts print it. */
export function registration(random: Random): string {
  const letter = random.pick(['A', 'D', 'H', 'K', 'M', 'P', 'T', 'U', 'V', 'W', 'X']);
  const number = weighted(random, [
    [`${digits(random, 6)}-${letter}`, 7],
    [`${digits(random, 6)} - ${letter}`, 1],
    [`${digits(random, 7)}${letter}`, 1],
    [`${random.pick(['JM', 'SA', 'MA', 'AS'])}${digits(random, 7)}-${letter}`, 1.5],
    [`00${digits(random, 7)}-${letter}`, 1],
  ]);
  return weighted(random, [
    [`(${number})`, 12],
    [number, 5],
    [`(CO. NO. ${number})`, 1],
    [`CO.REG.NO: ${number}`, 1],
    [`(CO.REG : ${number})`, 1],
    [`COMPANY NO : ${number}`, 1],
    [`ROC NO: ${number}`, 1],
    [`CO. REG. NO. : ${number}`, 1],
    [`REG NO: ${number}`, 1],
  ]);
}

function taxNumber(random: Random): string {
  const label = random.pick([
    'GST ID : ',
    'GST ID: ',
    'GST REG NO: ',
    'GST NO: ',
    'GST REG. NO : ',
    'GST NO.',
    'SST NO: ',
    'VAT NO ',
  ]);
  const text = `${label}${digits(random, 12)}`;
  return random.next() < 0.2 ? `(${text})` : text;
}

function telephone(random: Random): string {
  const number = `${random.pick(['03-', '07-', '016-', '012-', '04-', '06 ', '+603-', '019-', '030 '])}${digits(random, random.pick([7, 8]))}`;
  const label = random.pick([
    'TEL: ',
    'TEL : ',
    'TEL:',
    'TEL NO.: ',
    'PHONE: ',
    'H/P: ',
    'TEL / FAX : ',
    '',
    'CONTACT: ',
    'TELEPHONE: ',
  ]);
  const fax =
    random.next() < 0.3
      ? ` ${random.pick(['FAX: ', 'FAX : ', 'FAX:'])}${digits(random, 2)}-${digits(random, 8)}`
      : '';
  return `${label}${number}${fax}`;
}

function notice(random: Random): string {
  return random.pick([
    `WWW.${inventedWord(random)}.COM`,
    `EMAIL: ${inventedWord(random)}@${inventedWord(random, 2)}.COM.MY`,
    `FAX: 03-${digits(random, 8)}`,
    'OPEN DAILY',
    'WELCOME',
    `WELCOME TO ${inventedWord(random)}`,
    'CUSTOMER COPY',
    'THE ONE STOP CENTRE',
    `SINCE ${random.integer(1950, 2015)}`,
    `OUTLET : ${inventedWord(random)}`,
    `BRANCH: ${inventedWord(random)}`,
  ]);
}

function title(random: Random): string {
  return random.pick([
    'TAX INVOICE',
    'TAX INVOICE',
    'SIMPLIFIED TAX INVOICE',
    'CASH BILL',
    'RECEIPT',
    'INVOICE',
    'CASH SALES',
    'TAX RECEIPT',
    'OFFICIAL RECEIPT',
    'BILL',
  ]);
}
