import type { ReviewChange, ReviewedDocument } from '@docfleet/client';

/** Which pages each document of a file has. */
export type Borders = readonly Pick<ReviewedDocument, 'index' | 'firstPage' | 'lastPage'>[];

/** Where documents begin is all that is needed of borders as they were. */
export type FormerBorders = readonly Pick<ReviewedDocument, 'index' | 'firstPage'>[];

/** The change that lets another document begin at a page; undefined where one begins there already. */
export function splitAt(documents: Borders, page: number): ReviewChange | undefined {
  const document = documents.find(({ firstPage, lastPage }) => page > firstPage && page <= lastPage);
  return document === undefined ? undefined : { op: 'split', document: document.index, atPage: page };
}

/** The change that joins a document with the next one; undefined where none follows. */
export function mergeOf(documents: Borders, index: number): ReviewChange | undefined {
  return documents.some((document) => document.index === index + 1)
    ? { op: 'merge', document: index }
    : undefined;
}

/**
 * Whether numbers of documents may be others once the changes are stored. What is taken back is known to the gateway only;
 * a file of one page has one document before and after.
 */
export function mayMoveBorders(changes: readonly ReviewChange[], pageCount: number): boolean {
  return pageCount > 1 && changes.some(({ op }) => op === 'split' || op === 'merge' || op === 'undo');
}

export function haveMoved(before: FormerBorders, after: Borders): boolean {
  return (
    before.length !== after.length ||
    before.some(({ firstPage }, index) => after[index]?.firstPage !== firstPage)
  );
}

/** The number of the document that has the first page of another one, which had this number before borders moved. */
export function movedNumber(index: number, before: FormerBorders, after: Borders): number {
  const page = before.find((document) => document.index === index)?.firstPage;
  if (page === undefined) return index;
  return after.find(({ firstPage, lastPage }) => page >= firstPage && page <= lastPage)?.index ?? index;
}

/** An id that begins with the number of a document and a slash, after borders have moved. */
export function movedId(id: string, before: FormerBorders, after: Borders): string {
  const slash = id.indexOf('/');
  return `${String(movedNumber(Number(id.slice(0, slash)), before, after))}${id.slice(slash)}`;
}

/** Values by such ids. Of two that have the same id afterwards, that of the earlier document stays. */
export function movedKeys<Value>(
  values: Readonly<Record<string, Value>>,
  before: FormerBorders,
  after: Borders,
): Readonly<Record<string, Value>> {
  return Object.fromEntries(
    Object.entries(values)
      .sort(([a], [b]) => Number.parseInt(b, 10) - Number.parseInt(a, 10))
      .map(([id, value]) => [movedId(id, before, after), value]),
  );
}
