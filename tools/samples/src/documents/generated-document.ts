import { seededRandom, type Random } from '../random.ts';
import { arrangements } from './arrangements.ts';
import { isoDayOf, nameOf, plainCents } from './invented.ts';
import { inventInvoice, partiesDiffer, type InvoiceContent } from './invoice-content.ts';
import { drawInvoice } from './invoice-layout.ts';
import { otherArrangements } from './other-arrangements.ts';
import { drawOther } from './other-layout.ts';
import type { PlacedBlock, PlacedWord } from './sheet.ts';

/** Words with their places, and what is right. */
export interface GeneratedDocument {
  readonly id: string;
  /** Name of the class in `schemas/classes`. */
  readonly documentClass: string;
  readonly pages: readonly (readonly PlacedWord[])[];
  readonly blocks: readonly PlacedBlock[];
  /** Under the keys of the class's `evaluation`; null where the document does not say it. */
  readonly labels: Readonly<Record<string, string | number | null>>;
}

export interface GenerateOptions {
  /** Only arrangements that training never uses; default: only the others. */
  readonly heldOut?: boolean;
  /** `any` are invoices, credit notes, receipts, orders, forms and letters, invoices most often; default: invoices and credit notes. */
  readonly kind?: 'invoice' | 'any';
}

/** Makes the document of a number; the same number gives the same document. */
export function generateDocument(
  seed: number,
  { heldOut = false, kind = 'invoice' }: GenerateOptions = {},
): GeneratedDocument {
  const random = seededRandom(seed * 2 + (heldOut ? 1 : 0));
  // The first numbers of neighbouring seeds are alike.
  for (let i = 0; i < 5; i += 1) random.next();
  const id = `${heldOut ? 'held-out' : 'generated'}-${seed}`;
  if (kind === 'any' && random.next() < 0.6) {
    const others = otherArrangements.filter((one) => one.heldOut === heldOut);
    const other = others[random.integer(0, others.length - 1)];
    if (other === undefined) throw new RangeError('There is no arrangement to use.');
    const { sheet, documentClass, labels } = drawOther(random, other);
    return { id, documentClass, pages: sheet.pages, blocks: sheet.blocks, labels };
  }
  const usable = arrangements.filter((one) => one.heldOut === heldOut);
  const arrangement = usable[random.integer(0, usable.length - 1)];
  if (arrangement === undefined) throw new RangeError('There is no arrangement to use.');
  const content = differentParties(random);
  const { pages, blocks } = drawInvoice(random, content, arrangement);
  const text = pages.flatMap((words) => words.map((word) => word.text)).join('');
  const printed = (value: string): string | null => (text.includes(value.replace(/\s/g, '')) ? value : null);
  return {
    id,
    documentClass: 'invoice',
    pages,
    blocks,
    labels: {
      invoice_number: printed(content.number),
      issue_date: isoDayOf(content.issued),
      seller: printed(nameOf(content.seller)),
      buyer: printed(nameOf(content.buyer)),
      currency: content.currency,
      tax_total: plainCents(content.taxCents),
      grand_total: plainCents(content.grossCents),
      line_items: content.items.length,
    },
  };
}

function differentParties(random: Random): InvoiceContent {
  const content = inventInvoice(random);
  return partiesDiffer(content) ? content : differentParties(random);
}
