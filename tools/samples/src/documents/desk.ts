import type { Random } from '../random.ts';
import type { Arrangement } from './arrangements.ts';
import {
  amountText,
  chance,
  dayText,
  digits,
  monthsLater,
  nameOf,
  shuffled,
  some,
  surname,
} from './invented.ts';
import { bankName, type InvoiceContent } from './invoice-content.ts';
import { type Sheet, sheetSize } from './sheet.ts';

export interface Fact {
  readonly label: string;
  readonly value: string;
}

/** Everything that drawing needs; `y` moves down the page. */
export interface Desk {
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

export const put = (
  desk: Desk,
  text: string,
  x: number,
  y: number,
  more: { size?: number; align?: 'left' | 'right' | 'centre' } = {},
): void => {
  desk.sheet.text(text, { x, y, size: more.size ?? desk.size, ...(more.align && { align: more.align }) });
};

/** Turns the page unless so many lines fit. */
export function keepTogether(desk: Desk, lines: number): void {
  if (desk.y + lines * desk.step < desk.bottom) return;
  desk.sheet.turnPage();
  desk.y = 110 + desk.random.next() * 90;
  drawFoot(desk);
  const { language, number } = desk.content;
  if (chance(desk.random, 0.4))
    put(
      desk,
      `${language.code === 'de' ? 'Seite' : 'Page'} ${desk.sheet.pages.length}`,
      desk.right,
      desk.y - 45,
      { align: 'right', size: desk.size * 0.8 },
    );
  if (chance(desk.random, 0.3))
    put(desk, `${desk.random.pick(language.number)} ${number}`, desk.left, desk.y - 45, {
      size: desk.size * 0.8,
    });
}

export const amount = (desk: Desk, cents: number, symbol = ''): string => {
  const text = amountText(cents, desk.content.amountForm);
  if (symbol === '') return text;
  return desk.content.language.code === 'en' && symbol.length === 1
    ? `${symbol}${text}`
    : `${text} ${symbol}`;
};

export const decimal = (desk: Desk, value: number): string =>
  ['commas', 'plain', 'swiss', 'indian'].includes(desk.content.amountForm)
    ? String(value)
    : String(value).replace('.', ',');

/** A phrase with its places filled in. */
export function filled(desk: Desk, text: string): string {
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

export const bankLines = (desk: Desk): readonly string[] => [
  `IBAN: DE${digits(desk.random, 2)} ${digits(desk.random, 4)} ${digits(desk.random, 4)} ${digits(desk.random, 4)} ${digits(desk.random, 4)} ${digits(desk.random, 2)}`,
  `BIC: ${surname(desk.random).toUpperCase().slice(0, 6)}XXX`,
  bankName(desk.random),
  `${desk.random.pick(desk.content.language.payee)}: ${chance(desk.random, 0.8) ? nameOf(desk.content.seller) : desk.content.seller.contact}`,
];

/** What stands at the foot of every page. */
export function drawFoot(desk: Desk): void {
  const { random, content, arrangement, left, right, size } = desk;
  const { seller, language } = content;
  const small = size * 0.65;
  const top = sheetSize.heightPx - 220;
  const address = [nameOf(seller), seller.street, seller.place];
  if (arrangement.closing === 'line') {
    desk.sheet.block('foot', () => {
      put(
        desk,
        [...address, `IBAN DE${digits(random, 12)}`].join(random.pick([' | ', ' - ', ', '])),
        (left + right) / 2,
        top + small * 3,
        { size: small, align: 'centre' },
      );
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
          put(desk, text, left + ((right - left) * column) / columns.length, top + index * small * 1.35, {
            size: small,
          });
        });
      });
    });
  }
}
