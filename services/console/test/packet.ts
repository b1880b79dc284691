import { drawPdf, letterSize, line, lines } from '@docfleet/samples';

/** An invented letter of three pages, of which the last one is not said to belong to it. */
export function packet(): Promise<Buffer> {
  return drawPdf(letterSize, 'packet', (pen) => {
    const style = { font: 'Times-Roman', size: 12 } as const;
    line(pen, 'Example Savings Bank Ltd', 72, 56, { font: 'Times-Bold', size: 18 });
    line(pen, 'March 3, 2025', 540, 120, { ...style, align: 'right' });
    line(pen, 'Subject: Deferral of your loan payments', 72, 160, { font: 'Times-Bold', size: 12 });
    lines(
      pen,
      ['Dear Sir or Madam,', '', 'we agree to a deferral of three months.', '', 'Page 1 of 3'],
      72,
      200,
      style,
    );
    for (const page of [2, 3]) {
      pen.addPage();
      lines(pen, ['Interest is added to the last payment.', '', `Page ${String(page)} of 3`], 72, 120, style);
    }
  });
}
