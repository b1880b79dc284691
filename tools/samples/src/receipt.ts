import { amount, dayFirst, isoDay, plainAmount } from './format.ts';
import { line, lines, type Pen } from './page.ts';
import { supplierOf } from './parties.ts';
import type { Random } from './random.ts';
import type { Sample } from './sample.ts';

const goods = [
  ['NOTEBOOK A5 RULED', 2.9],
  ['COFFEE BEANS 500G', 8.5],
  ['SPARKLING WATER 1L', 1.2],
  ['STAPLER SMALL', 5.6],
  ['PAPER TOWELS 4PK', 4.35],
  ['GREEN TEA 20 BAGS', 3.1],
] as const;

const width = 226;
const height = 470;

/** A receipt of a year, by default 2025. */
export function receipt(random: Random, year = 2025): Sample {
  const shop = supplierOf(random);
  const company = shop.name.toUpperCase();
  const day = { year, month: random.integer(1, 12), day: random.integer(13, 28) };
  const time = `${random.integer(9, 18)}:${random.integer(10, 59)}`;
  const first = random.integer(0, 2);
  const items = goods
    .slice(first, first + random.integer(3, 4))
    .map(([text, price]) => ({ text, quantity: random.integer(1, 3), price }));
  const cents = items.reduce((sum, item) => sum + item.quantity * Math.round(item.price * 100), 0);
  const total = cents / 100;
  const number = random.integer(100000, 999999);
  const cash = Math.ceil(total / 10) * 10;
  return {
    documentClass: 'receipt',
    size: { width, height },
    expected: {
      company,
      date: isoDay(day),
      address: shop.address.join(', ').toUpperCase(),
      total: plainAmount(total),
    },
    draw: (pen) => {
      const middle = width / 2;
      line(pen, company, middle, 22, { font: 'Courier-Bold', size: 11, align: 'center' });
      const head = [...shop.address.map((part) => part.toUpperCase()), 'TEL 555-0142', '', 'RECEIPT'];
      head.forEach((text, index) => {
        line(pen, text, middle, 40 + index * 13, { font: 'Courier', size: 9, align: 'center' });
      });
      lines(pen, [`DATE: ${dayFirst(day)}  ${time}`, `RECEIPT NO: ${number}`], 14, 112, {
        font: 'Courier',
        size: 9,
      });
      let y = dashes(pen, 144);
      for (const { text, quantity, price } of items) {
        line(pen, text, 14, y, { font: 'Courier', size: 9 });
        pair(pen, `  ${quantity} x ${amount(price)}`, amount(quantity * price), y + 12);
        y += 28;
      }
      y = dashes(pen, y);
      line(pen, 'TOTAL', 14, y, { font: 'Courier-Bold', size: 13 });
      line(pen, `$ ${amount(total)}`, width - 14, y, { font: 'Courier-Bold', size: 13, align: 'right' });
      pair(pen, 'CASH', amount(cash), y + 24);
      pair(pen, 'CHANGE', amount(cash - total), y + 38);
      y = dashes(pen, y + 56);
      line(pen, 'THANK YOU, PLEASE COME AGAIN', middle, y, { font: 'Courier', size: 9, align: 'center' });
    },
  };
}

function pair(pen: Pen, left: string, right: string, y: number): void {
  line(pen, left, 14, y, { font: 'Courier', size: 9 });
  line(pen, right, width - 14, y, { font: 'Courier', size: 9, align: 'right' });
}

/** A dashed line; gives the `y` below it. */
function dashes(pen: Pen, y: number): number {
  line(pen, '-'.repeat(36), width / 2, y, { font: 'Courier', size: 9, align: 'center' });
  return y + 16;
}
