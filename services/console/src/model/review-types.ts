import type { ReviewedDocument, ReviewPages, ReviewTaskSummary } from '@docfleet/client';
import { boxOf, type Box } from './view.ts';

export type ReviewedField = ReviewedDocument['fields'][number];
export type ReviewedRow = ReviewedDocument['rows'][number];
export type ReviewPlace = ReviewedField['provenance'];
export type ReviewHolder = NonNullable<ReviewTaskSummary['holder']>;
export type ReviewPage = ReviewPages['pages'][number];

/** Where a value stands on a page. */
export interface MarkedPlace {
  readonly page: number;
  readonly box: Box;
  readonly words: string;
}

/** A place without extent is none: nobody has marked it. */
export function markedPlace(place: ReviewPlace | undefined): MarkedPlace | undefined {
  const box = place === undefined ? undefined : boxOf(place.box);
  if (place === undefined || box === undefined) return undefined;
  const [left, top, right, bottom] = box;
  return right > left && bottom > top ? { page: place.page, box, words: place.words } : undefined;
}

/** A page as it was read. */
export interface PageWords {
  readonly lines: readonly { readonly words: readonly { readonly text: string; readonly box: Box }[] }[];
}
