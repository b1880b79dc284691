import type { Finding } from '@docfleet/domain';
import { pageMarks } from '@docfleet/field-extraction';
import type { JudgedDocument } from './judged-document.ts';

/** Pages of a document that are looked at: later ones seldom name a number, and a document may have hundreds. */
const mostPages = 20;

/**
 * Documents of a file whose borders are doubtful, by index: a document whose pages have different numbers, or one that has
 * the number of a document before it. `pages` are those at which the doubt arises.
 */
export function doubtfulBorders(
  documents: readonly JudgedDocument[],
): ReadonlyMap<number, readonly number[]> {
  const doubtful = new Map<number, number[]>();
  const seen = new Set<string>();
  const pageCount = documents.reduce((sum, { pages }) => sum + pages.length, 0);
  // One page has no border.
  if (pageCount < 2) return doubtful;
  for (const { fields, documentClass, pages } of documents) {
    const doubt = (page: number): void => {
      doubtful.set(fields.index, [...(doubtful.get(fields.index) ?? []), page]);
    };
    let known: string | undefined;
    for (const page of pages.slice(0, mostPages)) {
      const { number } = pageMarks(documentClass, page);
      if (number === undefined) continue;
      if (known !== undefined && number !== known) doubt(page.page);
      known ??= number;
    }
    const named = `${documentClass.name} ${known ?? ''}`;
    if (known !== undefined && seen.has(named)) doubt(fields.firstPage);
    seen.add(named);
  }
  return doubtful;
}

/** Asks a person to look at a border; its gap names the pages. */
export const borderDoubtful: Finding = {
  code: 'BORDER_DOUBTFUL',
  severity: 'review',
  fields: [],
  message:
    'It is doubtful where this document begins and ends: pages of two documents may be mixed, or one is in two parts.',
};
