import type { Random } from './random.ts';

/** An invented organisation with an invented address. */
export interface Party {
  readonly name: string;
  readonly address: readonly [street: string, place: string];
}

const suppliers: readonly [Party, ...Party[]] = [
  { name: 'Example Office Supplies Ltd', address: ['12 Sample Street', 'Springfield, IL 62701'] },
  { name: 'Northern Paper Trading Inc', address: ['480 Harbor Road', 'Riverton, NJ 08077'] },
  { name: 'Fairview Stationers LLC', address: ['77 Market Avenue', 'Lakeside, CA 92040'] },
];

const customers: readonly [Party, ...Party[]] = [
  { name: 'Sample Consulting Group Inc', address: ['900 Example Plaza, Suite 210', 'Centerville, OH 45459'] },
  { name: 'Greenfield Engineering LLC', address: ['31 Mill Lane', 'Brookfield, WI 53005'] },
  { name: 'Model City Library Association', address: ['5 Library Square', 'Georgetown, TX 78626'] },
];

export const supplierOf = (random: Random): Party => random.pick(suppliers);
export const customerOf = (random: Random): Party => random.pick(customers);
