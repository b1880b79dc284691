import { amount, isoDay, longDay, plainAmount } from './format.ts';
import { letterSize, line, lines, rule, table } from './page.ts';
import { customerOf, supplierOf } from './parties.ts';
import type { Random } from './random.ts';
import type { Sample } from './sample.ts';

const articles = [
  { text: 'Copy paper A4, box of 2,500 sheets', price: 24.9 },
  { text: 'Ring binder, 50 mm, blue', price: 3.75 },
  { text: 'Ballpoint pens, pack of 50', price: 12.4 },
  { text: 'Desk lamp, adjustable', price: 38.5 },
  { text: 'Toner cartridge, black', price: 71.2 },
  { text: 'Whiteboard markers, set of 4', price: 6.8 },
] as const;

const taxRate = 0.2;

interface Item {
  readonly position: number;
  readonly text: string;
  readonly quantity: number;
  readonly price: number;
}

/** An invoice of a year, by default 2025. */
export function invoice(random: Random, year = 2025): Sample {
  const [seller, buyer] = [supplierOf(random), customerOf(random)];
  const number = `INV-2025-${random.integer(1000, 9999)}`;
  const issued = { year, month: random.integer(1, 12), day: random.integer(1, 28) };
  const first = random.integer(0, 2);
  const items: Item[] = articles.slice(first, first + random.integer(3, 4)).map((article, index) => {
    return { position: index + 1, ...article, quantity: random.integer(1, 12) };
  });
  const cents = items.reduce((sum, item) => sum + item.quantity * Math.round(item.price * 100), 0);
  const [net, tax] = [cents / 100, Math.round(cents * taxRate) / 100];
  const total = Math.round((net + tax) * 100) / 100;
  return {
    documentClass: 'invoice',
    size: letterSize,
    expected: {
      invoice_number: number,
      issue_date: isoDay(issued),
      seller: seller.name,
      buyer: buyer.name,
      currency: 'USD',
      tax_total: plainAmount(tax),
      grand_total: plainAmount(total),
    },
    draw: (pen) => {
      line(pen, seller.name, 56, 54, { font: 'Helvetica-Bold', size: 17, color: '#1f3a5f' });
      lines(pen, [...seller.address, 'Phone 555-0142'], 56, 78, { size: 9, color: '#444444' });
      line(pen, 'INVOICE', 556, 52, { font: 'Helvetica-Bold', size: 24, align: 'right' });
      rule(pen, 56, 556, 126, 1.5);
      lines(pen, ['Bill to:'], 56, 146, { font: 'Helvetica-Bold' });
      lines(pen, [buyer.name, ...buyer.address], 56, 162);
      const facts = [
        ['Invoice number:', number],
        ['Invoice date:', longDay(issued)],
        ['Payment terms:', '30 days net'],
        ['Currency:', 'USD'],
      ] as const;
      facts.forEach(([label, value], index) => {
        line(pen, label, 340, 146 + index * 16, { font: 'Helvetica-Bold' });
        line(pen, value, 556, 146 + index * 16, { align: 'right' });
      });
      const below = table<Item>(
        pen,
        [
          { title: 'Pos.', x: 64, text: (item) => String(item.position) },
          { title: 'Description', x: 100, text: (item) => item.text },
          { title: 'Quantity', x: 380, align: 'right', text: (item) => String(item.quantity) },
          { title: 'Unit price', x: 462, align: 'right', text: (item) => amount(item.price) },
          { title: 'Amount', x: 548, align: 'right', text: (item) => amount(item.quantity * item.price) },
        ],
        items,
        { y: 246, left: 56, right: 556 },
      );
      line(pen, 'Net amount', 380, below + 6);
      line(pen, amount(net), 548, below + 6, { align: 'right' });
      line(pen, 'VAT 20 %', 380, below + 24);
      line(pen, amount(tax), 548, below + 24, { align: 'right' });
      rule(pen, 380, 556, below + 41);
      line(pen, 'Total amount', 380, below + 48, { font: 'Helvetica-Bold', size: 12 });
      line(pen, `$${amount(total)}`, 548, below + 48, { font: 'Helvetica-Bold', size: 12, align: 'right' });
      const note = [
        'Please pay within 30 days and quote the invoice number.',
        'Thank you for your business.',
      ];
      lines(pen, note, 56, below + 110);
      rule(pen, 56, 556, 728, 0.5);
      const footer = `${seller.name}  |  ${seller.address.join(', ')}  |  Example Bank 000123456`;
      line(pen, footer, 306, 736, { size: 8, align: 'center', color: '#555555' });
    },
  };
}
