import type { Random } from '../random.ts';
import type { Language } from './language.ts';

/** True with a probability. */
export const chance = (random: Random, probability: number): boolean => random.next() < probability;

/** One of some, as often as their weights say. */
export function weighted<T>(random: Random, choices: readonly (readonly [T, number])[]): T {
  const all = choices.reduce((sum, [, weight]) => sum + weight, 0);
  let rest = random.next() * all;
  for (const [choice, weight] of choices) {
    rest -= weight;
    if (rest < 0) return choice;
  }
  const last = choices.at(-1);
  if (last === undefined) throw new RangeError('There is nothing to choose from.');
  return last[0];
}

/** Some of a list, in its order. */
export function some<T>(random: Random, list: readonly T[], count: number): readonly T[] {
  const left = list.map((value, index) => ({ value, index }));
  const taken: typeof left = [];
  while (taken.length < count && left.length > 0)
    taken.push(...left.splice(random.integer(0, left.length - 1), 1));
  return taken.sort((a, b) => a.index - b.index).map(({ value }) => value);
}

/** The list in another order. */
export function shuffled<T>(random: Random, list: readonly T[]): readonly T[] {
  const left = [...list];
  const out: T[] = [];
  while (left.length > 0) out.push(...left.splice(random.integer(0, left.length - 1), 1));
  return out;
}

const onsets = [
  'b',
  'd',
  'f',
  'g',
  'h',
  'k',
  'l',
  'm',
  'n',
  'p',
  'r',
  's',
  't',
  'v',
  'w',
  'br',
  'kr',
  'st',
  'sch',
  'tr',
  'fl',
] as const;
const vowels = ['a', 'e', 'i', 'o', 'u', 'au', 'ei', 'ie', 'ö', 'ü', 'é'] as const;
const codas = [
  '',
  '',
  '',
  'n',
  'r',
  'l',
  's',
  'ck',
  'mann',
  'berg',
  'ner',
  'tti',
  'ez',
  'son',
  'sen',
  'x',
] as const;
const firstNames = [
  'Anna',
  'Peter',
  'Marie',
  'Jean',
  'John',
  'Emma',
  'Luis',
  'Carmen',
  'Marco',
  'Giulia',
  'Jan',
  'Femke',
  'Ali',
  'Nadia',
  'Klaus',
  'Ingrid',
  'Theo',
  'Max',
] as const;

const capital = (text: string): string => text.slice(0, 1).toUpperCase() + text.slice(1);

export function surname(random: Random): string {
  const parts = Array.from({ length: random.integer(1, 2) }, () => random.pick(onsets) + random.pick(vowels));
  return capital(parts.join('') + random.pick(codas));
}

export const person = (random: Random): string => `${random.pick(firstNames)} ${surname(random)}`;

export function digits(random: Random, count: number): string {
  return Array.from({ length: count }, () => String(random.integer(0, 9))).join('');
}

/** A firm or a person, with everything that a letterhead shows. */
export interface InventedParty {
  /** The name as it is printed: its lines are joined by a space. */
  readonly nameLines: readonly string[];
  readonly isPerson: boolean;
  readonly street: string;
  readonly place: string;
  readonly country: string;
  readonly vatId: string;
  readonly taxId: string;
  readonly gln: string;
  readonly phone: string;
  readonly mail: string;
  readonly web: string;
  readonly contact: string;
  readonly tagline: string;
}

export const nameOf = ({ nameLines }: Pick<InventedParty, 'nameLines'>): string => nameLines.join(' ');

function firmName(random: Random, { trades, legal, code }: Language): string {
  const [name, trade] = [surname(random), random.pick(trades)];
  const form = chance(random, 0.8) ? random.pick(legal) : '';
  const base = weighted(random, [
    [`${name} ${trade}`, 4],
    [`${trade} ${name}`, 3],
    [`${name} & ${surname(random)}`, 2],
    [name, 2],
    [`${name} ${surname(random)} ${trade}`, 1],
    [`${surname(random).toUpperCase().slice(0, 4)} ${trade}`, 1],
    [`${name}-${trade}`, 1],
    [`${trade} ${code === 'fr' ? 'de la' : code === 'es' ? 'del' : code === 'it' ? 'di' : '24'} ${name}`, 1],
    [`${name} International`, 1],
    [`${trade} ${name} Inh. ${person(random)}`, code === 'de' ? 1 : 0],
    [`${random.pick(['Stadt', 'Verein', 'Institut'])} ${name}`, code === 'de' ? 1 : 0],
  ]);
  const whole = `${base} ${form}`.trim();
  return chance(random, 0.15) ? whole.toUpperCase() : whole;
}

export function streetOf(random: Random, { code }: Language): string {
  const [name, house] = [surname(random), String(random.integer(1, 240))];
  switch (code) {
    case 'de':
      return chance(random, 0.08)
        ? `Postfach ${digits(random, 4)}`
        : `${name}${random.pick(['straße', 'str.', 'weg', 'allee', 'platz', 'gasse', ' Straße'])} ${house}${random.pick(['', '', 'a', '-3'])}`;
    case 'fr':
      return `${house}${random.pick(['', ',', ' bis'])} ${random.pick(['rue', 'avenue', 'boulevard', 'chemin', 'place'])} ${random.pick(['de', 'du', 'de la'])} ${name}`;
    case 'en':
      return `${house} ${name} ${random.pick(['Street', 'Road', 'Lane', 'Avenue', 'Drive', 'St'])}`;
    case 'es':
      return `${random.pick(['Calle', 'C/', 'Avenida', 'Plaza', 'Paseo'])} ${name} ${house}`;
    case 'it':
      return `${random.pick(['Via', 'Viale', 'Piazza', 'Corso'])} ${name} ${house}`;
    case 'nl':
      return `${name}${random.pick(['straat', 'weg', 'laan', 'plein', 'kade'])} ${house}`;
  }
}

export function placeOf(random: Random, { code }: Language): string {
  const town = surname(random) + random.pick(['', '', 'burg', 'stadt', 'ville']);
  switch (code) {
    case 'de':
    case 'fr':
    case 'es':
    case 'it':
      return `${random.pick(['', '', '', `${code.toUpperCase()}-`, `${code.toUpperCase()} `])}${random.integer(1, 9)}${digits(random, 4)} ${town}${code === 'it' ? ' (MI)' : code === 'fr' && chance(random, 0.15) ? ' CEDEX' : ''}`;
    case 'nl':
      return `${random.integer(1, 9)}${digits(random, 3)} ${random.pick(['AB', 'KL', 'TR', 'VX'])} ${town}`;
    case 'en':
      return random.pick([
        `${town}, NY ${digits(random, 5)}`,
        `${town} SW${random.integer(1, 9)} ${random.integer(1, 9)}AB`,
        `${town}, ${digits(random, 5)}`,
      ]);
  }
}

export function inventParty(
  random: Random,
  language: Language,
  options: { readonly personShare: number; readonly name?: string },
): InventedParty {
  const isPerson = options.name === undefined && chance(random, options.personShare);
  const whole = options.name ?? (isPerson ? person(random) : firmName(random, language));
  const parts = whole.split(' ');
  const cut = random.integer(1, Math.max(1, parts.length - 1));
  const twoLines = !isPerson && parts.length > 1 && chance(random, 0.2);
  const nameLines = twoLines
    ? [parts.slice(0, cut).join(' '), parts.slice(cut).join(' ')].filter((line) => line !== '')
    : [whole];
  const domain = chance(random, 0.75)
    ? whole
        .toLowerCase()
        .normalize('NFKD')
        .replace(/[^a-z]/g, '')
        .slice(0, 16) || 'firma'
    : surname(random)
        .toLowerCase()
        .normalize('NFKD')
        .replace(/[^a-z]/g, '');
  const ending = language.code === 'en' ? 'com' : language.code;
  const country = language.code === 'en' ? 'GB' : language.code.toUpperCase();
  return {
    nameLines,
    isPerson,
    street: streetOf(random, language),
    place: placeOf(random, language),
    country: random.pick(language.countries),
    vatId: `${country}${chance(random, 0.1) ? ' ' : ''}${digits(random, language.code === 'fr' || language.code === 'it' ? 11 : 9)}`,
    taxId: `${digits(random, 3)}/${digits(random, 3)}/${digits(random, 5)}`,
    gln: `4${digits(random, 12)}`,
    phone: `${random.pick(['+49 ', '0', '+33 ', '+44 ', '+39 '])}${digits(random, 3)} ${digits(random, 6)}`,
    mail: `${random.pick(['info', 'office', 'kontakt', 'hello', 'facturas'])}@${domain}.${ending}`,
    web: `${random.pick(['www.', 'www.', 'https://'])}${domain}.${ending}`,
    contact: person(random),
    tagline: random.pick(language.taglines),
  };
}

/** The number of a document, in one of the usual forms. */
export function inventNumber(random: Random): string {
  const year = String(random.integer(2010, 2026));
  return weighted(random, [
    [digits(random, random.integer(4, 10)), 4],
    [String(random.integer(1, 999)), 1],
    [
      `${random.pick(['RE', 'R', 'INV', 'FA', 'F', 'RG', 'TX', 'KR', 'RK', 'GS', 'AV', 'FV'])}${random.pick(['-', '', '', '_', '/'])}${digits(random, random.integer(4, 14))}`,
      4,
    ],
    [`${random.pick(['FA', 'INV', 'RE', 'R', 'F'])}-${year}-${digits(random, 4)}`, 2],
    [`RE-${year}${digits(random, 4)}/${digits(random, 3)}`, 1],
    [`${year}${random.pick(['-', '/', '.'])}${digits(random, random.integer(2, 6))}`, 2],
    [`${year}${digits(random, 4)}-${digits(random, 2)}`, 1],
    [
      `${digits(random, 2)}.${digits(random, 3)}.${digits(random, 3)}.${digits(random, 1)}-${year}-${random.integer(1, 9)}`,
      1,
    ],
    [`${digits(random, 3)}-${digits(random, 5)}`, 1],
    [`${digits(random, 4)}/${year.slice(2)}`, 1],
    [
      `${surname(random)
        .slice(0, 3)
        .toUpperCase()
        .replace(/[^A-Z]/g, 'X')}${digits(random, 6)}`,
      1,
    ],
  ]);
}

/** Number of an order, a customer, a delivery and the like. */
export const inventReference = (random: Random): string =>
  weighted(random, [
    [inventNumber(random), 3],
    [
      `${random.pick(['B', 'L', 'A', 'K', 'LS', 'PO', 'AB', 'C'])}${random.pick(['', '-'])}${digits(random, random.integer(4, 12))}`,
      2,
    ],
    [digits(random, random.integer(4, 9)), 2],
  ]);

export interface Day {
  readonly year: number;
  readonly month: number;
  readonly day: number;
}

export const inventDay = (random: Random): Day => ({
  year: random.integer(2010, 2026),
  month: random.integer(1, 12),
  day: random.integer(1, 28),
});

export const isoDayOf = ({ year, month, day }: Day): string =>
  `${year}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`;

/** Another day, so many months later. */
export function monthsLater({ year, month, day }: Day, months: number): Day {
  const count = year * 12 + month - 1 + months;
  return { year: Math.floor(count / 12), month: (count % 12) + 1, day };
}

export type DayForm = 'points' | 'slashes' | 'iso' | 'words' | 'short' | 'dashes';

export function dayForm(random: Random, { code }: Language): DayForm {
  const usual: Record<Language['code'], DayForm> = {
    de: 'points',
    fr: 'slashes',
    en: 'slashes',
    es: 'slashes',
    it: 'slashes',
    nl: 'dashes',
  };
  return weighted<DayForm>(random, [
    [usual[code], 5],
    ['iso', 1],
    ['words', 2],
    ['points', 1],
    ['short', 0.7],
  ]);
}

export function dayText(at: Day, form: DayForm, language: Language): string {
  const [year, month, day] = [
    String(at.year),
    String(at.month).padStart(2, '0'),
    String(at.day).padStart(2, '0'),
  ];
  switch (form) {
    case 'points':
      return `${day}.${month}.${year}`;
    case 'slashes':
      return `${day}/${month}/${year}`;
    case 'dashes':
      return `${day}-${month}-${year}`;
    case 'iso':
      return `${year}-${month}-${day}`;
    case 'short':
      return `${day}.${month}.${year.slice(2)}`;
    case 'words': {
      const name = language.months[at.month - 1] ?? '';
      const of = language.code === 'es' ? ' de' : '';
      return `${at.day}${language.code === 'de' ? '.' : ''}${of} ${name}${of} ${year}`;
    }
  }
}

/** How amounts are grouped: 1.234,56; 1234,56; 1 234,56; 1,234.56; 1234.56; 1'234.56; 12,34,567.89 (India). */
export type AmountForm = 'points' | 'comma' | 'spaces' | 'commas' | 'plain' | 'swiss' | 'indian';

export function amountForm(random: Random, { code }: Language): AmountForm {
  if (code === 'en')
    return weighted(random, [
      ['commas', 6],
      ['plain', 3],
      ['indian', 1],
    ]);
  if (code === 'fr')
    return weighted(random, [
      ['spaces', 4],
      ['comma', 3],
      ['points', 1],
    ]);
  return weighted(random, [
    ['points', 6],
    ['comma', 2],
    ['swiss', code === 'de' ? 1 : 0.3],
  ]);
}

/** An amount in cents as it is printed. */
export function amountText(cents: number, form: AmountForm): string {
  const [whole, rest] = [Math.floor(Math.abs(cents) / 100), String(Math.abs(cents) % 100).padStart(2, '0')];
  const sign = cents < 0 ? '-' : '';
  const grouped = (mark: string): string => String(whole).replace(/\B(?=(\d{3})+$)/g, mark);
  switch (form) {
    case 'points':
      return `${sign}${grouped('.')},${rest}`;
    case 'comma':
      return `${sign}${whole},${rest}`;
    case 'spaces':
      return `${sign}${grouped(' ')},${rest}`;
    case 'commas':
      return `${sign}${grouped(',')}.${rest}`;
    case 'plain':
      return `${sign}${whole}.${rest}`;
    case 'swiss':
      return `${sign}${grouped("'")}.${rest}`;
    case 'indian':
      return `${sign}${String(whole).replace(/\B(?=(\d{2})*\d{3}$)/g, ',')}.${rest}`;
  }
}

/** The number as a plain decimal, as labels have it. */
export const plainCents = (cents: number): string =>
  `${cents < 0 ? '-' : ''}${Math.floor(Math.abs(cents) / 100)}.${String(Math.abs(cents) % 100).padStart(2, '0')}`;
