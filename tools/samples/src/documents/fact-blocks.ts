import { type Desk, type Fact, keepTogether, put } from './desk.ts';
import {
  chance,
  dayText,
  inventReference,
  monthsLater,
  person,
  shuffled,
  some,
  weighted,
} from './invented.ts';
import type { FactKind } from './language.ts';
import { widthOf } from './sheet.ts';

export function drawTitle(desk: Desk, inTitle: boolean): void {
  const { random, content, left, right, size } = desk;
  const { language, number, isCredit } = content;
  const title = random.pick(isCredit ? language.creditTitles : language.titles);
  const day = dayText(content.issued, content.dayForm, language);
  const nr = { de: 'Nr.', fr: 'n°', en: 'No.', es: 'n.º', it: 'n.', nl: 'nr.' }[language.code];
  const text = inTitle
    ? random.pick([
        `${title} ${number}`,
        `${title} ${nr} ${number}`,
        `${title} ${nr} ${number} ${language.of} ${day}`,
        `${title}: ${number}`,
        `${title} ${number} ${language.of} ${day}`,
        `${title} # ${number} ${language.of} ${day}`,
      ])
    : title;
  const large = size * (1.1 + random.next() * 0.8);
  const align = random.pick(['left', 'left', 'left', 'right', 'centre'] as const);
  desk.sheet.block('title', () => {
    put(desk, text, { left, right, centre: (left + right) / 2 }[align], desk.y, {
      size: Math.min(large, (large * (right - left)) / widthOf(text, large)),
      align,
    });
  });
  desk.y += large * 1.8;
}

export function inventFacts(desk: Desk, inTitle: boolean): readonly Fact[] {
  const { random, content } = desk;
  const { language, isCredit } = content;
  const day = dayText(content.issued, content.dayForm, language);
  const own: Fact[] = [
    ...(inTitle && !chance(random, 0.15)
      ? []
      : [
          {
            label: random.pick(isCredit && chance(random, 0.6) ? language.creditNumber : language.number),
            value: content.number,
          },
        ]),
    { label: random.pick(language.date), value: day },
    ...(chance(random, isCredit ? 0.8 : 0.07)
      ? [{ label: random.pick(language.original), value: content.original }]
      : []),
  ];
  const count = weighted(random, [
    [0, 2],
    [2, 3],
    [4, 3],
    [7, 2],
    [11, 1],
  ]);
  const others = some(random, language.facts, count).map(([label, kind]) => ({
    label,
    value: factValue(desk, kind),
  }));
  return chance(random, 0.5) ? shuffled(random, [...own, ...others]) : [...own, ...others];
}

function factValue({ random, content }: Desk, kind: FactKind): string {
  const { language, seller, buyer, issued, dayForm } = content;
  const around = (months: number): string => dayText(monthsLater(issued, months), dayForm, language);
  switch (kind) {
    case 'reference':
      return inventReference(random);
    case 'date':
      return around(random.integer(-1, 2));
    case 'tax-id':
      return seller.taxId;
    case 'vat-id':
      return random.pick([seller.vatId, buyer.vatId]);
    case 'person':
      return person(random);
    case 'page':
      return random.pick(['1', '1/1', '1 / 2']);
    case 'type-code':
      return content.isCredit
        ? random.pick(['381', '381', '384'])
        : random.pick(['380', '380', '326', '389', '380 (Commercial invoice)']);
    case 'phone':
      return seller.phone;
    case 'mail':
      return seller.mail;
    case 'currency':
      return content.currency;
    case 'period':
      return `${around(-1)} - ${around(0)}`;
    case 'gln':
      return random.pick([seller.gln, buyer.gln]);
  }
}

export function drawFactList(
  desk: Desk,
  facts: readonly Fact[],
  x: number,
  apart = chance(desk.random, 0.6),
): void {
  const { random, right, step, size, colon } = desk;
  const widest = Math.max(0, ...facts.map(({ label }) => widthOf(label, size)));
  const valueX = x + widest + size * (1 + random.next() * 2);
  const toRight = apart && x > desk.left && chance(random, 0.3);
  const behindColon = chance(random, 0.2);
  keepTogether(desk, facts.length);
  desk.sheet.block('facts', () => {
    for (const { label, value } of facts) {
      if (!apart) put(desk, `${label}${colon || ':'} ${value}`, x, desk.y);
      else {
        put(desk, label + (behindColon ? '' : colon), x, desk.y);
        if (toRight) put(desk, value, right, desk.y, { align: 'right' });
        else put(desk, behindColon ? `: ${value}` : value, valueX, desk.y);
      }
      desk.y += step;
    }
  });
  desk.y += step * 0.5;
}

/** Rows of labels with their values below. */
export function drawStrip(desk: Desk, facts: readonly Fact[]): void {
  const { random, left, right, step, size } = desk;
  const perRow = random.integer(3, 5);
  desk.sheet.block('facts', () => {
    for (let from = 0; from < facts.length; from += perRow) {
      const row = facts.slice(from, from + perRow);
      row.forEach(({ label, value }, index) => {
        const x = left + ((right - left) * index) / perRow;
        const room = (right - left) / perRow - size;
        const fit = (text: string): number =>
          Math.min(size, (size * room) / Math.max(1, widthOf(text, size)));
        put(desk, label, x, desk.y, { size: fit(label) });
        put(desk, value, x, desk.y + step, { size: fit(value) });
      });
      desk.y += step * 2.6;
    }
  });
}

/** Each label above its value, below each other. */
export function drawStacked(desk: Desk, facts: readonly Fact[]): void {
  const { random, left, right, step, size } = desk;
  const x = chance(random, 0.5) ? left : left + (right - left) * 0.6;
  keepTogether(desk, facts.length * 2.3);
  desk.sheet.block('facts', () => {
    for (const { label, value } of facts) {
      put(desk, label, x, desk.y, { size: size * 0.85 });
      put(desk, value, x, desk.y + step * 0.95);
      desk.y += step * 2.3;
    }
  });
}

export function drawProse(desk: Desk, texts: readonly string[]): void {
  const { left, right, size, step } = desk;
  desk.sheet.block('prose', () => {
    for (const text of texts) {
      let line = '';
      for (const word of text.split(' ')) {
        if (widthOf(`${line} ${word}`, size) > right - left) {
          put(desk, line, left, desk.y);
          desk.y += step;
          line = '';
        }
        line = `${line} ${word}`.trim();
      }
      put(desk, line, left, desk.y);
      desk.y += step;
    }
  });
  desk.y += step * 0.5;
}
