import { isoDay, longDay } from './format.ts';
import { letterSize, line, lines, rule, type Pen } from './page.ts';
import { customerOf } from './parties.ts';
import type { Random } from './random.ts';
import type { Sample } from './sample.ts';

const purposes: readonly [string, ...string[]] = [
  'To give notice of a change in the information previously furnished.',
  'To correct a deficiency in the statement filed before.',
];

/** An amendment to a registration, laid out as a form with numbered boxes. */
export function registrationForm(random: Random): Sample {
  const registrant = customerOf(random);
  const number = String(random.integer(5000, 7999));
  const filed = { year: 2025, month: random.integer(1, 12), day: random.integer(1, 28) };
  const purpose = random.pick(purposes);
  return {
    documentClass: 'registration-form',
    size: letterSize,
    expected: {
      registration_num: number,
      registrant: registrant.name,
      form_type: 'Amendment',
      date: isoDay(filed),
    },
    draw: (pen) => {
      line(pen, 'Example Registration Office', 56, 46, { font: 'Times-Roman', size: 10 });
      const title = { font: 'Times-Bold', size: 15, align: 'center' } as const;
      line(pen, 'Amendment to Registration Statement', 306, 70, title);
      const subtitle = 'Pursuant to the Foreign Agents Registration Act of 1938, as amended';
      line(pen, subtitle, 306, 92, { font: 'Times-Roman', size: 11, align: 'center' });
      field(pen, { x: 56, y: 124, width: 330, label: '1. Name of Registrant', value: registrant.name });
      field(pen, { x: 386, y: 124, width: 170, label: '2. Registration No.', value: number });
      const address = registrant.address.join(', ');
      field(pen, { x: 56, y: 172, width: 500, label: '3. Business Address of Registrant', value: address });
      line(pen, '4. This amendment is filed to accomplish the following purpose:', 64, 232, {
        font: 'Times-Bold',
        size: 11,
      });
      [...purposes].forEach((text, index) => {
        const y = 256 + index * 22;
        pen.rect(72, y, 10, 10).lineWidth(0.8).strokeColor('#333333').stroke();
        if (text === purpose) line(pen, 'X', 74, y + 1, { font: 'Helvetica-Bold', size: 9 });
        line(pen, text, 92, y, { font: 'Times-Roman', size: 11 });
      });
      const prose = [
        '5. The registrant states that the following items of the registration statement have changed:',
        'the address of its principal place of business, and the list of persons who render services.',
        'All other items stay as they were stated in the last supplemental statement.',
      ];
      lines(pen, prose, 64, 320, { font: 'Times-Roman', size: 11 });
      line(pen, 'EXECUTION', 306, 420, { font: 'Times-Bold', size: 12, align: 'center' });
      const oath = [
        'The undersigned swears or affirms under penalty of perjury that the information set forth in this',
        'statement has been read and that its contents are true and accurate.',
      ];
      lines(pen, oath, 64, 444, { font: 'Times-Roman', size: 11 });
      field(pen, { x: 56, y: 500, width: 200, label: 'Date of signature', value: longDay(filed) });
      field(pen, { x: 256, y: 500, width: 300, label: 'Signature', value: '' });
      rule(pen, 56, 556, 720, 0.5);
      line(pen, 'Page 1 of 1', 306, 728, { font: 'Times-Roman', size: 8, align: 'center' });
    },
  };
}

interface FormField {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly label: string;
  readonly value: string;
}

/** A box with a small label above the value. */
function field(pen: Pen, { x, y, width, label, value }: FormField): void {
  pen.rect(x, y, width, 44).lineWidth(0.8).strokeColor('#333333').stroke();
  line(pen, label, x + 6, y + 5, { font: 'Times-Roman', size: 8.5 });
  line(pen, value, x + 10, y + 22, { size: 11 });
}
