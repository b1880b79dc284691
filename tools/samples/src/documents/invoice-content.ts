import type { Random } from '../random.ts';
import {
  amountForm,
  chance,
  dayForm,
  inventDay,
  inventNumber,
  inventParty,
  nameOf,
  surname,
  weighted,
  type AmountForm,
  type Day,
  type DayForm,
  type InventedParty,
} from './invented.ts';
import type { Language } from './language.ts';
import { languages } from './languages/languages.ts';

export interface Item {
  readonly text: string;
  readonly article: string;
  readonly quantity: number;
  readonly unit: string;
  readonly priceCents: number;
  readonly taxRate: number;
  readonly cents: number;
}

/** Net sum and tax of one rate. */
export interface TaxShare {
  readonly rate: number;
  readonly baseCents: number;
  readonly taxCents: number;
}

/** What an invoice or credit note says, before anything is drawn. */
export interface InvoiceContent {
  readonly language: Language;
  readonly isCredit: boolean;
  readonly number: string;
  readonly original: string;
  readonly issued: Day;
  readonly seller: InventedParty;
  readonly buyer: InventedParty;
  readonly third: InventedParty;
  readonly currency: string;
  /** How the currency is printed. */
  readonly symbol: string;
  readonly items: readonly Item[];
  readonly chargeCents: number;
  readonly discountCents: number;
  readonly taxes: readonly TaxShare[];
  readonly netCents: number;
  readonly taxCents: number;
  readonly grossCents: number;
  readonly paidCents: number;
  readonly amountForm: AmountForm;
  readonly dayForm: DayForm;
}

const goods = [
  'Papier',
  'Kabel',
  'Pumpe',
  'Montage',
  'Wartung',
  'Lizenz',
  'Beratung',
  'Stunde',
  'Filter',
  'lampe',
  'chaise',
  'huile',
  'vin',
  'service',
  'hosting',
  'cartridge',
  'desk',
  'lamp',
  'bolt',
  'training',
  'silla',
  'aceite',
  'tornillo',
  'sedia',
  'vite',
  'kabel',
  'stoel',
  'Pfand',
  'Schokolade',
  'set',
  'blau',
  'grün',
  'rouge',
  'small',
  'XL',
  'bio',
  'Typ',
] as const;

const symbols: Readonly<Record<string, readonly [string, ...string[]]>> = {
  EUR: ['€', 'EUR', '€'],
  GBP: ['£', 'GBP'],
  USD: ['$', 'USD'],
  CHF: ['CHF', 'Fr.'],
  INR: ['INR', 'Rs.'],
};

export function inventInvoice(random: Random): InvoiceContent {
  const language = weighted(
    random,
    languages.map((one) => [one, { de: 5, fr: 2, en: 2, es: 1, it: 1, nl: 1 }[one.code]] as const),
  );
  const misleading = chance(random, 0.07) ? random.pick(language.misleading) : undefined;
  const seller = inventParty(random, language, {
    personShare: 0.08,
    ...(misleading && { name: misleading[0] }),
  });
  const buyer = inventParty(random, chance(random, 0.9) ? language : random.pick(languages), {
    personShare: 0.3,
    ...(misleading && { name: misleading[1] }),
  });
  const isCredit = chance(random, 0.15);
  const form = amountForm(random, language);
  const currency =
    form === 'indian'
      ? 'INR'
      : form === 'swiss'
        ? 'CHF'
        : language.code === 'en'
          ? weighted(random, [
              ['EUR', 3],
              ['GBP', 3],
              ['USD', 3],
            ])
          : weighted(random, [
              ['EUR', 12],
              ['USD', 1],
              ['CHF', 1],
            ]);
  return {
    language,
    isCredit,
    number: inventNumber(random),
    original: inventNumber(random),
    issued: inventDay(random),
    seller,
    buyer,
    third: inventParty(random, language, { personShare: 0.3 }),
    currency,
    symbol: random.pick(symbols[currency] ?? ['€']),
    amountForm: form,
    dayForm: dayForm(random, language),
    ...inventAmounts(random, language, isCredit),
  };
}

function inventAmounts(
  random: Random,
  language: Language,
  isCredit: boolean,
): Pick<
  InvoiceContent,
  'items' | 'chargeCents' | 'discountCents' | 'taxes' | 'netCents' | 'taxCents' | 'grossCents' | 'paidCents'
> {
  const sign = isCredit && chance(random, 0.6) ? -1 : 1;
  const rates = chance(random, 0.08) ? [0] : language.taxRates.slice(0, chance(random, 0.6) ? 1 : 2);
  const count = weighted(random, [
    [1, 4],
    [2, 4],
    [3, 4],
    [4, 3],
    [5, 2],
    [6, 2],
    [8, 1],
    [12, 1],
    [20, 0.5],
    [30, 0.3],
  ]);
  const items = Array.from({ length: count }, (): Item => {
    const quantity = weighted(random, [
      [1, 4],
      [2, 2],
      [random.integer(3, 20), 3],
      [random.integer(20, 300), 1],
      [random.integer(1, 30) / 2, 1],
    ]);
    const priceCents = weighted(random, [
      [random.integer(50, 1000), 3],
      [random.integer(500, 20_000), 5],
      [random.integer(10_000, 200_000), 2],
      [0, 0.2],
    ]);
    const words = Array.from({ length: random.integer(1, 5) }, () => random.pick(goods));
    return {
      text: words.join(' ') + (chance(random, 0.2) ? ` ${random.integer(1, 500)} ml` : ''),
      article: `${random.pick(['', 'A', 'TB', 'K-'])}${random.integer(1000, 9_999_999)}`,
      quantity: quantity * sign,
      unit: random.pick(language.units),
      priceCents,
      taxRate: rates[random.integer(0, rates.length - 1)] ?? 0,
      cents: Math.round(quantity * priceCents) * sign,
    };
  });
  const sum = items.reduce((all, { cents }) => all + cents, 0);
  const chargeCents = chance(random, 0.12) ? random.integer(200, 2000) : 0;
  const discountCents = chance(random, 0.12) ? -Math.round(Math.abs(sum) * 0.02) * sign : 0;
  const taxes = rates.flatMap((rate, index): TaxShare[] => {
    const own = items.filter(({ taxRate }) => taxRate === rate).reduce((all, { cents }) => all + cents, 0);
    const baseCents = own + (index === 0 ? chargeCents + discountCents : 0);
    return baseCents === 0 && index > 0
      ? []
      : [{ rate, baseCents, taxCents: Math.round((baseCents * rate) / 100) }];
  });
  const netCents = taxes.reduce((all, { baseCents }) => all + baseCents, 0);
  const taxCents = taxes.reduce((all, share) => all + share.taxCents, 0);
  const grossCents = netCents + taxCents;
  return {
    items,
    chargeCents,
    discountCents,
    taxes,
    netCents,
    taxCents,
    grossCents,
    paidCents: chance(random, 0.1) ? Math.round(grossCents * 0.3) : 0,
  };
}

/** A name that reads like a bank's. */
export const bankName = (random: Random): string => `${surname(random)}bank`;

/** Both parties have names that do not hold each other. */
export function partiesDiffer({ seller, buyer }: InvoiceContent): boolean {
  const [a, b] = [nameOf(seller).toLowerCase(), nameOf(buyer).toLowerCase()];
  return !a.includes(b) && !b.includes(a);
}
