/** Largest number of entries that the API gives at once. */
const pageSize = 200;

/**
 * Entries of a list of the API, page by page, at most `limit`.
 *
 * @param readPage gives the entries behind a cursor and the next cursor, null on the last page
 */
export async function* entriesOf<T>(
  limit: number,
  readPage: (page: {
    readonly cursor?: string;
    readonly limit: number;
  }) => Promise<{ readonly entries: readonly T[]; readonly next: string | null }>,
): AsyncGenerator<T> {
  let cursor: string | undefined;
  for (let left = limit; left > 0;) {
    const page = { limit: Math.min(left, pageSize), ...(cursor === undefined ? {} : { cursor }) };
    const { entries, next } = await readPage(page);
    yield* entries;
    left -= entries.length;
    if (next === null) return;
    cursor = next;
  }
}
