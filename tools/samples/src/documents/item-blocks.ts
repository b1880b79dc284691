import { amount, decimal, type Desk, keepTogether, put } from './desk.ts';
import { chance, digits, inventReference, weighted } from './invented.ts';
import type { Item } from './invoice-content.ts';
import type { Column } from './language.ts';
import { widthOf } from './sheet.ts';

export function drawItems(desk: Desk): void {
  desk.y += desk.step * 0.5;
  switch (desk.arrangement.items) {
    case 'table':
    case 'table-description-first':
    case 'bare':
      drawTable(desk);
      break;
    case 'blocks':
      drawItemBlocks(desk);
      break;
    case 'list':
      drawItemList(desk);
      break;
  }
}

const shares: Readonly<Record<Column, number>> = {
  position: 0.6,
  article: 1.6,
  description: 3.6,
  quantity: 1,
  unit: 0.8,
  price: 1.3,
  tax: 0.9,
  amount: 1.3,
};

function drawTable(desk: Desk): void {
  const { random, content, left, right, size, step } = desk;
  const { language, items, currency } = content;
  const bare = desk.arrangement.items === 'bare';
  const keys = (
    [
      ['position', 0.6],
      ['article', 0.35],
      ['description', 1],
      ['quantity', bare ? 0.3 : 0.92],
      ['unit', 0.3],
      ['price', bare ? 0.2 : 0.9],
      ['tax', 0.4],
      ['amount', 1],
    ] as const
  ).flatMap(([key, share]) => (chance(random, share) ? [key] : []));
  if (desk.arrangement.items === 'table-description-first')
    keys.sort((a, b) => Number(b === 'description') - Number(a === 'description'));
  const all = keys.reduce((sum, key) => sum + shares[key], 0);
  const edges = new Map<Column, readonly [number, number]>();
  let x = left;
  for (const key of keys) {
    const width = ((right - left) * shares[key]) / all;
    edges.set(key, [x, x + width - size * 0.4]);
    x += width;
  }
  const toRight = new Set<Column>(
    chance(random, 0.8)
      ? ['price', 'tax', 'amount', ...(chance(random, 0.7) ? (['quantity'] as const) : [])]
      : [],
  );
  const cell = (key: Column, text: string, y: number): void => {
    const [from, to] = edges.get(key) ?? [left, right];
    const fit = Math.min(size, (size * (to - from)) / Math.max(1, widthOf(text, size)));
    put(desk, text, toRight.has(key) ? to : from, y, {
      size: Math.max(fit, size * 0.62),
      align: toRight.has(key) ? 'right' : 'left',
    });
  };
  const headings = new Map(keys.map((key) => [key, random.pick(language.columns[key])]));
  const withUnit = chance(random, 0.2) ? ` ${currency}` : '';
  const heading = (): void => {
    if (bare) return;
    for (const [key, text] of headings) cell(key, key === 'amount' ? text + withUnit : text, desk.y);
    desk.y += step * 1.5;
  };
  const extra = weighted(random, [
    [0, 4],
    [1, 2],
    [3, 1],
  ]);
  const ten = chance(random, 0.1) ? 10 : 1;
  let carried = 0;
  const draw = (item: Item, index: number): void => {
    const texts: Readonly<Record<Column, string>> = {
      position: `${(index + 1) * ten}`,
      article: item.article,
      description: item.text,
      quantity:
        decimal(desk, item.quantity) + (keys.includes('unit') || chance(random, 0.5) ? '' : ` ${item.unit}`),
      unit: item.unit,
      price: amount(desk, item.priceCents, desk.rowSymbol),
      tax: `${decimal(desk, item.taxRate)}${random.pick(['%', ' %', ''])}`,
      amount: amount(desk, item.cents, desk.rowSymbol),
    };
    for (const key of keys) cell(key, texts[key], desk.y);
    desk.y += step;
    carried += item.cents;
    for (let line = random.integer(0, extra); line > 0; line -= 1) {
      cell(
        'description',
        random.pick([
          `EAN: ${digits(random, 13)}`,
          `${random.pick(language.discount)} 1: 2,00 %`,
          inventReference(random),
          item.text,
          `${random.pick(language.columns.price)}: ${amount(desk, item.priceCents)}`,
        ]),
        desk.y,
      );
      desk.y += step * 0.95;
    }
  };
  desk.sheet.block('items', heading);
  for (const [index, item] of items.entries()) {
    const pages = desk.sheet.pages.length;
    if (desk.y + step * (2 + extra) > desk.bottom && chance(random, 0.3)) {
      cell('description', language.carried[0], desk.y);
      cell('amount', amount(desk, carried), desk.y);
    }
    keepTogether(desk, 2 + extra);
    desk.sheet.block('items', () => {
      if (desk.sheet.pages.length > pages && chance(random, 0.7)) heading();
      draw(item, index);
    });
  }
}

/** Each item a small block of labels and values. */
function drawItemBlocks(desk: Desk): void {
  const { random, content, left, step, size, colon } = desk;
  const { language, items } = content;
  const gap = size * (11 + random.next() * 6);
  const [price, quantity, total, tax] = (['price', 'quantity', 'amount', 'tax'] as const).map((key) =>
    random.pick(language.columns[key]),
  );
  const withTax = chance(random, 0.5);
  for (const [index, item] of items.entries()) {
    keepTogether(desk, 6);
    desk.sheet.block('items', () => {
      put(desk, `${random.pick(language.columns.position)} ${index + 1}`, left, desk.y);
      put(desk, item.text, left + size * 6, desk.y);
      desk.y += step;
      const rows = [
        [quantity, `${decimal(desk, item.quantity)} ${item.unit}`],
        [price, amount(desk, item.priceCents, desk.rowSymbol)],
        ...(withTax ? [[tax, `${decimal(desk, item.taxRate)} %`]] : []),
        [total, amount(desk, item.cents, desk.rowSymbol)],
      ];
      for (const [label = '', value = ''] of rows) {
        put(desk, label + colon, left + size * 2, desk.y);
        put(desk, value, left + size * 2 + gap, desk.y);
        desk.y += step;
      }
      desk.y += step * 0.5;
    });
  }
}

function drawItemList(desk: Desk): void {
  const { random, content, left, right, step } = desk;
  const counted = chance(random, 0.5);
  for (const item of content.items) {
    keepTogether(desk, 2);
    desk.sheet.block('items', () => {
      put(desk, counted ? `${decimal(desk, item.quantity)} x ${item.text}` : item.text, left, desk.y);
      put(desk, amount(desk, item.cents, desk.rowSymbol), right, desk.y, { align: 'right' });
      desk.y += step;
    });
  }
}
