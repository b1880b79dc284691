import { type Desk, put } from './desk.ts';
import { chance, digits, type InventedParty, inventReference, nameOf } from './invented.ts';

export function drawHead(desk: Desk): void {
  const { random, content, arrangement, left, right, size, step } = desk;
  const { seller } = content;
  if (chance(random, 0.06)) {
    desk.sheet.block('notice', () => {
      put(
        desk,
        random.pick([
          'Electronic invoice view 2.1',
          'Stylesheet-Version 1.3',
          'Sample document',
          'Muster - keine echte Rechnung',
        ]),
        left,
        desk.y,
      );
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
        letterhead(
          desk,
          x,
          arrangement.letterhead === 'left'
            ? 'left'
            : arrangement.letterhead === 'right'
              ? 'right'
              : 'centre',
        );
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
  const large = size * (chance(random, 0.25) ? 1 : 1 + random.next() * 0.9);
  const isBare = chance(random, 0.15);
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
    if (isBare || !chance(random, share)) continue;
    put(desk, text, x, desk.y, { size: size * 0.85, align });
    desk.y += step * 0.9;
  }
}

export function senderLine(desk: Desk): void {
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
export function drawParty(desk: Desk, party: InventedParty, { x, y, label, detail }: PartyPlace): number {
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
  if (label !== undefined && !inline) {
    write(`${label}${colon}`);
    if (chance(random, 0.15)) at += step * (0.5 + random.next());
  }
  more(`GLN ${party.gln}`, detail * 0.3);
  const reference = (): string =>
    `${referenceLabel(desk)}${random.pick([':', ' :', ''])} ${inventReference(random)}`;
  more(reference(), detail * 0.3);
  if (chance(random, detail * 0.15)) at += step * 0.7;
  if (party.isPerson) more(random.pick(language.honorific), 0.4);
  const [first = '', ...others] = party.nameLines;
  write(inline ? `${label}: ${first}` : first);
  others.forEach(write);
  more(`${random.pick(language.attention)} ${party.contact}`, detail * 0.4);
  more(party.tagline, detail * 0.08);
  if (chance(random, 0.1)) at += step * 0.8;
  write(party.street);
  write(party.place);
  more(party.country, 0.4);
  more(`${language.facts.find(([, kind]) => kind === 'vat-id')?.[0] ?? 'VAT'}: ${party.vatId}`, detail * 0.7);
  more(`${random.pick(language.phone)} ${party.phone}`, detail * 0.4);
  more(reference(), detail * 0.3);
  more(party.mail, detail * 0.4);
  more(party.web, detail * 0.3);
  return at;
}

/** The label of a number that is not the document's. */
function referenceLabel({ random, content }: Desk): string {
  const labels = content.language.facts.flatMap(([label, kind]) => (kind === 'reference' ? [label] : []));
  return labels[random.integer(0, labels.length - 1)] ?? '';
}
