import { drawPdf, letterSize, line, rule } from '@docfleet/samples';

/** An invented delivery slip of one page, and its values as they are printed, each one word. */
export interface DeliverySlip {
  readonly pdf: Buffer;
  readonly number: string;
  readonly date: string;
}

export async function deliverySlip(n: number): Promise<DeliverySlip> {
  const number = `DS-${String(4_100 + 7 * n)}`;
  const date = `${String(10 + n)}/03/2025`;
  const pdf = await drawPdf(letterSize, 'delivery slip', (pen) => {
    line(pen, 'Example Office Supplies Ltd', 56, 54, { font: 'Helvetica-Bold', size: 15 });
    line(pen, 'DELIVERY SLIP', 556, 52, { font: 'Helvetica-Bold', size: 20, align: 'right' });
    rule(pen, 56, 556, 110);
    const facts = [
      ['Slip number:', number],
      ['Slip date:', date],
      ['Order number:', `PO-${String(2_000 + 13 * n)}`],
      ['Order date:', `0${String(n)}/01/2025`],
    ] as const;
    facts.forEach(([label, value], index) => {
      line(pen, label, 56, 140 + 24 * index, { font: 'Helvetica-Bold' });
      line(pen, value, 200, 140 + 24 * index);
    });
    line(pen, 'Deliver to: Sample Consulting Group Inc, 900 Example Plaza', 56, 280);
    line(pen, 'Received in good order', 56, 340);
  });
  return { pdf, number, date };
}
