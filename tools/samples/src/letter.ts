import { amount, isoDay, longDay } from './format.ts';
import { letterSize, line, lines, rule } from './page.ts';
import { customerOf } from './parties.ts';
import type { Random } from './random.ts';
import type { Sample } from './sample.ts';

/** A bank's letter about putting off a payment. */
export function letter(random: Random): Sample {
  const sender = 'Example Savings Bank Ltd';
  const recipient = customerOf(random);
  const written = { year: 2025, month: random.integer(1, 12), day: random.integer(1, 28) };
  const account = `${random.integer(1000, 9999)}-${random.integer(100, 999)}`;
  const subject = `Deferral of your loan payments, account ${account}`;
  const payment = random.integer(200, 900) + 0.5;
  const months = random.integer(2, 6);
  return {
    documentClass: 'letter',
    size: letterSize,
    expected: { sender, date: isoDay(written), subject },
    draw: (pen) => {
      const style = { font: 'Times-Roman', size: 11.5 } as const;
      line(pen, sender, 72, 56, { font: 'Times-Bold', size: 18, color: '#22402f' });
      lines(pen, ['200 Main Street', 'Springfield, IL 62701'], 72, 80, { font: 'Times-Roman', size: 9.5 });
      rule(pen, 72, 540, 114);
      lines(pen, [recipient.name, ...recipient.address], 72, 140, style);
      line(pen, longDay(written), 540, 204, { ...style, align: 'right' });
      line(pen, `Subject: ${subject}`, 72, 244, { font: 'Times-Bold', size: 11.5 });
      const text = [
        'Dear Sir or Madam,',
        '',
        'Thank you for your application to defer the payments of your loan. We have examined it and',
        `are pleased to tell you that we agree to a deferral of ${months} months. During this time the`,
        `monthly payment of $${amount(payment)} is not due; the term of the loan becomes longer by the`,
        'same number of months.',
        '',
        'Please sign the enclosed agreement and return it to us within fourteen days. The deferral begins',
        'on the first day of the month after we have received it. Interest for the time of the deferral is',
        'added to the last payment.',
        '',
        'If you have questions, please call our customer service and have your account number ready.',
        '',
        'Yours sincerely,',
        '',
        '',
        sender,
        'Loan Services',
        '',
        'Enclosure: agreement of deferral',
      ];
      lines(pen, text, 72, 276, style);
    },
  };
}
