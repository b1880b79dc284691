import type { Random } from '../random.ts';
import type { Arrangement } from './arrangements.ts';
import { type Desk, drawFoot, type Fact, keepTogether } from './desk.ts';
import { drawFactList, drawProse, drawStacked, drawStrip, drawTitle, inventFacts } from './fact-blocks.ts';
import { chance, some } from './invented.ts';
import type { InvoiceContent } from './invoice-content.ts';
import { drawItems } from './item-blocks.ts';
import { drawHead, drawParty, senderLine } from './party-blocks.ts';
import { partyListing, partyRows } from './party-tables.ts';
import { openSheet, type Sheet, sheetSize } from './sheet.ts';
import { drawPayment, drawTotals } from './total-blocks.ts';

/** Draws an invoice or a credit note in an arrangement. */
export function drawInvoice(random: Random, content: InvoiceContent, arrangement: Arrangement): Sheet {
  const sheet = openSheet();
  const size = 18 + random.next() * 12;
  const left = 90 + random.next() * 110;
  const hasFoot =
    arrangement.closing === 'columns' || arrangement.closing === 'line' || arrangement.letterhead === 'foot';
  const symbol = random.pick([content.symbol, content.currency]);
  const desk: Desk = {
    random,
    sheet,
    content,
    arrangement,
    size,
    step: size * (1.15 + random.next() * 0.6),
    left,
    right: sheetSize.widthPx - left,
    bottom: sheetSize.heightPx - (hasFoot ? 280 : 140),
    colon: random.pick([':', ':', ' :', '']),
    rowSymbol: chance(random, 0.35) ? symbol : '',
    totalSymbol: chance(random, 0.7) ? symbol : '',
    y: 80 + random.next() * 100,
  };
  drawFoot(desk);
  drawHead(desk);
  const inTitle = arrangement.facts === 'title-line' || chance(random, 0.15);
  const facts = inventFacts(desk, inTitle);
  drawParties(desk, facts, inTitle);
  if (chance(random, 0.4)) drawProse(desk, some(random, content.language.greeting, random.integer(1, 2)));
  drawItems(desk);
  drawTotals(desk);
  if (arrangement.facts === 'under-items') drawFactList(desk, facts, desk.left);
  drawPayment(desk);
  if (arrangement.closing === 'seller-block') {
    keepTogether(desk, 6);
    sheet.block('seller', () => {
      drawParty(desk, content.seller, { x: desk.left, y: desk.y, detail: 0.8 });
    });
  }
  return sheet;
}

function drawParties(desk: Desk, facts: readonly Fact[], inTitle: boolean): void {
  const { random, content, arrangement, left, right, step } = desk;
  const { language, seller, buyer } = content;
  const middle = left + (right - left) * (0.5 + random.next() * 0.12);
  const sellerAt = (x: number, y: number): number =>
    desk.sheet.block('seller', () =>
      drawParty(desk, seller, { x, y, detail: 0.5, label: random.pick(language.seller) }),
    );
  const buyerAt = (
    x: number,
    y: number,
    label = chance(random, 0.85) ? random.pick(language.buyer) : undefined,
  ): number =>
    desk.sheet.block('buyer', () => drawParty(desk, buyer, { x, y, detail: 0.35, ...(label && { label }) }));
  const thirdAt = (x: number, y: number): number => {
    if (arrangement.third === 'none') return y;
    const label = random.pick(language[arrangement.third]);
    const isNamed = arrangement.third !== 'agent' || chance(random, 0.6);
    return desk.sheet.block('third-party', () =>
      drawParty(desk, content.third, { x, y, detail: isNamed ? 0.3 : 0.8, ...(isNamed && { label }) }),
    );
  };
  const beside = arrangement.facts === 'right-list' || arrangement.facts === 'right-columns';
  if (arrangement.facts === 'above-buyer') drawFactList(desk, facts, left);
  const top = desk.y;
  let bottom = top;
  switch (arrangement.buyer) {
    case 'window': {
      if (arrangement.letterhead === 'sender-line' || chance(random, 0.4)) senderLine(desk);
      bottom = buyerAt(left, desk.y, chance(random, 0.1) ? random.pick(language.buyer) : undefined);
      bottom = thirdAt(left, bottom + step);
      break;
    }
    case 'labelled-left':
      if (arrangement.letterhead === 'sender-line') senderLine(desk);
      bottom = buyerAt(left, desk.y);
      bottom = Math.max(bottom, thirdAt(beside ? left : middle, beside ? bottom + step : top));
      break;
    case 'labelled-right':
      if (arrangement.letterhead === 'sender-line') senderLine(desk);
      bottom = Math.max(buyerAt(middle, top), thirdAt(left, desk.y + step));
      break;
    case 'beside-seller':
      bottom = chance(random, 0.8)
        ? Math.max(sellerAt(left, top), buyerAt(middle, top))
        : Math.max(buyerAt(left, top), sellerAt(middle, top));
      bottom = thirdAt(left, bottom + step);
      break;
    case 'three-columns': {
      const third = (right - left) / 3;
      bottom = Math.max(sellerAt(left, top), buyerAt(left + third, top), thirdAt(left + 2 * third, top));
      break;
    }
    case 'row-of-table':
      bottom = partyRows(desk);
      bottom = thirdAt(left, bottom + step);
      break;
    case 'listing':
      bottom = partyListing(desk);
      break;
    case 'under-facts':
      if (arrangement.letterhead === 'sender-line') senderLine(desk);
      if (arrangement.facts === 'left-list') drawFactList(desk, facts, left);
      bottom = buyerAt(left, desk.y + step);
      bottom = thirdAt(left, bottom + step);
      break;
  }
  let factsDone =
    arrangement.facts === 'above-buyer' ||
    arrangement.facts === 'under-items' ||
    (arrangement.buyer === 'under-facts' && arrangement.facts === 'left-list');
  const free =
    arrangement.buyer === 'window' ||
    arrangement.buyer === 'labelled-left' ||
    arrangement.buyer === 'under-facts';
  if (beside && free) {
    desk.y = top;
    drawFactList(desk, facts, middle, arrangement.facts === 'right-columns');
    factsDone = true;
  }
  desk.y = Math.max(desk.y, bottom) + step * (0.5 + random.next());
  drawTitle(desk, inTitle);
  if (factsDone) return;
  switch (arrangement.facts) {
    case 'strip':
      drawStrip(desk, facts);
      break;
    case 'stacked':
      drawStacked(desk, facts);
      break;
    case 'prose':
      drawProse(desk, [facts.map(({ label, value }) => `${label} ${value}`).join(', ')]);
      break;
    case 'right-list':
    case 'right-columns':
    case 'left-list':
    case 'title-line':
    case 'above-buyer':
    case 'under-items':
      drawFactList(desk, facts, chance(random, 0.6) ? left : middle, arrangement.facts === 'right-columns');
  }
}
