import { amount, bankLines, decimal, type Desk, filled, keepTogether, put } from './desk.ts';
import { chance, some } from './invented.ts';
import { widthOf } from './sheet.ts';

interface TotalRow {
  readonly label: string;
  readonly cents: number;
}

function totalRows(desk: Desk, withBreakdown: boolean): readonly TotalRow[] {
  const { random, content } = desk;
  const { language, taxes } = content;
  const rows: TotalRow[] = [];
  if (content.chargeCents !== 0)
    rows.push({ label: random.pick(language.charge), cents: content.chargeCents });
  if (content.discountCents !== 0)
    rows.push({ label: random.pick(language.discount), cents: content.discountCents });
  if (chance(random, 0.92)) rows.push({ label: random.pick(language.net), cents: content.netCents });
  const tax = random.pick(language.tax);
  if (taxes.length > 1) {
    if (!withBreakdown || chance(random, 0.3))
      rows.push(
        ...taxes.map(({ rate, taxCents }) => ({ label: `${tax} ${decimal(desk, rate)} %`, cents: taxCents })),
      );
    if (!chance(random, withBreakdown ? 0.35 : 0.15))
      rows.push({ label: random.pick(language.taxTotal), cents: content.taxCents });
  } else {
    const rate = decimal(desk, taxes[0]?.rate ?? 0);
    rows.push({
      label: random.pick([
        `${tax} ${rate} %`,
        `${tax} ${rate}%`,
        `${rate} % ${tax}`,
        `${tax} (${rate} %)`,
        random.pick(language.taxTotal),
      ]),
      cents: content.taxCents,
    });
  }
  rows.push({ label: random.pick(language.gross), cents: content.grossCents });
  if (content.paidCents !== 0) {
    rows.push({
      label: random.pick(language.paid),
      cents: chance(random, 0.5) ? -content.paidCents : content.paidCents,
    });
    rows.push({ label: random.pick(language.due), cents: content.grossCents - content.paidCents });
  } else if (chance(random, 0.2)) rows.push({ label: random.pick(language.due), cents: content.grossCents });
  return rows;
}

export function drawTotals(desk: Desk): void {
  const { random, content, arrangement, left, right, size, step, colon } = desk;
  desk.y += step * (0.4 + random.next());
  const withBreakdown =
    arrangement.totals === 'beside-breakdown' || (content.taxes.length > 1 && chance(random, 0.5));
  const rows = totalRows(desk, withBreakdown);
  keepTogether(desk, rows.length + (withBreakdown ? content.taxes.length + 3 : 0) + 1);
  const top = desk.y;
  if (withBreakdown) drawBreakdown(desk);
  const below = desk.y;
  if (arrangement.totals === 'beside-breakdown') desk.y = top;
  desk.sheet.block('totals', () => {
    switch (arrangement.totals) {
      case 'strip':
        rows.forEach(({ label, cents }, index) => {
          const x = left + ((right - left) * (index + 1)) / rows.length;
          put(desk, label, x, desk.y, { size: size * 0.75, align: 'right' });
          put(desk, amount(desk, cents, desk.totalSymbol), x, desk.y + step, {
            size: size * 0.85,
            align: 'right',
          });
        });
        desk.y += step * 2.5;
        break;
      case 'sentence':
        for (const { label, cents } of rows) {
          put(desk, `${label}: ${amount(desk, cents, desk.totalSymbol)}`, left, desk.y);
          desk.y += step;
        }
        break;
      case 'right':
      case 'left':
      case 'beside-breakdown': {
        const far = arrangement.totals !== 'left';
        const widest = Math.max(...rows.map(({ label }) => widthOf(label, size)));
        const x = far ? Math.max(left, right - widest - size * (9 + random.next() * 5)) : left;
        const valueX = far ? right : x + widest + size * 10;
        const mark = chance(random, 0.5) ? colon : '';
        for (const { label, cents } of rows) {
          put(desk, label + mark, x, desk.y);
          put(desk, amount(desk, cents, desk.totalSymbol), valueX, desk.y, { align: 'right' });
          desk.y += step * 1.1;
        }
      }
    }
  });
  desk.y = Math.max(desk.y, below) + step * 0.6;
  if (desk.rowSymbol === '' && desk.totalSymbol === '') {
    put(
      desk,
      `${{ de: 'Alle Beträge in', fr: 'Montants en', en: 'All amounts in', es: 'Importes en', it: 'Importi in', nl: 'Bedragen in' }[content.language.code]} ${content.currency}`,
      left,
      desk.y,
    );
    desk.y += step;
  }
}

function drawBreakdown(desk: Desk): void {
  const { random, content, left, step, size } = desk;
  const { language } = content;
  const width = size * (8 + random.next() * 3);
  desk.sheet.block('breakdown', () => {
    put(desk, random.pick(language.breakdown), left, desk.y);
    desk.y += step * 1.2;
    const heads = [
      random.pick(language.columns.tax),
      random.pick(language.net),
      random.pick(language.taxTotal),
    ];
    heads.forEach((head, index) => {
      put(desk, head, left + index * width, desk.y, {
        size: Math.min(size, (size * width * 0.92) / widthOf(head, size)),
      });
    });
    desk.y += step;
    for (const { rate, baseCents, taxCents } of content.taxes) {
      [`${decimal(desk, rate)} %`, amount(desk, baseCents), amount(desk, taxCents)].forEach((text, index) => {
        put(desk, text, left + index * width, desk.y);
      });
      desk.y += step;
    }
  });
  desk.y += step * 0.6;
}

export function drawPayment(desk: Desk): void {
  const { random, content, left, step } = desk;
  const texts = [
    ...some(random, content.language.payment, random.integer(0, 2)).map((text) => filled(desk, text)),
    ...(chance(random, 0.25) ? some(random, bankLines(desk), 3) : []),
  ];
  if (texts.length === 0) return;
  keepTogether(desk, texts.length);
  desk.sheet.block('payment', () => {
    for (const text of texts) {
      put(desk, text, left, desk.y);
      desk.y += step;
    }
  });
}
