import type { Random } from '../random.ts';
import type { Arrangement } from './arrangements.ts';
import {
  amountText,
  chance,
  dayText,
  digits,
  inventReference,
  monthsLater,
  nameOf,
  person,
  shuffled,
  some,
  surname,
  weighted,
  type InventedParty,
} from './invented.ts';
import { bankName, type InvoiceContent, type Item } from './invoice-content.ts';
import type { Column, FactKind } from './language.ts';
import { openSheet, sheetSize, widthOf, type Sheet } from './sheet.ts';

interface Fact {
  readonly label: string;
  readonly value: string;
}

/** Everything that drawing needs; `y` moves down the page. */
interface Desk {
  readonly random: Random;
  readonly sheet: Sheet;
  readonly content: InvoiceContent;
  readonly arrangement: Arrangement;
  readonly size: number;
  readonly step: number;
  readonly left: number;
  readonly right: number;
  /** Where the text of a page ends. */
  readonly bottom: number;
  readonly colon: string;
  /** Currency behind each amount of a table, and behind totals. */
  readonly rowSymbol: string;
  readonly totalSymbol: string;
  y: number;
}

/** Draws an invoice or a credit note in an arrangement. */
export function drawInvoice(random: Random, content: InvoiceContent, arrangement: Arrangement): Sheet {
  const sheet = openSheet();
  const size = 18 + random.next() * 12;
  const left = 90 + random.next() * 110;
  const hasFoot = arrangement.closing === 'columns' || arrangement.closing === 'line' || arrangement.letterhead === 'foot';
  const symbol = random.pick([content.symbol, content.currency]);
  const desk: Desk = {
    random,
    sheet,
    content,
    arrangement,
    size,
    step: size * (1.15 + random.next() * 0.6),
    left,
    right: sheetSize.widthPx - left,
    bottom: sheetSize.heightPx - (hasFoot ? 280 : 140),
    colon: random.pick([':', ':', ' :', '']),
    rowSymbol: chance(random, 0.35) ? symbol : '',
    totalSymbol: chance(random, 0.7) ? symbol : '',
    y: 80 + random.next() * 100,
  };
  drawFoot(desk);
  drawHead(desk);
  const inTitle = arrangement.facts === 'title-line' || chance(random, 0.15);
  const facts = inventFacts(desk, inTitle);
  drawParties(desk, facts, inTitle);
  if (chance(random, 0.4)) drawProse(desk, some(random, content.language.greeting, random.integer(1, 2)));
  drawItems(desk);
  drawTotals(desk);
  if (arrangement.facts === 'under-items') drawFactList(desk, facts, desk.left);
  drawPayment(desk);
  if (arrangement.closing === 'seller-block') {
    keepTogether(desk, 6);
    sheet.block('seller', () => {
      drawParty(desk, content.seller, { x: desk.left, y: desk.y, detail: 0.8 });
    });
  }
  return sheet;
}

const put = (desk: Desk, text: string, x: number, y: number, more: { size?: number; align?: 'left' | 'right' | 'centre' } = {}): void => {
  desk.sheet.text(text, { x, y, size: more.size ?? desk.size, ...(more.align && { align: more.align }) });
};

/** Turns the page unless so many lines fit. */
function keepTogether(desk: Desk, lines: number): void {
  if (desk.y + lines * desk.step < desk.bottom) return;
  desk.sheet.turnPage();
  desk.y = 110 + desk.random.next() * 90;
  drawFoot(desk);
  const { language, number } = desk.content;
  if (chance(desk.random, 0.4)) put(desk, `${language.code === 'de' ? 'Seite' : 'Page'} ${desk.sheet.pages.length}`, desk.right, desk.y - 45, { align: 'right', size: desk.size * 0.8 });
  if (chance(desk.random, 0.3)) put(desk, `${desk.random.pick(language.number)} ${number}`, desk.left, desk.y - 45, { size: desk.size * 0.8 });
}

function drawHead(desk: Desk): void {
  const { random, content, arrangement, left, right, size, step } = desk;
  const { seller } = content;
  if (chance(random, 0.06)) {
    desk.sheet.block('notice', () => {
      put(desk, random.pick(['Electronic invoice view 2.1', 'Stylesheet-Version 1.3', 'Sample document', 'Muster - keine echte Rechnung']), left, desk.y);
    });
    desk.y += step * 1.5;
  }
  const middle = (left + right) / 2;
  switch (arrangement.letterhead) {
    case 'left':
    case 'right':
    case 'centre': {
      const x = { left, right, centre: middle }[arrangement.letterhead];
      desk.sheet.block('letterhead', () => {
        letterhead(desk, x, arrangement.letterhead === 'left' ? 'left' : arrangement.letterhead === 'right' ? 'right' : 'centre');
      });
      break;
    }
    case 'band':
      desk.sheet.block('letterhead', () => {
        put(desk, nameOf(seller), left, desk.y, { size: size * 1.4 });
        const contacts = [seller.phone, seller.mail, seller.web].filter(() => chance(random, 0.7));
        contacts.forEach((text, index) => {
          put(desk, text, right, desk.y + index * step * 0.8, { align: 'right', size: size * 0.8 });
        });
      });
      desk.y += step * 2.6;
      break;
    case 'sender-line':
    case 'foot':
    case 'none':
      break;
  }
  desk.y += step * random.next() * 2;
}

function letterhead(desk: Desk, x: number, align: 'left' | 'right' | 'centre'): void {
  const { random, content, size, step } = desk;
  const { seller, language } = content;
  const large = size * (1 + random.next() * 0.9);
  for (const line of seller.nameLines) {
    put(desk, line, x, desk.y, { size: large, align });
    desk.y += large * 1.35;
  }
  const detail = [
    [seller.tagline, 0.25],
    [`(${digits(random, 7)}-K)`, 0.04],
    [seller.street, 0.75],
    [seller.place, 0.75],
    [`${random.pick(language.phone)} ${seller.phone}`, 0.5],
    [seller.mail, 0.4],
    [seller.web, 0.4],
    [`${language.facts.find(([, kind]) => kind === 'vat-id')?.[0] ?? 'VAT'} ${seller.vatId}`, 0.25],
  ] as const;
  for (const [text, share] of detail) {
    if (!chance(random, share)) continue;
    put(desk, text, x, desk.y, { size: size * 0.85, align });
    desk.y += step * 0.9;
  }
}

function drawParties(desk: Desk, facts: readonly Fact[], inTitle: boolean): void {
  const { random, content, arrangement, left, right, step } = desk;
  const { language, seller, buyer } = content;
  const middle = left + (right - left) * (0.5 + random.next() * 0.12);
  const sellerAt = (x: number, y: number): number =>
    desk.sheet.block('seller', () => drawParty(desk, seller, { x, y, detail: 0.5, label: random.pick(language.seller) }));
  const buyerAt = (x: number, y: number, label = chance(random, 0.85) ? random.pick(language.buyer) : undefined): number =>
    desk.sheet.block('buyer', () => drawParty(desk, buyer, { x, y, detail: 0.35, ...(label && { label }) }));
  const thirdAt = (x: number, y: number): number => {
    if (arrangement.third === 'none') return y;
    const label = random.pick(language[arrangement.third]);
    return desk.sheet.block('third-party', () => drawParty(desk, content.third, { x, y, detail: 0.3, label }));
  };
  const beside = arrangement.facts === 'right-list' || arrangement.facts === 'right-columns';
  if (arrangement.facts === 'above-buyer') drawFactList(desk, facts, left);
  const top = desk.y;
  let bottom = top;
  switch (arrangement.buyer) {
    case 'window': {
      if (arrangement.letterhead === 'sender-line' || chance(random, 0.4)) senderLine(desk);
      bottom = buyerAt(left, desk.y, chance(random, 0.1) ? random.pick(language.buyer) : undefined);
      bottom = thirdAt(left, bottom + step);
      break;
    }
    case 'labelled-left':
      if (arrangement.letterhead === 'sender-line') senderLine(desk);
      bottom = buyerAt(left, desk.y);
      bottom = Math.max(bottom, thirdAt(beside ? left : middle, beside ? bottom + step : top));
      break;
    case 'labelled-right':
      if (arrangement.letterhead === 'sender-line') senderLine(desk);
      bottom = Math.max(buyerAt(middle, top), thirdAt(left, desk.y + step));
      break;
    case 'beside-seller':
      bottom = chance(random, 0.8) ? Math.max(sellerAt(left, top), buyerAt(middle, top)) : Math.max(buyerAt(left, top), sellerAt(middle, top));
      bottom = thirdAt(left, bottom + step);
      break;
    case 'three-columns': {
      const third = (right - left) / 3;
      bottom = Math.max(sellerAt(left, top), buyerAt(left + third, top), thirdAt(left + 2 * third, top));
      break;
    }
    case 'row-of-table':
      bottom = partyRows(desk);
      bottom = thirdAt(left, bottom + step);
      break;
    case 'listing':
      bottom = partyListing(desk);
      break;
    case 'under-facts':
      if (arrangement.letterhead === 'sender-line') senderLine(desk);
      if (arrangement.facts === 'left-list') drawFactList(desk, facts, left);
      bottom = buyerAt(left, desk.y + step);
      bottom = thirdAt(left, bottom + step);
      break;
  }
  let factsDone = arrangement.facts === 'above-buyer' || arrangement.facts === 'under-items' || (arrangement.buyer === 'under-facts' && arrangement.facts === 'left-list');
  const free = arrangement.buyer === 'window' || arrangement.buyer === 'labelled-left' || arrangement.buyer === 'under-facts';
  if (beside && free) {
    desk.y = top;
    drawFactList(desk, facts, middle, arrangement.facts === 'right-columns');
    factsDone = true;
  }
  desk.y = Math.max(desk.y, bottom) + step * (0.5 + random.next());
  drawTitle(desk, inTitle);
  if (factsDone) return;
  switch (arrangement.facts) {
    case 'strip':
      drawStrip(desk, facts);
      break;
    case 'stacked':
      drawStacked(desk, facts);
      break;
    case 'prose':
      drawProse(desk, [facts.map(({ label, value }) => `${label} ${value}`).join(', ')]);
      break;
    default:
      drawFactList(desk, facts, chance(random, 0.6) ? left : middle, arrangement.facts === 'right-columns');
  }
}

function senderLine(desk: Desk): void {
  const { random, content, left, size, step } = desk;
  const { seller } = content;
  const mark = random.pick([' - ', ' · ', ', ', ' | ', ' • ']);
  desk.sheet.block('sender-line', () => {
    put(desk, [nameOf(seller), seller.street, seller.place].join(mark), left, desk.y, { size: size * 0.6 });
  });
  desk.y += step * 1.1;
}

interface PartyPlace {
  readonly x: number;
  readonly y: number;
  readonly label?: string;
  /** Share of the further lines that are printed. */
  readonly detail: number;
}

/** Lines of a party below each other; returns where they end. */
function drawParty(desk: Desk, party: InventedParty, { x, y, label, detail }: PartyPlace): number {
  const { random, step, colon, content } = desk;
  const { language } = content;
  let at = y;
  const write = (text: string): void => {
    put(desk, text, x, at);
    at += step;
  };
  const more = (text: string, share: number): void => {
    if (chance(random, share)) write(text);
  };
  const inline = label !== undefined && chance(random, 0.12);
  if (label !== undefined && !inline) write(`${label}${colon}`);
  more(`GLN ${party.gln}`, detail * 0.2);
  if (party.isPerson) more(random.pick(language.honorific), 0.4);
  const [first = '', ...others] = party.nameLines;
  write(inline ? `${label}: ${first}` : first);
  others.forEach(write);
  more(`${random.pick(language.attention)} ${party.contact}`, detail * 0.4);
  more(party.tagline, detail * 0.08);
  write(party.street);
  write(party.place);
  more(party.country, 0.4);
  more(`${language.facts.find(([, kind]) => kind === 'vat-id')?.[0] ?? 'VAT'}: ${party.vatId}`, detail * 0.7);
  more(`${random.pick(language.phone)} ${party.phone}`, detail * 0.4);
  more(party.mail, detail * 0.4);
  more(party.web, detail * 0.3);
  return at;
}

/** A form: one row a property, a column each for seller and buyer. */
function partyRows(desk: Desk): number {
  const { random, content, left, right, step, colon } = desk;
  const { seller, buyer, language } = content;
  const [x1, x2] = [left + (right - left) * 0.25, left + (right - left) * 0.62];
  const names: Record<InvoiceContent['language']['code'], readonly string[]> = {
    de: ['Name', 'Straße', 'Ort', 'Land', 'USt-IdNr.'], fr: ['Nom', 'Rue', 'Ville', 'Pays', 'N° TVA'], en: ['Name', 'Street', 'Town', 'Country', 'VAT No.'],
    es: ['Nombre', 'Calle', 'Ciudad', 'País', 'NIF-IVA'], it: ['Nome', 'Via', 'Città', 'Paese', 'P.IVA'], nl: ['Naam', 'Straat', 'Plaats', 'Land', 'Btw-nr.'],
  };
  const rows = [
    ['', random.pick(language.seller), random.pick(language.buyer)],
    [names[language.code][0] ?? '', nameOf(seller), nameOf(buyer)],
    [names[language.code][1] ?? '', seller.street, buyer.street],
    [names[language.code][2] ?? '', seller.place, buyer.place],
    [names[language.code][3] ?? '', seller.country, buyer.country],
    [names[language.code][4] ?? '', seller.vatId, buyer.vatId],
  ] as const;
  const from = desk.y;
  for (const [column, role] of [[0, 'notice'], [1, 'seller'], [2, 'buyer']] as const) {
    desk.sheet.block(role, () => {
      rows.forEach((row, index) => {
        const text = column === 0 && row[0] !== '' ? row[0] + colon : row[column];
        const room = x2 - x1 - desk.size;
        const size = column === 1 ? Math.min(desk.size, (desk.size * room) / Math.max(room, widthOf(text, desk.size))) : desk.size;
        put(desk, text, [left, x1, x2][column] ?? left, from + index * step * 1.1, { size });
      });
    });
  }
  return from + rows.length * step * 1.1;
}

/** Labels and values below each other, as a viewer of electronic invoices prints them. */
function partyListing(desk: Desk): number {
  const { random, content, left, step, colon, size } = desk;
  const { seller, buyer, language, third } = content;
  const gap = size * (12 + random.next() * 8);
  const prefix = random.pick(['', '', 'BT-']);
  const words: Record<InvoiceContent['language']['code'], readonly [string, string, string, string]> = {
    de: ['Name', 'Straße', 'PLZ und Ort', 'Land'], fr: ['Raison sociale', 'Adresse', 'Ville', 'Pays'], en: ['Name', 'Street', 'City', 'Country'],
    es: ['Razón social', 'Dirección', 'Población', 'País'], it: ['Denominazione', 'Indirizzo', 'Città', 'Paese'], nl: ['Naam', 'Straat', 'Plaats', 'Land'],
  };
  const long = chance(random, 0.4);
  const listed = (party: InventedParty, head: string): void => {
    if (!long) {
      put(desk, head + colon, left, desk.y, { size: size * 1.1 });
      desk.y += step * 1.3;
    }
    const rows = [
      [words[language.code][0], nameOf(party), 1],
      [words[language.code][1], party.street, 0.9],
      [words[language.code][2], party.place, 0.9],
      [words[language.code][3], party.country, 0.7],
      ['GLN', party.gln, 0.2],
      [language.facts.find(([, kind]) => kind === 'vat-id')?.[0] ?? 'VAT', party.vatId, 0.4],
      [random.pick(language.phone).replace(/[.:]/g, ''), party.phone, 0.3],
      ['E-Mail', party.mail, 0.3],
    ] as const;
    for (const [label, value, share] of rows) {
      if (!chance(random, share)) continue;
      const code = prefix === '' ? '' : `${prefix}${random.integer(20, 60)} `;
      put(desk, `${code}${long ? `${label} ${language.of} ${head}` : label}${colon}`, left, desk.y);
      put(desk, value, left + gap * (long ? 1.5 : 1), desk.y);
      desk.y += step;
    }
    desk.y += step * 0.6;
  };
  const parties = [
    ['seller', seller, random.pick(language.seller)],
    ['buyer', buyer, random.pick(language.buyer)],
    ...(desk.arrangement.third === 'none' ? [] : [['third-party', third, random.pick(language[desk.arrangement.third])] as const]),
  ] as const;
  for (const [role, party, head] of chance(random, 0.75) ? parties : [...parties].reverse()) {
    desk.sheet.block(role, () => {
      listed(party, head);
    });
  }
  return desk.y;
}

function drawTitle(desk: Desk, inTitle: boolean): void {
  const { random, content, left, right, size } = desk;
  const { language, number, isCredit } = content;
  const title = random.pick(isCredit ? language.creditTitles : language.titles);
  const day = dayText(content.issued, content.dayForm, language);
  const nr = { de: 'Nr.', fr: 'n°', en: 'No.', es: 'n.º', it: 'n.', nl: 'nr.' }[language.code];
  const text = inTitle
    ? random.pick([`${title} ${number}`, `${title} ${nr} ${number}`, `${title} ${nr} ${number} ${language.of} ${day}`, `${title}: ${number}`, `${title} ${number} ${language.of} ${day}`])
    : title;
  const large = size * (1.1 + random.next() * 0.8);
  const align = random.pick(['left', 'left', 'left', 'right', 'centre'] as const);
  desk.sheet.block('title', () => {
    put(desk, text, { left, right, centre: (left + right) / 2 }[align], desk.y, { size: Math.min(large, (large * (right - left)) / widthOf(text, large)), align });
  });
  desk.y += large * 1.8;
}

function inventFacts(desk: Desk, inTitle: boolean): readonly Fact[] {
  const { random, content } = desk;
  const { language, isCredit } = content;
  const day = dayText(content.issued, content.dayForm, language);
  const own: Fact[] = [
    ...(inTitle && !chance(random, 0.15) ? [] : [{ label: random.pick(isCredit && chance(random, 0.6) ? language.creditNumber : language.number), value: content.number }]),
    { label: random.pick(language.date), value: day },
    ...(chance(random, isCredit ? 0.8 : 0.07) ? [{ label: random.pick(language.original), value: content.original }] : []),
  ];
  const count = weighted(random, [[0, 2], [2, 3], [4, 3], [7, 2], [11, 1]]);
  const others = some(random, language.facts, count).map(([label, kind]) => ({ label, value: factValue(desk, kind) }));
  return chance(random, 0.5) ? shuffled(random, [...own, ...others]) : [...own, ...others];
}

function factValue({ random, content }: Desk, kind: FactKind): string {
  const { language, seller, buyer, issued, dayForm } = content;
  const around = (months: number): string => dayText(monthsLater(issued, months), dayForm, language);
  switch (kind) {
    case 'reference':
      return inventReference(random);
    case 'date':
      return around(random.integer(-1, 2));
    case 'tax-id':
      return seller.taxId;
    case 'vat-id':
      return random.pick([seller.vatId, buyer.vatId]);
    case 'person':
      return person(random);
    case 'page':
      return random.pick(['1', '1/1', '1 / 2']);
    case 'type-code':
      return content.isCredit ? random.pick(['381', '381', '384']) : random.pick(['380', '380', '326', '389', '380 (Commercial invoice)']);
    case 'phone':
      return seller.phone;
    case 'mail':
      return seller.mail;
    case 'currency':
      return content.currency;
    case 'period':
      return `${around(-1)} - ${around(0)}`;
    case 'gln':
      return random.pick([seller.gln, buyer.gln]);
  }
}

function drawFactList(desk: Desk, facts: readonly Fact[], x: number, apart = chance(desk.random, 0.6)): void {
  const { random, right, step, size, colon } = desk;
  const widest = Math.max(0, ...facts.map(({ label }) => widthOf(label, size)));
  const valueX = x + widest + size * (1 + random.next() * 2);
  const toRight = apart && x > desk.left && chance(random, 0.3);
  const behindColon = chance(random, 0.2);
  keepTogether(desk, facts.length);
  desk.sheet.block('facts', () => {
    for (const { label, value } of facts) {
      if (!apart) put(desk, `${label}${colon || ':'} ${value}`, x, desk.y);
      else {
        put(desk, label + (behindColon ? '' : colon), x, desk.y);
        if (toRight) put(desk, value, right, desk.y, { align: 'right' });
        else put(desk, behindColon ? `: ${value}` : value, valueX, desk.y);
      }
      desk.y += step;
    }
  });
  desk.y += step * 0.5;
}

/** Rows of labels with their values below. */
function drawStrip(desk: Desk, facts: readonly Fact[]): void {
  const { random, left, right, step, size } = desk;
  const perRow = random.integer(3, 5);
  desk.sheet.block('facts', () => {
    for (let from = 0; from < facts.length; from += perRow) {
      const row = facts.slice(from, from + perRow);
      row.forEach(({ label, value }, index) => {
        const x = left + ((right - left) * index) / perRow;
        const room = (right - left) / perRow - size;
        const fit = (text: string): number => Math.min(size, (size * room) / Math.max(1, widthOf(text, size)));
        put(desk, label, x, desk.y, { size: fit(label) });
        put(desk, value, x, desk.y + step, { size: fit(value) });
      });
      desk.y += step * 2.6;
    }
  });
}

/** Each label above its value, below each other. */
function drawStacked(desk: Desk, facts: readonly Fact[]): void {
  const { random, left, right, step, size } = desk;
  const x = chance(random, 0.5) ? left : left + (right - left) * 0.6;
  keepTogether(desk, facts.length * 2.3);
  desk.sheet.block('facts', () => {
    for (const { label, value } of facts) {
      put(desk, label, x, desk.y, { size: size * 0.85 });
      put(desk, value, x, desk.y + step * 0.95);
      desk.y += step * 2.3;
    }
  });
}

function drawProse(desk: Desk, texts: readonly string[]): void {
  const { left, right, size, step } = desk;
  desk.sheet.block('prose', () => {
    for (const text of texts) {
      let line = '';
      for (const word of text.split(' ')) {
        if (widthOf(`${line} ${word}`, size) > right - left) {
          put(desk, line, left, desk.y);
          desk.y += step;
          line = '';
        }
        line = `${line} ${word}`.trim();
      }
      put(desk, line, left, desk.y);
      desk.y += step;
    }
  });
  desk.y += step * 0.5;
}

const amount = (desk: Desk, cents: number, symbol = ''): string => {
  const text = amountText(cents, desk.content.amountForm);
  if (symbol === '') return text;
  return desk.content.language.code === 'en' && symbol.length === 1 ? `${symbol}${text}` : `${text} ${symbol}`;
};

const decimal = (desk: Desk, value: number): string =>
  ['commas', 'plain', 'swiss', 'indian'].includes(desk.content.amountForm) ? String(value) : String(value).replace('.', ',');

function drawItems(desk: Desk): void {
  desk.y += desk.step * 0.5;
  switch (desk.arrangement.items) {
    case 'table':
    case 'table-description-first':
    case 'bare':
      drawTable(desk);
      break;
    case 'blocks':
      drawItemBlocks(desk);
      break;
    case 'list':
      drawItemList(desk);
      break;
  }
}

const shares: Readonly<Record<Column, number>> = { position: 0.6, article: 1.6, description: 3.6, quantity: 1, unit: 0.8, price: 1.3, tax: 0.9, amount: 1.3 };

function drawTable(desk: Desk): void {
  const { random, content, left, right, size, step } = desk;
  const { language, items, currency } = content;
  const bare = desk.arrangement.items === 'bare';
  const keys = ([
    ['position', 0.6], ['article', 0.35], ['description', 1], ['quantity', bare ? 0.3 : 0.92], ['unit', 0.3], ['price', bare ? 0.2 : 0.9], ['tax', 0.4], ['amount', 1],
  ] as const).flatMap(([key, share]) => (chance(random, share) ? [key] : []));
  if (desk.arrangement.items === 'table-description-first') keys.sort((a, b) => Number(b === 'description') - Number(a === 'description'));
  const all = keys.reduce((sum, key) => sum + shares[key], 0);
  const edges = new Map<Column, readonly [number, number]>();
  let x = left;
  for (const key of keys) {
    const width = ((right - left) * shares[key]) / all;
    edges.set(key, [x, x + width - size * 0.4]);
    x += width;
  }
  const toRight = new Set<Column>(chance(random, 0.8) ? ['price', 'tax', 'amount', ...(chance(random, 0.7) ? (['quantity'] as const) : [])] : []);
  const cell = (key: Column, text: string, y: number): void => {
    const [from, to] = edges.get(key) ?? [left, right];
    const fit = Math.min(size, (size * (to - from)) / Math.max(1, widthOf(text, size)));
    put(desk, text, toRight.has(key) ? to : from, y, { size: Math.max(fit, size * 0.62), align: toRight.has(key) ? 'right' : 'left' });
  };
  const headings = new Map(keys.map((key) => [key, random.pick(language.columns[key])]));
  const withUnit = chance(random, 0.2) ? ` ${currency}` : '';
  const heading = (): void => {
    if (bare) return;
    for (const [key, text] of headings) cell(key, key === 'amount' ? text + withUnit : text, desk.y);
    desk.y += step * 1.5;
  };
  const extra = weighted(random, [[0, 4], [1, 2], [3, 1]]);
  const ten = chance(random, 0.1) ? 10 : 1;
  let carried = 0;
  const draw = (item: Item, index: number): void => {
    const texts: Readonly<Record<Column, string>> = {
      position: `${(index + 1) * ten}`,
      article: item.article,
      description: item.text,
      quantity: decimal(desk, item.quantity) + (keys.includes('unit') || chance(random, 0.5) ? '' : ` ${item.unit}`),
      unit: item.unit,
      price: amount(desk, item.priceCents, desk.rowSymbol),
      tax: `${decimal(desk, item.taxRate)}${random.pick(['%', ' %', ''])}`,
      amount: amount(desk, item.cents, desk.rowSymbol),
    };
    for (const key of keys) cell(key, texts[key], desk.y);
    desk.y += step;
    carried += item.cents;
    for (let line = random.integer(0, extra); line > 0; line -= 1) {
      cell('description', random.pick([`EAN: ${digits(random, 13)}`, `${random.pick(language.discount)} 1: 2,00 %`, inventReference(random), item.text, `${random.pick(language.columns.price)}: ${amount(desk, item.priceCents)}`]), desk.y);
      desk.y += step * 0.95;
    }
  };
  desk.sheet.block('items', heading);
  for (const [index, item] of items.entries()) {
    const pages = desk.sheet.pages.length;
    if (desk.y + step * (2 + extra) > desk.bottom && chance(random, 0.3)) {
      cell('description', language.carried[0], desk.y);
      cell('amount', amount(desk, carried), desk.y);
    }
    keepTogether(desk, 2 + extra);
    desk.sheet.block('items', () => {
      if (desk.sheet.pages.length > pages && chance(random, 0.7)) heading();
      draw(item, index);
    });
  }
}

/** Each item a small block of labels and values. */
function drawItemBlocks(desk: Desk): void {
  const { random, content, left, step, size, colon } = desk;
  const { language, items } = content;
  const gap = size * (11 + random.next() * 6);
  const [price, quantity, total, tax] = (['price', 'quantity', 'amount', 'tax'] as const).map((key) => random.pick(language.columns[key]));
  const withTax = chance(random, 0.5);
  for (const [index, item] of items.entries()) {
    keepTogether(desk, 6);
    desk.sheet.block('items', () => {
      put(desk, `${random.pick(language.columns.position)} ${index + 1}`, left, desk.y);
      put(desk, item.text, left + size * 6, desk.y);
      desk.y += step;
      const rows = [[quantity, `${decimal(desk, item.quantity)} ${item.unit}`], [price, amount(desk, item.priceCents, desk.rowSymbol)], ...(withTax ? [[tax, `${decimal(desk, item.taxRate)} %`]] : []), [total, amount(desk, item.cents, desk.rowSymbol)]];
      for (const [label = '', value = ''] of rows) {
        put(desk, label + colon, left + size * 2, desk.y);
        put(desk, value, left + size * 2 + gap, desk.y);
        desk.y += step;
      }
      desk.y += step * 0.5;
    });
  }
}

function drawItemList(desk: Desk): void {
  const { random, content, left, right, step } = desk;
  const counted = chance(random, 0.5);
  for (const item of content.items) {
    keepTogether(desk, 2);
    desk.sheet.block('items', () => {
      put(desk, counted ? `${decimal(desk, item.quantity)} x ${item.text}` : item.text, left, desk.y);
      put(desk, amount(desk, item.cents, desk.rowSymbol), right, desk.y, { align: 'right' });
      desk.y += step;
    });
  }
}

interface TotalRow {
  readonly label: string;
  readonly cents: number;
}

function totalRows(desk: Desk, withBreakdown: boolean): readonly TotalRow[] {
  const { random, content } = desk;
  const { language, taxes } = content;
  const rows: TotalRow[] = [];
  if (content.chargeCents !== 0) rows.push({ label: random.pick(language.charge), cents: content.chargeCents });
  if (content.discountCents !== 0) rows.push({ label: random.pick(language.discount), cents: content.discountCents });
  if (chance(random, 0.92)) rows.push({ label: random.pick(language.net), cents: content.netCents });
  const tax = random.pick(language.tax);
  if (taxes.length > 1) {
    if (!withBreakdown || chance(random, 0.3))
      rows.push(...taxes.map(({ rate, taxCents }) => ({ label: `${tax} ${decimal(desk, rate)} %`, cents: taxCents })));
    if (!(withBreakdown && chance(random, 0.2))) rows.push({ label: random.pick(language.taxTotal), cents: content.taxCents });
  } else {
    const rate = decimal(desk, taxes[0]?.rate ?? 0);
    rows.push({ label: random.pick([`${tax} ${rate} %`, `${tax} ${rate}%`, `${rate} % ${tax}`, `${tax} (${rate} %)`, random.pick(language.taxTotal)]), cents: content.taxCents });
  }
  rows.push({ label: random.pick(language.gross), cents: content.grossCents });
  if (content.paidCents !== 0) {
    rows.push({ label: random.pick(language.paid), cents: chance(random, 0.5) ? -content.paidCents : content.paidCents });
    rows.push({ label: random.pick(language.due), cents: content.grossCents - content.paidCents });
  } else if (chance(random, 0.2)) rows.push({ label: random.pick(language.due), cents: content.grossCents });
  return rows;
}

function drawTotals(desk: Desk): void {
  const { random, content, arrangement, left, right, size, step, colon } = desk;
  desk.y += step * (0.4 + random.next());
  const withBreakdown = arrangement.totals === 'beside-breakdown' || (content.taxes.length > 1 && chance(random, 0.5));
  const rows = totalRows(desk, withBreakdown);
  keepTogether(desk, rows.length + (withBreakdown ? content.taxes.length + 3 : 0) + 1);
  const top = desk.y;
  if (withBreakdown) drawBreakdown(desk);
  const below = desk.y;
  if (arrangement.totals === 'beside-breakdown') desk.y = top;
  desk.sheet.block('totals', () => {
    switch (arrangement.totals) {
      case 'strip':
        rows.forEach(({ label, cents }, index) => {
          const x = left + ((right - left) * (index + 1)) / rows.length;
          put(desk, label, x, desk.y, { size: size * 0.75, align: 'right' });
          put(desk, amount(desk, cents, desk.totalSymbol), x, desk.y + step, { size: size * 0.85, align: 'right' });
        });
        desk.y += step * 2.5;
        break;
      case 'sentence':
        for (const { label, cents } of rows) {
          put(desk, `${label}: ${amount(desk, cents, desk.totalSymbol)}`, left, desk.y);
          desk.y += step;
        }
        break;
      default: {
        const far = arrangement.totals !== 'left';
        const widest = Math.max(...rows.map(({ label }) => widthOf(label, size)));
        const x = far ? Math.max(left, right - widest - size * (9 + random.next() * 5)) : left;
        const valueX = far ? right : x + widest + size * 10;
        const mark = chance(random, 0.5) ? colon : '';
        for (const { label, cents } of rows) {
          put(desk, label + mark, x, desk.y);
          put(desk, amount(desk, cents, desk.totalSymbol), valueX, desk.y, { align: 'right' });
          desk.y += step * 1.1;
        }
      }
    }
  });
  desk.y = Math.max(desk.y, below) + step * 0.6;
  if (desk.rowSymbol === '' && desk.totalSymbol === '') {
    put(desk, `${{ de: 'Alle Beträge in', fr: 'Montants en', en: 'All amounts in', es: 'Importes en', it: 'Importi in', nl: 'Bedragen in' }[content.language.code]} ${content.currency}`, left, desk.y);
    desk.y += step;
  }
}

function drawBreakdown(desk: Desk): void {
  const { random, content, left, step, size } = desk;
  const { language } = content;
  const width = size * (8 + random.next() * 3);
  desk.sheet.block('breakdown', () => {
    put(desk, random.pick(language.breakdown), left, desk.y);
    desk.y += step * 1.2;
    const heads = [random.pick(language.columns.tax), random.pick(language.net), random.pick(language.taxTotal)];
    heads.forEach((head, index) => {
      put(desk, head, left + index * width, desk.y, { size: Math.min(size, (size * width * 0.92) / widthOf(head, size)) });
    });
    desk.y += step;
    for (const { rate, baseCents, taxCents } of content.taxes) {
      [`${decimal(desk, rate)} %`, amount(desk, baseCents), amount(desk, taxCents)].forEach((text, index) => {
        put(desk, text, left + index * width, desk.y);
      });
      desk.y += step;
    }
  });
  desk.y += step * 0.6;
}

/** A phrase with its places filled in. */
function filled(desk: Desk, text: string): string {
  const { random, content } = desk;
  const { seller, issued, dayForm, language, number } = content;
  const values: Readonly<Record<string, () => string>> = {
    date: () => dayText(monthsLater(issued, 1), dayForm, language),
    seller: () => nameOf(seller),
    number: () => number,
    person: () => seller.contact,
    town: () => surname(random),
    digits: () => digits(random, 6),
    vat: () => seller.vatId,
  };
  return text.replace(/\{(\w+)\}/g, (_, key: string) => values[key]?.() ?? '');
}

const bankLines = (desk: Desk): readonly string[] => [
  `IBAN: DE${digits(desk.random, 2)} ${digits(desk.random, 4)} ${digits(desk.random, 4)} ${digits(desk.random, 4)} ${digits(desk.random, 4)} ${digits(desk.random, 2)}`,
  `BIC: ${surname(desk.random).toUpperCase().slice(0, 6)}XXX`,
  bankName(desk.random),
  `${desk.random.pick(desk.content.language.payee)}: ${chance(desk.random, 0.8) ? nameOf(desk.content.seller) : desk.content.seller.contact}`,
];

function drawPayment(desk: Desk): void {
  const { random, content, left, step } = desk;
  const texts = [...some(random, content.language.payment, random.integer(0, 2)).map((text) => filled(desk, text)), ...(chance(random, 0.25) ? some(random, bankLines(desk), 3) : [])];
  if (texts.length === 0) return;
  keepTogether(desk, texts.length);
  desk.sheet.block('payment', () => {
    for (const text of texts) {
      put(desk, text, left, desk.y);
      desk.y += step;
    }
  });
}

/** What stands at the foot of every page. */
function drawFoot(desk: Desk): void {
  const { random, content, arrangement, left, right, size } = desk;
  const { seller, language } = content;
  const small = size * 0.65;
  const top = sheetSize.heightPx - 220;
  const address = [nameOf(seller), seller.street, seller.place];
  if (arrangement.closing === 'line') {
    desk.sheet.block('foot', () => {
      put(desk, [...address, `IBAN DE${digits(random, 12)}`].join(random.pick([' | ', ' - ', ', '])), (left + right) / 2, top + small * 3, { size: small, align: 'centre' });
    });
  } else if (arrangement.closing === 'columns' || arrangement.letterhead === 'foot') {
    const columns = shuffled(random, [
      [...address],
      some(random, language.registration, 2).map((text) => filled(desk, text)),
      some(random, bankLines(desk), 3),
      [`${random.pick(language.phone)} ${seller.phone}`, seller.mail, seller.web],
    ]).filter((lines) => lines[0] === address[0] || chance(random, 0.8));
    columns.forEach((lines, column) => {
      desk.sheet.block('foot', () => {
        lines.forEach((text, index) => {
          put(desk, text, left + ((right - left) * column) / columns.length, top + index * small * 1.35, { size: small });
        });
      });
    });
  }
}
