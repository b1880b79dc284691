import { amount, isoDay, monthFirst, plainAmount } from './format.ts';
import { letterSize, line, lines, rule, table } from './page.ts';
import { customerOf } from './parties.ts';
import type { Random } from './random.ts';
import type { Sample } from './sample.ts';

interface BuyLine {
  readonly position: number;
  readonly daypart: string;
  readonly spots: number;
  readonly rate: number;
}

const dayparts = [
  'M-F 6a-9a Morning News',
  'M-F 5p-6p Evening News',
  'M-Su 8p-11p Prime',
  'Sa-Su 9a-12n Weekend',
] as const;

/** An order of air time, as television stations confirm them. */
export function adBuy(random: Random): Sample {
  const advertiser = customerOf(random).name;
  const number = String(random.integer(1_000_000, 9_999_999));
  const month = random.integer(1, 11);
  const from = { year: 2025, month, day: random.integer(1, 12) };
  const to = { year: 2025, month: month + random.integer(0, 1), day: random.integer(13, 28) };
  const buys: BuyLine[] = dayparts.map((daypart, index) => {
    return { position: index + 1, daypart, spots: random.integer(2, 12), rate: random.integer(3, 40) * 25 };
  });
  const gross = buys.reduce((sum, buy) => sum + buy.spots * buy.rate, 0);
  const spots = buys.reduce((sum, buy) => sum + buy.spots, 0);
  return {
    documentClass: 'ad-buy',
    size: letterSize,
    expected: {
      contract_num: number,
      advertiser,
      gross_amount: plainAmount(gross),
      flight_from: isoDay(from),
      flight_to: isoDay(to),
    },
    draw: (pen) => {
      line(pen, 'Example Television Channel 99', 56, 50, { font: 'Helvetica-Bold', size: 16 });
      lines(pen, ['1 Broadcast Drive', 'Springfield, IL 62701', 'Phone: 555-0199'], 56, 74, { size: 9 });
      line(pen, 'ORDER CONFIRMATION', 556, 52, { font: 'Helvetica-Bold', size: 15, align: 'right' });
      rule(pen, 56, 556, 122, 1.2);
      const facts = [
        ['Contract Number:', number, 'Station:', 'Channel 99'],
        ['Advertiser:', advertiser, 'Market:', 'Springfield'],
        ['Product:', 'Fall campaign', 'Account Executive:', 'House account'],
        ['Flight Dates:', `${monthFirst(from)} - ${monthFirst(to)}`, 'Billing Calendar:', 'Broadcast'],
        ['Agency:', 'Example Media Agency', 'Demographic:', 'Adults 35+'],
      ] as const;
      facts.forEach(([left, value, right, other], index) => {
        const y = 140 + index * 19;
        line(pen, left, 56, y, { font: 'Helvetica-Bold' });
        line(pen, value, 150, y);
        line(pen, right, 362, y, { font: 'Helvetica-Bold' });
        line(pen, other, 466, y);
      });
      const below = table<BuyLine>(
        pen,
        [
          { title: 'Line', x: 64, text: (buy) => String(buy.position) },
          { title: 'Daypart', x: 104, text: (buy) => buy.daypart },
          { title: 'Length', x: 340, align: 'right', text: () => ':30' },
          { title: 'Spots', x: 400, align: 'right', text: (buy) => String(buy.spots) },
          { title: 'Rate', x: 470, align: 'right', text: (buy) => `$${amount(buy.rate)}` },
          { title: 'Amount', x: 548, align: 'right', text: (buy) => `$${amount(buy.spots * buy.rate)}` },
        ],
        buys,
        { y: 262, left: 56, right: 556 },
      );
      const commission = Math.round(gross * 15) / 100;
      const totals = [
        ['Total Spots:', String(spots)],
        ['Gross Amount:', `$${amount(gross)}`],
        ['Agency Commission (15%):', `$${amount(commission)}`],
        ['Net Amount:', `$${amount(gross - commission)}`],
      ] as const;
      totals.forEach(([label, value], index) => {
        line(pen, label, 440, below + 8 + index * 18, { font: 'Helvetica-Bold', align: 'right' });
        line(pen, value, 548, below + 8 + index * 18, { align: 'right' });
      });
      const terms = [
        'Spots are subject to availability. Make-goods run within the flight.',
        'Please sign and return.',
      ];
      lines(pen, terms, 56, below + 120, { size: 9 });
      rule(pen, 56, 250, below + 200, 0.5);
      line(pen, 'Authorized signature', 56, below + 204, { size: 8 });
    },
  };
}
