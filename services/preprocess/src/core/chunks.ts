/** Consecutive pages that are rendered by one call. */
export interface Chunk {
  readonly firstPage: number;
  readonly count: number;
}

/** The pages from 1 to `pageCount` that are not `done`, in runs of at most `size`. */
export function chunksOf(pageCount: number, done: ReadonlySet<number>, size: number): readonly Chunk[] {
  const chunks: { firstPage: number; count: number }[] = [];
  for (let page = 1; page <= pageCount; page += 1) {
    if (done.has(page)) continue;
    const last = chunks.at(-1);
    if (last !== undefined && last.count < size && last.firstPage + last.count === page) last.count += 1;
    else chunks.push({ firstPage: page, count: 1 });
  }
  return chunks;
}
