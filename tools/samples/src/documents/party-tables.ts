import { type Desk, put } from './desk.ts';
import { chance, type InventedParty, nameOf } from './invented.ts';
import type { InvoiceContent } from './invoice-content.ts';
import { widthOf } from './sheet.ts';

/** A form: one row a property, a column each for seller and buyer. */
export function partyRows(desk: Desk): number {
  const { random, content, left, right, step, colon } = desk;
  const { seller, buyer, language } = content;
  const [x1, x2] = [left + (right - left) * 0.25, left + (right - left) * 0.62];
  const names: Record<InvoiceContent['language']['code'], readonly string[]> = {
    de: ['Name', 'Straße', 'Ort', 'Land', 'USt-IdNr.'],
    fr: ['Nom', 'Rue', 'Ville', 'Pays', 'N° TVA'],
    en: ['Name', 'Street', 'Town', 'Country', 'VAT No.'],
    es: ['Nombre', 'Calle', 'Ciudad', 'País', 'NIF-IVA'],
    it: ['Nome', 'Via', 'Città', 'Paese', 'P.IVA'],
    nl: ['Naam', 'Straat', 'Plaats', 'Land', 'Btw-nr.'],
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
  for (const [column, role] of [
    [0, 'notice'],
    [1, 'seller'],
    [2, 'buyer'],
  ] as const) {
    desk.sheet.block(role, () => {
      rows.forEach((row, index) => {
        const text = column === 0 && row[0] !== '' ? row[0] + colon : row[column];
        const room = x2 - x1 - desk.size;
        const size =
          column === 1
            ? Math.min(desk.size, (desk.size * room) / Math.max(room, widthOf(text, desk.size)))
            : desk.size;
        put(desk, text, [left, x1, x2][column] ?? left, from + index * step * 1.1, { size });
      });
    });
  }
  return from + rows.length * step * 1.1;
}

/** Labels and values below each other, as a viewer of electronic invoices prints them. */
export function partyListing(desk: Desk): number {
  const { random, content, left, step, colon, size } = desk;
  const { seller, buyer, language, third } = content;
  const gap = size * (12 + random.next() * 8);
  const prefix = random.pick(['', '', 'BT-']);
  const words: Record<InvoiceContent['language']['code'], readonly [string, string, string, string]> = {
    de: ['Name', 'Straße', 'PLZ und Ort', 'Land'],
    fr: ['Raison sociale', 'Adresse', 'Ville', 'Pays'],
    en: ['Name', 'Street', 'City', 'Country'],
    es: ['Razón social', 'Dirección', 'Población', 'País'],
    it: ['Denominazione', 'Indirizzo', 'Città', 'Paese'],
    nl: ['Naam', 'Straat', 'Plaats', 'Land'],
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
    ...(desk.arrangement.third === 'none'
      ? []
      : [['third-party', third, random.pick(language[desk.arrangement.third])] as const]),
  ] as const;
  for (const [role, party, head] of chance(random, 0.75) ? parties : [...parties].reverse()) {
    desk.sheet.block(role, () => {
      listed(party, head);
    });
  }
  return desk.y;
}
