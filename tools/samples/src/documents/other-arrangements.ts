import { seededRandom } from '../random.ts';

/** Kinds of documents besides invoices and credit notes. */
export const otherKinds = ['receipt', 'order', 'form', 'letter'] as const;
export type OtherKind = (typeof otherKinds)[number];

/** Which blocks such a document has, in their order from the top, and where they stand. */
export interface OtherArrangement {
  readonly kind: OtherKind;
  readonly blocks: readonly { readonly name: string; readonly place: 'left' | 'centre' | 'right' }[];
  readonly heldOut: boolean;
}

/** Blocks that every document of the kind has, and those that it may have; `first` stays at the top. */
const blocksOf = {
  receipt: {
    first: ['head'],
    always: ['facts', 'items', 'totals'],
    maybe: ['greeting', 'customer', 'cash', 'tax', 'thanks', 'terms'],
  },
  order: {
    first: ['station'],
    always: ['contract', 'advertiser', 'flight', 'lines', 'amounts'],
    maybe: ['billing', 'agency', 'terms', 'contacts'],
  },
  form: {
    first: ['office'],
    always: ['registrant', 'number', 'kind', 'date'],
    maybe: ['address', 'principal', 'notice', 'signature', 'stamp'],
  },
  letter: {
    first: ['sender'],
    always: ['addressee', 'date', 'text'],
    maybe: ['subject', 'reference', 'closing', 'enclosures', 'foot'],
  },
} as const satisfies Readonly<
  Record<OtherKind, Readonly<Record<'first' | 'always' | 'maybe', readonly string[]>>>
>;

/** Arrangements of each kind that training may use, and those that it never sees. */
const counts = { training: 60, heldOut: 10 } as const;

export const otherArrangements: readonly OtherArrangement[] = otherKinds.flatMap(arrangementsOf);

function arrangementsOf(kind: OtherKind): readonly OtherArrangement[] {
  const random = seededRandom(77_000_001 + otherKinds.indexOf(kind));
  const found = new Map<string, OtherArrangement['blocks']>();
  while (found.size < counts.training + counts.heldOut) {
    const { first, always, maybe } = blocksOf[kind];
    const rest = [...always, ...maybe.filter(() => random.next() < 0.5)];
    const ordered: string[] = [...first];
    while (rest.length > 0) ordered.push(...rest.splice(random.integer(0, rest.length - 1), 1));
    const blocks = ordered.map((name) => ({
      name,
      place: random.pick(['left', 'left', 'centre', 'right'] as const),
    }));
    found.set(blocks.map(({ name, place }) => `${name}@${place}`).join('>'), blocks);
  }
  return [...found.values()].map((blocks, index) => ({ kind, blocks, heldOut: index >= counts.training }));
}
