/**
 * A document is decided by key or button only after it has been shown for so long, in milliseconds. The second click of a
 * double click comes within 500 ms (the usual limit of desktop systems), and so does a second press of a key that was meant
 * for the document before; nobody reads a document in less.
 */
export const settleMs = 500;

/** Whether a decision counts for a document that is shown since `shownAt`. Both are milliseconds of one clock. */
export function isSettled(shownAt: number, now: number): boolean {
  return now - shownAt >= settleMs;
}
