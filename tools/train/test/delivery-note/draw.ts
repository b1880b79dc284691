import { drawPdf, letterSize, line, lines, rule, seededRandom, table } from '@docfleet/samples';

/** What stands on a delivery note, by label. */
export interface DeliveryNote {
  readonly number: string;
  /** `yyyy-mm-dd`. */
  readonly date: string;
  readonly supplier: string;
  readonly lines: number;
}

const suppliers = [
  'Example Office Supplies Ltd',
  'Northern Paper Trading Inc',
  'Fairview Stationers LLC',
  'Harbor Tools Ltd',
  'Lakeside Print Inc',
] as const;
const articles = [
  'Copy paper A4',
  'Ring binder',
  'Desk lamp',
  'Office Supplies, assorted',
  'Markers',
] as const;

/** An invented delivery note of one page, the same for the same seed, and its labels. */
export async function deliveryNote(seed: number): Promise<{ pdf: Buffer; labels: DeliveryNote }> {
  const random = seededRandom(seed);
  const supplier = random.pick(suppliers);
  const number = `DN-${random.integer(10_000, 99_999)}`;
  const [year, month, day] = [2025, random.integer(2, 12), random.integer(10, 28)];
  const two = (value: number): string => String(value).padStart(2, '0');
  const count = random.integer(2, articles.length);
  const rows = articles.slice(0, count).map((text, index) => ({ position: index + 1, text }));
  const isBoxed = random.next() < 0.5;
  const pdf = await drawPdf(letterSize, 'delivery note', (pen) => {
    line(pen, supplier, 56, 54, { font: 'Helvetica-Bold', size: 17 });
    line(pen, 'DELIVERY NOTE', 556, 52, { font: 'Helvetica-Bold', size: 20, align: 'right' });
    rule(pen, 56, 556, 110);
    const facts = [
      ['Delivery note no:', number],
      ['Delivery date:', `${two(day)}/${two(month)}/${year}`],
      ['Order date:', `0${random.integer(1, 9)}/01/${year}`],
      ['Order number:', `PO-${random.integer(1000, 9999)}`],
      ['Supplier:', supplier],
    ] as const;
    facts.forEach(([label, value], index) => {
      line(pen, label, isBoxed ? 330 : 56, 140 + 20 * index, { font: 'Helvetica-Bold' });
      line(pen, value, isBoxed ? 440 : 170, 140 + 20 * index);
    });
    lines(pen, ['Deliver to:', 'Sample Consulting Group Inc', '900 Example Plaza'], 56, 262);
    const bottom = table(
      pen,
      [
        { title: 'Pos', x: 60, text: ({ position }) => String(position) },
        { title: 'Article', x: 110, text: ({ text }) => text },
        { title: 'Unit', x: 360, text: () => 'box' },
        { title: 'Quantity', x: 540, align: 'right', text: ({ position }) => String(3 * position) },
      ],
      rows,
      { y: 330, left: 56, right: 556 },
    );
    line(pen, 'Received in good order:', 56, bottom + 20);
  });
  return { pdf, labels: { number, date: `${year}-${two(month)}-${two(day)}`, supplier, lines: count } };
}
