import { seededRandom } from '../random.ts';

const kinds = {
  /** Where the seller's name and address stand. */
  letterhead: ['left', 'right', 'centre', 'band', 'foot', 'sender-line', 'none'],
  /** Where the buyer stands. */
  buyer: [
    'window',
    'labelled-left',
    'labelled-right',
    'beside-seller',
    'under-facts',
    'three-columns',
    'row-of-table',
    'listing',
  ],
  /** Where number, date and other facts stand, and how label and value stand to each other. */
  facts: [
    'right-list',
    'right-columns',
    'left-list',
    'strip',
    'stacked',
    'title-line',
    'prose',
    'above-buyer',
    'under-items',
  ],
  items: ['table', 'table-description-first', 'blocks', 'list', 'bare'],
  totals: ['right', 'left', 'strip', 'sentence', 'beside-breakdown'],
  closing: ['columns', 'line', 'seller-block', 'none'],
  third: ['none', 'none', 'ship', 'payee', 'agent'],
} as const;

type Kinds = typeof kinds;

/** Which blocks a document has and where they stand; nothing about fonts or spacing. */
export type Arrangement = { readonly [K in keyof Kinds]: Kinds[K][number] } & { readonly heldOut: boolean };

/** Arrangements that training may use, and those that it never sees. */
const counts = { training: 600, heldOut: 40 } as const;

/**
 * A fixed list of different arrangements. The last 40 are held out: generated documents of them test what was trained on
 * the others.
 */
export const arrangements: readonly Arrangement[] = listArrangements();

function listArrangements(): readonly Arrangement[] {
  const random = seededRandom(20_260_101);
  const found = new Map<string, Omit<Arrangement, 'heldOut'>>();
  while (found.size < counts.training + counts.heldOut) {
    const one = {
      letterhead: random.pick(kinds.letterhead),
      buyer: random.pick(kinds.buyer),
      facts: random.pick(kinds.facts),
      items: random.pick(kinds.items),
      totals: random.pick(kinds.totals),
      closing: random.pick(kinds.closing),
      third: random.pick(kinds.third),
    };
    if (sellerIsSomewhere(one)) found.set(JSON.stringify(one), one);
  }
  return [...found.values()].map((one, index) => ({ ...one, heldOut: index >= counts.training }));
}

/** Without a letterhead the seller stands beside the buyer, or below everything. */
function sellerIsSomewhere({ letterhead, buyer, closing }: Omit<Arrangement, 'heldOut'>): boolean {
  const beside =
    buyer === 'beside-seller' || buyer === 'three-columns' || buyer === 'listing' || buyer === 'row-of-table';
  return letterhead !== 'none' || beside || closing === 'seller-block';
}
