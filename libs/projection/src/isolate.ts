/** Consecutive records of a partition, to be written in one transaction with the offset behind them. */
export interface Part<Entry> {
  /** The offset from which they were read; null: the beginning of the log. */
  readonly from: bigint | null;
  readonly entries: readonly Entry[];
  readonly nextOffset: bigint;
}

export interface Isolation<Entry, Result, Refusal> {
  /** Writes a part, all or nothing. */
  readonly write: (part: Part<Entry>) => Promise<Result>;
  /** Why a write can never succeed; undefined for an error after which the same write may. */
  readonly refusalOf: (error: unknown) => Refusal | undefined;
  /** What may be written instead of a refused record, in the order of trying; the last form sets it aside. */
  readonly formsOf: (entry: Entry, refusal: Refusal) => readonly Entry[];
  /** Whether the parts behind may be written; they may not once another process has moved the offset. */
  readonly mayGoOn: (result: Result) => boolean;
}

/**
 * Writes records in their order. A part that is refused is halved until the refused records are found; each of these is
 * written in the first of its forms that is not refused. So one record costs its batch a few transactions and nothing
 * else, and everything behind it moves on. The results are those of the parts that were written.
 *
 * @throws every error that is no refusal, also after some parts were written: the offset tells how far
 */
export async function writeIsolated<Entry extends { readonly offset: bigint }, Result, Refusal>(
  part: Part<Entry>,
  isolation: Isolation<Entry, Result, Refusal>,
): Promise<readonly Written<Entry, Result>[]> {
  try {
    return [{ result: await isolation.write(part), entries: part.entries }];
  } catch (error) {
    const refusal = isolation.refusalOf(error);
    const [entry, ...others] = part.entries;
    if (refusal === undefined || entry === undefined) throw error;
    return others.length === 0
      ? [await writeFirstForm(part, { isolation, entry, refusal, error })]
      : writeHalves(part, isolation);
  }
}

/** What was written, in the form in which it was. */
export interface Written<Entry, Result> {
  readonly result: Result;
  readonly entries: readonly Entry[];
}

async function writeHalves<Entry extends { readonly offset: bigint }, Result, Refusal>(
  { from, entries, nextOffset }: Part<Entry>,
  isolation: Isolation<Entry, Result, Refusal>,
): Promise<readonly Written<Entry, Result>[]> {
  const middle = entries.length >> 1;
  const between = entries[middle]?.offset ?? nextOffset;
  const first = await writeIsolated(
    { from, entries: entries.slice(0, middle), nextOffset: between },
    isolation,
  );
  if (!first.every(({ result }) => isolation.mayGoOn(result))) return first;
  const second = await writeIsolated(
    { from: between, entries: entries.slice(middle), nextOffset },
    isolation,
  );
  return [...first, ...second];
}

async function writeFirstForm<Entry, Result, Refusal>(
  part: Part<Entry>,
  refused: {
    readonly isolation: Isolation<Entry, Result, Refusal>;
    readonly entry: Entry;
    readonly refusal: Refusal;
    readonly error: unknown;
  },
): Promise<Written<Entry, Result>> {
  const { isolation, entry, refusal } = refused;
  let last = refused.error;
  for (const form of isolation.formsOf(entry, refusal)) {
    try {
      return { result: await isolation.write({ ...part, entries: [form] }), entries: [form] };
    } catch (error) {
      if (isolation.refusalOf(error) === undefined) throw error;
      last = error;
    }
  }
  throw last;
}
