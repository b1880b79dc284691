import type { Random } from '../random.ts';
import {
  amountText,
  chance,
  dayText,
  digits,
  inventDay,
  inventNumber,
  inventParty,
  isoDayOf,
  monthsLater,
  nameOf,
  person,
  plainCents,
  some,
  surname,
  type AmountForm,
  type Day,
  type DayForm,
} from './invented.ts';
import { languages } from './languages/languages.ts';
import type { OtherArrangement, OtherKind } from './other-arrangements.ts';
import { openSheet, sheetSize, type BlockRole, type Sheet } from './sheet.ts';

/** A drawn document of another kind, with its labels. */
export interface OtherDocument {
  readonly sheet: Sheet;
  readonly documentClass: string;
  readonly labels: Readonly<Record<string, string | null>>;
}

/** Lines of each block by its name, and what is right. */
interface OtherContent {
  readonly documentClass: string;
  readonly lines: Readonly<Record<string, readonly string[]>>;
  readonly labels: Readonly<Record<string, string | null>>;
}

const roles: Readonly<Record<string, BlockRole>> = {
  head: 'letterhead',
  station: 'letterhead',
  office: 'letterhead',
  sender: 'letterhead',
  facts: 'facts',
  contract: 'facts',
  number: 'facts',
  date: 'facts',
  items: 'items',
  lines: 'items',
  totals: 'totals',
  amounts: 'totals',
  customer: 'buyer',
  advertiser: 'buyer',
  registrant: 'buyer',
  addressee: 'buyer',
};

/** Draws the blocks of an arrangement below each other. */
export function drawOther(random: Random, arrangement: OtherArrangement): OtherDocument {
  const { documentClass, lines, labels } = contents[arrangement.kind](random);
  const sheet = openSheet();
  const size = 20 + random.next() * 10;
  const step = size * (1.25 + random.next() * 0.4);
  const left = 100 + random.next() * 120;
  const width = sheetSize.widthPx - 2 * left;
  const x = { left, centre: left + width / 2, right: left + width };
  let y = 100 + random.next() * 80;
  for (const { name, place } of arrangement.blocks) {
    const own = lines[name] ?? [];
    const wide =
      name === 'items' ||
      name === 'lines' ||
      name === 'totals' ||
      name === 'amounts' ||
      name === 'text' ||
      name === 'terms';
    if (y + own.length * step > sheetSize.heightPx - 120) {
      sheet.turnPage();
      y = 120;
    }
    sheet.block(roles[name] ?? 'prose', () => {
      for (const line of own) {
        const [text = '', value] = line.split('\t');
        if (value === undefined)
          sheet.text(text, { x: wide ? left : x[place], y, size, align: wide ? 'left' : place });
        else {
          sheet.text(text, { x: left, y, size });
          sheet.text(value, {
            x: wide ? x.right : left + width * 0.35,
            y,
            size,
            align: wide ? 'right' : 'left',
          });
        }
        y += step;
      }
    });
    y += step * (0.5 + random.next());
  }
  return { sheet, documentClass, labels };
}

const contents: Readonly<Record<OtherKind, (random: Random) => OtherContent>> = {
  receipt: receiptContent,
  order: orderContent,
  form: formContent,
  letter: letterContent,
};

const receiptWords = {
  de: {
    total: ['Summe', 'Gesamt', 'Zu zahlen'],
    cash: ['Bar', 'Gegeben'],
    change: 'Rückgeld',
    tip: 'Trinkgeld',
    date: 'Datum',
    number: 'Bon-Nr.',
    thanks: 'Vielen Dank für Ihren Einkauf',
  },
  fr: {
    total: ['Total', 'Total TTC', 'À payer'],
    cash: ['Espèces', 'Reçu'],
    change: 'Rendu',
    tip: 'Pourboire',
    date: 'Date',
    number: 'Ticket n°',
    thanks: 'Merci de votre visite',
  },
  en: {
    total: ['Total', 'TOTAL', 'Amount due'],
    cash: ['Cash', 'Tendered'],
    change: 'Change',
    tip: 'Tip',
    date: 'Date',
    number: 'Receipt #',
    thanks: 'Thank you, come again',
  },
  es: {
    total: ['Total', 'A pagar'],
    cash: ['Efectivo', 'Entregado'],
    change: 'Cambio',
    tip: 'Propina',
    date: 'Fecha',
    number: 'Ticket',
    thanks: 'Gracias por su compra',
  },
  it: {
    total: ['Totale', 'Totale complessivo'],
    cash: ['Contanti', 'Pagato'],
    change: 'Resto',
    tip: 'Mancia',
    date: 'Data',
    number: 'Scontrino n.',
    thanks: 'Grazie e arrivederci',
  },
  nl: {
    total: ['Totaal', 'Te betalen'],
    cash: ['Contant', 'Ontvangen'],
    change: 'Wisselgeld',
    tip: 'Fooi',
    date: 'Datum',
    number: 'Bonnr.',
    thanks: 'Bedankt en tot ziens',
  },
} as const;

function receiptContent(random: Random): OtherContent {
  const language = random.pick(languages);
  const words = receiptWords[language.code];
  const shop = inventParty(random, language, { personShare: 0 });
  const form: AmountForm = language.code === 'en' ? 'plain' : random.pick(['comma', 'points']);
  const issued = inventDay(random);
  const dayForm: DayForm = random.pick(['points', 'slashes', 'dashes', 'iso']);
  const day = dayText(issued, dayForm, language);
  const items = Array.from({ length: random.integer(1, 9) }, () => ({
    text: surname(random),
    cents: random.integer(40, 4000),
  }));
  const sum = items.reduce((all, { cents }) => all + cents, 0);
  const tip = chance(random, 0.1) ? random.integer(1, 8) * 50 : 0;
  const total = sum + tip;
  const given = Math.ceil(total / 500) * 500;
  const text = (cents: number): string => amountText(cents, form);
  const rate = language.taxRates[0];
  return {
    documentClass: 'receipt',
    lines: {
      head: [
        ...shop.nameLines,
        shop.street,
        shop.place,
        ...(chance(random, 0.5) ? [`${language.phone[0]} ${shop.phone}`] : []),
      ],
      facts: [`${words.date}: ${day}`, `${words.number} ${digits(random, 6)}`],
      items: items.map(({ text: name, cents }) => `${name}\t${text(cents)}`),
      totals: [
        ...(tip > 0 ? [`${language.net[0]}\t${text(sum)}`, `${words.tip}\t${text(tip)}`] : []),
        `${random.pick(words.total)}\t${text(total)}`,
      ],
      greeting: [shop.tagline],
      customer: [`${language.buyer[0]}: ${person(random)}`],
      cash: [`${random.pick(words.cash)} ${text(given)}`, `${words.change} ${text(given - total)}`],
      tax: [`${language.tax[0]} ${rate} % ${text(Math.round(total - total / (1 + rate / 100)))}`],
      thanks: [words.thanks],
      terms: [shop.web],
    },
    labels: {
      company: nameOf(shop),
      date: day,
      address: `${shop.street} ${shop.place}`,
      total: plainCents(total),
    },
  };
}

function orderContent(random: Random): OtherContent {
  const english = languages.find(({ code }) => code === 'en') ?? languages[0];
  const advertiser = inventParty(random, english, { personShare: 0.1 });
  const station = `K${random.pick(['A', 'B', 'C', 'D'])}${random.pick(['X', 'Y', 'Z'])}${random.pick(['E', 'F', 'G'])}`;
  const start = inventDay(random);
  const end = monthsLater(start, 1);
  const gross = random.integer(500, 90_000) * 100;
  const american = ({ year, month, day }: Day): string =>
    `${String(month).padStart(2, '0')}/${String(day).padStart(2, '0')}/${String(year).slice(2)}`;
  const [number, agency] = [digits(random, 7), inventParty(random, english, { personShare: 0 })];
  return {
    documentClass: 'ad-buy',
    lines: {
      station: [station, `${digits(random, 3)} Broadcast Way`, `${surname(random)}, CA ${digits(random, 5)}`],
      contract: [
        `${random.pick(['Contract #', 'Order #', 'Contract / Revision'])}\t${number}`,
        `Alt Order #\t${digits(random, 8)}`,
      ],
      advertiser: [
        `${random.pick(['Advertiser', 'Client', 'Advertiser Name'])}\t${nameOf(advertiser)}`,
        `Product\t${surname(random)}`,
      ],
      flight: [
        `${random.pick(['Flight Dates', 'Contract Dates', 'Flight'])}\t${american(start)} - ${american(end)}`,
      ],
      lines: Array.from(
        { length: random.integer(2, 8) },
        (_, index) =>
          `${index + 1} ${surname(random)} News 30 s\t$${amountText(random.integer(20, 900) * 100, 'commas')}`,
      ),
      amounts: [
        `${random.pick(['Gross Amount', 'Total Gross', 'Gross Total'])}\t$${amountText(gross, 'commas')}`,
        `Agency Commission\t$${amountText(Math.round(gross * 0.15), 'commas')}`,
        `Net Amount\t$${amountText(gross - Math.round(gross * 0.15), 'commas')}`,
      ],
      billing: ['Billing Address', agency.street, agency.place],
      agency: [`Agency\t${nameOf(agency)}`],
      terms: ['Payment is due within 30 days of the date of the invoice.'],
      contacts: [`Account Executive\t${person(random)}`],
    },
    labels: {
      contract_num: number,
      advertiser: nameOf(advertiser),
      gross_amount: plainCents(gross),
      flight_from: american(start),
      flight_to: american(end),
    },
  };
}

function formContent(random: Random): OtherContent {
  const english = languages.find(({ code }) => code === 'en') ?? languages[0];
  const registrant = inventParty(random, english, { personShare: 0.2 });
  const number = digits(random, 4);
  const filed = inventDay(random);
  const kind = random.pick(['Amendment', 'Short-Form', 'Supplemental Statement', 'Exhibit AB'] as const);
  const heading = {
    Amendment: 'Amendment to Registration Statement',
    'Short-Form': 'Short Form Registration Statement',
    'Supplemental Statement': 'Supplemental Statement',
    'Exhibit AB': 'Exhibit A to Registration Statement',
  }[kind];
  const day = dayText(filed, 'words', english);
  return {
    documentClass: 'registration-form',
    lines: {
      office: ['U.S. Department of Justice', 'Washington, DC 20530'],
      registrant: [
        `${random.pick(['Name of Registrant', 'Registrant', '1. Name of registrant'])}\t${nameOf(registrant)}`,
      ],
      number: [
        `${random.pick(['Registration No.', '2. Registration No.', 'Registration Number'])}\t${number}`,
      ],
      kind: [heading, 'Pursuant to the Foreign Agents Registration Act of 1938'],
      date: [`${random.pick(['Date', 'Dated', 'Date of signature'])}\t${day}`],
      address: [`Address\t${registrant.street}, ${registrant.place}`],
      principal: [`Name of foreign principal\tEmbassy of ${surname(random)}`],
      notice: ['Every registration statement is a public record open to inspection.'],
      signature: [`Signature\t${person(random)}`],
      stamp: [`NSD/FARA Registration Unit ${inventNumber(random)}`],
    },
    labels: {
      registration_num: number,
      registrant: nameOf(registrant),
      form_type: kind,
      date: isoDayOf(filed),
    },
  };
}

function letterContent(random: Random): OtherContent {
  const language = random.pick(languages);
  const [sender, addressee] = [
    inventParty(random, language, { personShare: 0.4 }),
    inventParty(random, language, { personShare: 0.6 }),
  ];
  const day = dayText(inventDay(random), random.pick(['words', 'points']), language);
  return {
    documentClass: 'letter',
    lines: {
      sender: [...sender.nameLines, sender.street, sender.place],
      addressee: [...addressee.nameLines, addressee.street, addressee.place],
      date: [`${surname(random)}, ${day}`],
      text: [
        ...some(random, language.greeting, 2),
        ...Array.from({ length: random.integer(4, 12) }, () =>
          Array.from({ length: 9 }, () => surname(random).toLowerCase()).join(' '),
        ),
      ],
      subject: [`${surname(random)} ${surname(random)}`],
      reference: [`${language.facts[0][0]}: ${digits(random, 6)}`],
      closing: [sender.contact],
      enclosures: [surname(random)],
      foot: [sender.web],
    },
    labels: {},
  };
}
