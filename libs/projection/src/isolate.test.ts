import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { writeIsolated, type Part } from './isolate.ts';

interface Entry {
  readonly offset: bigint;
  /** Forms in which it is refused: none, as it is, or reduced as well. */
  readonly refusedForms: number;
  readonly form: number;
}

class Refused extends Error {}

/** A store that refuses parts with a refused record, and notes offset by offset what it holds. */
function store(failure?: { readonly atWrite: number; readonly error: Error }) {
  const held: { offset: bigint; form: number }[] = [];
  let position: bigint | null = null;
  let writes = 0;
  const write = (part: Part<Entry>): Promise<'written' | 'moved'> => {
    writes += 1;
    if (writes === failure?.atWrite) return Promise.reject(failure.error);
    if (position !== null && part.from !== position) return Promise.resolve('moved');
    if (part.entries.some(({ form, refusedForms }) => form < refusedForms))
      return Promise.reject(new Refused());
    held.push(...part.entries.map(({ offset, form }) => ({ offset, form })));
    position = part.nextOffset;
    return Promise.resolve('written');
  };
  return { held, write, position: () => position, writes: () => writes };
}

const isolate = (part: Part<Entry>, write: (part: Part<Entry>) => Promise<'written' | 'moved'>) =>
  writeIsolated(part, {
    write,
    refusalOf: (error) => (error instanceof Refused ? 'refused' : undefined),
    formsOf: (entry) => [1, 2].map((form) => ({ ...entry, form })),
    mayGoOn: (result) => result === 'written',
  });

const partOf = (refusedForms: readonly number[]): Part<Entry> => ({
  from: null,
  // Offsets have gaps, as in a log with transactions.
  entries: refusedForms.map((refused, index) => ({
    offset: BigInt(index * 2),
    refusedForms: refused,
    form: 0,
  })),
  nextOffset: BigInt(refusedForms.length * 2),
});

describe('writeIsolated', () => {
  it('writes what is accepted in one transaction', async () => {
    const { write, writes } = store();
    await isolate(partOf([0, 0, 0]), write);
    expect(writes()).toBe(1);
  });

  it('R-06: writes every record once, in order, in the first form that is accepted', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.constantFrom(0, 0, 0, 1, 2), { maxLength: 40 }), async (refusedForms) => {
        const { held, write, position } = store();
        const part = partOf(refusedForms);
        const written = await isolate(part, write);
        expect(held).toEqual(refusedForms.map((form, index) => ({ offset: BigInt(index * 2), form })));
        expect(position()).toBe(part.nextOffset);
        expect(
          written.flatMap(({ entries }) => entries).map(({ offset, form }) => ({ offset, form })),
        ).toEqual(held);
      }),
    );
  });

  it('costs one refused record of 512 a few transactions', async () => {
    const { write, writes } = store();
    await isolate(partOf(Array.from({ length: 512 }, (_, index) => (index === 300 ? 2 : 0))), write);
    expect(writes()).toBeLessThan(25);
  });

  it('throws what may pass, at any write, and a repetition writes the rest', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom(0, 1, 2), { minLength: 1, maxLength: 12 }),
        fc.integer({ min: 1, max: 20 }),
        async (refusedForms, atWrite) => {
          const error = new Error('the server is away');
          const { held, write, position, writes } = store({ atWrite, error });
          const part = partOf(refusedForms);
          const thrown = await isolate(part, write).catch((caught: unknown) => caught);
          expect(thrown === error).toBe(writes() >= atWrite);
          if (writes() >= atWrite) {
            const from = position();
            const entries = part.entries.filter(({ offset }) => from === null || offset >= from);
            await isolate({ ...part, from, entries }, write);
          }
          expect(held.map(({ offset }) => offset)).toEqual(part.entries.map(({ offset }) => offset));
        },
      ),
    );
  });

  it('stops where another process has moved the offset', async () => {
    const { held, write } = store();
    await write({ from: null, entries: [], nextOffset: 7n });
    const written = await isolate(partOf([2, 0, 0]), write);
    expect([held, written.map(({ result }) => result)]).toEqual([[], ['moved']]);
  });

  it('throws when even the last form is refused', async () => {
    const { write } = store();
    await expect(isolate(partOf([3]), write)).rejects.toThrow(Refused);
  });
});
