import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeFinished, encodeFinished } from './window-metadata.ts';
import { PartitionWindow, type OffsetRange } from './window.ts';

test('the position stays below a record that is not finished, and says what is finished above it', () => {
  const window = new PartitionWindow(10n);
  for (const offset of [10n, 12n, 13n, 17n]) window.register(offset, 0);
  window.fetchedTo(19n);
  window.finish([13n]);
  expect(window.positionWith([17n])).toEqual({
    offset: 10n,
    finished: [{ from: 13n, to: 19n }],
  });
});

test('with nothing in hand the position is where fetching goes on, past offsets without records', () => {
  const window = new PartitionWindow(null);
  window.register(3n, 0);
  window.fetchedTo(9n);
  expect(window.positionWith([3n])).toEqual({ offset: 9n, finished: [] });
});

test('what is inherited and not fetched yet is kept as it is', () => {
  const window = new PartitionWindow(5n, [{ from: 8n, to: 10n }]);
  window.register(5n, 0);
  window.fetchedTo(6n);
  expect(window.positionWith([])).toEqual({ offset: 5n, finished: [{ from: 8n, to: 10n }] });
  expect(window.positionWith([5n])).toEqual({ offset: 6n, finished: [{ from: 8n, to: 10n }] });
});

test('a record in hand is not taken again, nor one that was finished before this owner', () => {
  const window = new PartitionWindow(5n, [{ from: 8n, to: 10n }]);
  expect([5n, 5n, 4n, 8n, 10n].map((offset) => window.register(offset, 0))).toEqual([
    true,
    false,
    false,
    false,
    true,
  ]);
});

test('work adopted above what has been fetched again does not carry the position over the records between', () => {
  const window = new PartitionWindow(3n);
  for (const adopted of [5n, 8n]) window.register(adopted, 0);
  expect(window.positionWith([8n])).toEqual({ offset: 3n, finished: [{ from: 8n, to: 9n }] });
  window.finish([8n]);
  expect([3n, 4n, 5n, 6n, 7n, 8n].map((offset) => window.register(offset, 0))).toEqual([
    true,
    true,
    false,
    true,
    true,
    false,
  ]);
});

test('work adopted at the very position to fetch from is remembered as finished', () => {
  const window = new PartitionWindow(5n);
  window.register(5n, 0);
  expect(window.positionWith([5n])).toEqual({ offset: 5n, finished: [{ from: 5n, to: 6n }] });
  window.finish([5n]);
  expect(window.register(5n, 0)).toBe(false);
  window.fetchedTo(6n);
  expect(window.positionWith([])).toEqual({ offset: 6n, finished: [] });
});

test('finished work at the position to fetch from is remembered when the position comes there', () => {
  const window = new PartitionWindow(3n);
  for (const offset of [3n, 5n]) window.register(offset, 0);
  window.finish([5n]);
  window.fetchedTo(5n);
  window.finish([3n]);
  expect([window.base, window.register(5n, 0)]).toEqual([5n, false]);
});

test('where the group never committed there is no position before the first fetch', () => {
  const window = new PartitionWindow(null);
  for (const adopted of [5n, 8n]) window.register(adopted, 0);
  expect(window.positionWith([8n])).toBeNull();
});

test('where the group never committed the position begins with the first fetch, at the very first offset too', () => {
  const window = new PartitionWindow(null);
  window.fetchedTo(0n);
  expect([window.base, window.positionWith([])]).toEqual([0n, { offset: 0n, finished: [] }]);
});

test('unreadable metadata is no knowledge, not a wrong one', () => {
  const text = encodeFinished({ offset: 0n, finished: [{ from: 3n, to: 7n }] });
  const flipped = `${text.slice(0, -2)}${text.endsWith('A=') ? 'B=' : 'A='}`;
  expect(decodeFinished(0n, flipped)).toBeUndefined();
  expect(decodeFinished(0n, 'kafka-console-consumer')).toBeUndefined();
  expect(decodeFinished(0n, '')).toEqual([]);
});

/** A log with holes, records finished in any order, owners that come and go with only what was committed. */
const history = fc.record({
  records: fc
    .uniqueArray(fc.bigInt({ min: 0n, max: 60n }), { maxLength: 40 })
    .map((at) => [...at].sort((a, b) => (a < b ? -1 : 1))),
  moves: fc.array(
    fc.record({ kind: fc.constantFrom('fetch', 'finish', 'hand over', 'adopt'), pick: fc.nat() }),
    {
      maxLength: 80,
    },
  ),
});

/** Plays a history and tells what went wrong in it. */
class Play {
  readonly violations: string[] = [];
  readonly #records: readonly bigint[];
  readonly #done = new Set<bigint>();
  #committed: { offset: bigint; metadata: string } | undefined;
  #window = new PartitionWindow(null);
  #hand: bigint[] = [];
  #cursor = 0;

  constructor(records: readonly bigint[]) {
    this.#records = records;
  }

  fetch(): void {
    const record = this.#records[this.#cursor];
    if (record === undefined) {
      this.#window.fetchedTo(100n);
      return;
    }
    if (this.#window.register(record, 0)) {
      if (this.#done.has(record)) this.violations.push(`${String(record)} is taken again`);
      this.#hand.push(record);
    }
    this.#window.fetchedTo(record + 1n);
    this.#cursor += 1;
  }

  finish(pick: number): void {
    const [record] = this.#hand.splice(pick % Math.max(1, this.#hand.length), 1);
    if (record === undefined) return;
    const position = this.#window.positionWith([record]);
    if (position === null) {
      this.#hand.push(record);
      return;
    }
    this.#window.finish([record]);
    this.#done.add(record);
    this.#committed = { offset: position.offset, metadata: encodeFinished(position) };
    if (this.#window.positionWith([])?.offset !== position.offset)
      this.violations.push('the position moved by itself');
  }

  /** To another process, which has nothing in hand, or to this one again, which keeps at work what it has begun. */
  handOver(adopting: boolean): void {
    const finished = this.#committed && decodeFinished(this.#committed.offset, this.#committed.metadata);
    this.#window = new PartitionWindow(this.#committed?.offset ?? null, finished);
    this.#hand = adopting ? this.#hand.filter((record) => this.#window.register(record, 0)) : [];
    const base = this.#window.base ?? 0n;
    const at = this.#records.findIndex((record) => record >= base);
    this.#cursor = at === -1 ? this.#records.length : at;
  }

  check(): void {
    const committed = this.#committed;
    if (committed === undefined) return;
    const finished = decodeFinished(committed.offset, committed.metadata) ?? [];
    for (const record of this.#records) {
      const passed =
        record < committed.offset || finished.some((run) => run.from <= record && record < run.to);
      if (passed !== this.#done.has(record))
        this.violations.push(`${String(record)}: ${passed ? 'passed unfinished' : 'forgotten'}`);
    }
  }
}

test('M-16: over any history no position passes unfinished work, and no finished record is taken again', () => {
  fc.assert(
    fc.property(history, ({ records, moves }) => {
      const play = new Play(records);
      for (const move of moves) {
        if (move.kind === 'fetch') play.fetch();
        else if (move.kind === 'finish') play.finish(move.pick);
        else play.handOver(move.kind === 'adopt');
        play.check();
      }
      expect(play.violations).toEqual([]);
    }),
    { numRuns: 500 },
  );
});

test('ten thousand records with markers between them and few finished stay far below the metadata limit', () => {
  const window = new PartitionWindow(0n);
  for (let offset = 0n; offset < 20_000n; offset += 2n) window.register(offset, 0);
  window.fetchedTo(20_000n);
  window.finish(Array.from({ length: 300 }, (_, index) => BigInt(index) * 40n + 2n));
  const position = window.positionWith([]);
  expect(position === null ? 0 : encodeFinished(position).length).toBeLessThan(1000);
});

test('the records in hand, the lowest of them, and how long it has been there', () => {
  const window = new PartitionWindow(0n);
  expect([window.openCount, window.lowestOpen(), window.ageMs(500)]).toEqual([0, undefined, 0]);
  window.register(4n, 100);
  window.register(2n, 300);
  expect([window.openCount, window.lowestOpen(), window.ageMs(500)]).toEqual([2, 2n, 200]);
  window.finish([2n]);
  expect([window.openCount, window.lowestOpen(), window.ageMs(500)]).toEqual([1, 4n, 400]);
});

const end = 16n;
const everyOffset = Array.from({ length: Number(end) + 1 }, (_, offset) => BigInt(offset));
const anyOffset = fc.bigInt({ min: 0n, max: end });

/**
 * The same window, told offset by offset: what is open, what was finished here or before, how far the log was read.
 * Slow and plain, so that it can be seen to be right.
 */
class PlainWindow implements Pick<PartitionWindow, 'register' | 'fetchedTo' | 'finish'> {
  readonly #open = new Set<bigint>();
  readonly #done: Set<bigint>;
  #fetchedTo: bigint | null;

  constructor(committed: bigint | null, done: ReadonlySet<bigint>) {
    this.#fetchedTo = committed;
    this.#done = new Set(done);
  }

  get open(): readonly bigint[] {
    return everyOffset.filter((offset) => this.#open.has(offset));
  }

  get base(): bigint | null {
    return this.#fetchedTo === null ? null : this.#baseOf(this.open, this.#fetchedTo);
  }

  isFinished(offset: bigint): boolean {
    return this.#done.has(offset) || (this.base !== null && offset < this.base);
  }

  register(offset: bigint): boolean {
    if (this.#open.has(offset) || this.isFinished(offset)) return false;
    this.#open.add(offset);
    return true;
  }

  fetchedTo(next: bigint): void {
    if (this.#fetchedTo === null || next > this.#fetchedTo) this.#fetchedTo = next;
  }

  finish(offsets: readonly bigint[]): void {
    for (const offset of offsets) if (this.#open.delete(offset)) this.#done.add(offset);
  }

  /** Where the position is, and which offsets from there on count as finished. */
  positionWith(finishing: readonly bigint[]): { offset: bigint; finished: readonly bigint[] } | null {
    const fetchedTo = this.#fetchedTo;
    if (fetchedTo === null) return null;
    const open = this.open.filter((at) => !finishing.includes(at));
    const offset = this.#baseOf(open, fetchedTo);
    const done = (at: bigint): boolean => this.#done.has(at) || finishing.includes(at);
    // Nothing is open between an offset without a record and a finished record: it counts as finished with it.
    const joined = (at: bigint): boolean =>
      at < fetchedTo &&
      !open.includes(at) &&
      everyOffset.some(
        (other) =>
          other >= offset &&
          other < fetchedTo &&
          done(other) &&
          !open.some((between) => (between > at && between < other) || (between < at && between > other)),
      );
    return { offset, finished: everyOffset.filter((at) => at >= offset && (done(at) || joined(at))) };
  }

  #baseOf(open: readonly bigint[], fetchedTo: bigint): bigint {
    const [lowest] = open;
    return lowest !== undefined && lowest < fetchedTo ? lowest : fetchedTo;
  }
}

function rangesOf(offsets: readonly bigint[]): OffsetRange[] {
  const ranges: OffsetRange[] = [];
  for (const offset of offsets) {
    const last = ranges.at(-1);
    if (last?.to === offset) ranges[ranges.length - 1] = { from: last.from, to: offset + 1n };
    else ranges.push({ from: offset, to: offset + 1n });
  }
  return ranges;
}

test('M-16: over any history the window says what an account of every single offset says', () => {
  const move = fc.oneof(
    fc.record({ kind: fc.constant('register' as const), at: anyOffset }),
    fc.record({ kind: fc.constant('fetched' as const), at: anyOffset }),
    fc.record({ kind: fc.constant('finish' as const), picks: fc.array(anyOffset, { maxLength: 3 }) }),
  );
  const before = fc.record({
    committed: fc.option(fc.bigInt({ min: 0n, max: 4n })),
    done: fc.array(anyOffset, { maxLength: 6 }),
  });
  fc.assert(
    fc.property(before, fc.array(move, { maxLength: 40 }), anyOffset, ({ committed, done }, moves, pick) => {
      const inherited =
        committed === null ? [] : everyOffset.filter((at) => at >= committed && done.includes(at));
      const window = new PartitionWindow(committed, rangesOf(inherited));
      const plain = new PlainWindow(committed, new Set(inherited));
      for (const step of moves) {
        const answers = [window, plain].map((each) => {
          if (step.kind === 'register') return each.register(step.at, 0);
          if (step.kind === 'fetched') each.fetchedTo(step.at);
          else each.finish(step.picks);
          return undefined;
        });
        expect(answers[0]).toBe(answers[1]);
        const finishing = plain.open.filter((_, index) => (pick >> BigInt(index)) % 2n === 1n);
        const position = plain.positionWith(finishing);
        expect({
          base: window.base,
          open: window.openCount,
          lowest: window.lowestOpen(),
          finished: everyOffset.filter((at) => window.isFinished(at)),
          position: window.positionWith(finishing),
        }).toEqual({
          base: plain.base,
          open: plain.open.length,
          lowest: plain.open[0],
          finished: everyOffset.filter((at) => plain.isFinished(at)),
          position: position && { offset: position.offset, finished: rangesOf(position.finished) },
        });
      }
    }),
    { numRuns: 300 },
  );
});
