import avro from 'avsc';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkAvroBounds } from './avro-bounds.ts';
import { avroTypeOf } from './local-codec.ts';
import { topics } from './topics.ts';

const types = topics.map(({ name }) => [name, avroTypeOf(name)] as const);

/** A long as Avro writes it. */
function long(value: bigint): Buffer {
  const bytes: number[] = [];
  let rest = value < 0n ? -2n * value - 1n : 2n * value;
  do {
    bytes.push(Number(rest & 127n) | (rest > 127n ? 128 : 0));
    rest >>= 7n;
  } while (rest > 0n);
  return Buffer.from(bytes);
}

const check = (schema: avro.Schema, ...parts: readonly Buffer[]) => {
  checkAvroBounds(avro.Type.forSchema(schema), Buffer.concat(parts));
};

describe('checkAvroBounds', () => {
  it.each(types)('passes every value of %s', (_name, type) => {
    expect(() => {
      for (let time = 0; time < 20; time += 1) checkAvroBounds(type, type.toBuffer(type.random()));
    }).not.toThrow();
  });

  it.each(types)('lets nothing pass for %s that cannot be decoded and encoded again', (_name, type) => {
    const sample = type.toBuffer(type.random());
    const changes = fc.array(fc.tuple(fc.nat(sample.length), fc.uint8Array({ maxLength: 10 })), {
      maxLength: 3,
    });
    fc.assert(
      fc.property(changes, (given) => {
        let bytes = sample;
        for (const [at, inserted] of given) {
          bytes = Buffer.concat([bytes.subarray(0, at), inserted, bytes.subarray(at + inserted.length)]);
        }
        try {
          checkAvroBounds(type, bytes);
        } catch {
          return;
        }
        const value = type.fromBuffer(bytes, undefined, true) as unknown;
        expect(type.isValid(value)).toBe(true);
      }),
      { numRuns: 50 },
    );
  });

  it.each([1n << 62n, 10n ** 18n, 1000n, 6n, -(10n ** 15n), -6n])(
    'refuses a map and an array that announce %s entries',
    (count) => {
      const size = count < 0n ? long(4n) : Buffer.alloc(0);
      const entries = Buffer.from([0, 0, 0, 0]);
      expect(() => {
        check({ type: 'map', values: 'long' }, long(count), size, entries);
      }).toThrow(RangeError);
      expect(() => {
        check({ type: 'array', items: 'long' }, long(count), size, entries);
      }).toThrow(RangeError);
    },
  );

  it('refuses entries that take no bytes, however few', () => {
    expect(() => {
      check({ type: 'array', items: 'null' }, long(1n), long(0n));
    }).toThrow('without bytes');
  });

  it('refuses integers that are not written for their type', () => {
    const edge = BigInt(Number.MAX_SAFE_INTEGER) - 1n;
    for (const inRange of [edge, -edge]) check('long', long(inRange));
    for (const inRange of [2n ** 31n - 1n, -(2n ** 31n)]) check('int', long(inRange));
    for (const outside of [edge + 1n, -edge - 1n, 2n ** 62n])
      expect(() => {
        check('long', long(outside));
      }).toThrow(RangeError);
    for (const outside of [2n ** 31n, -(2n ** 31n) - 1n])
      expect(() => {
        check('int', long(outside));
      }).toThrow(RangeError);
    expect(() => {
      check('long', Buffer.alloc(11, 0xff));
    }).toThrow('no integer ends');
  });

  it('refuses texts behind the end, and branches that do not exist', () => {
    for (const length of [5n, -1n, 2n ** 40n])
      expect(() => {
        check('string', long(length), Buffer.from('abcd'));
      }).toThrow(RangeError);
    check('string', long(4n), Buffer.from('abcd'));
    for (const branch of [2n, -1n])
      expect(() => {
        check(['null', 'string'], long(branch));
      }).toThrow('does not exist');
    expect(() => {
      check({ type: 'enum', name: 'E', symbols: ['A'] }, long(1n));
    }).toThrow('does not exist');
    expect(() => {
      check({ type: 'fixed', name: 'F', size: 5 }, Buffer.alloc(4));
    }).toThrow(RangeError);
  });

  it('walks types that contain themselves', () => {
    const tree = {
      type: 'record',
      name: 'Tree',
      fields: [{ name: 'children', type: { type: 'array', items: 'Tree' } }],
    };
    const type = avro.Type.forSchema(tree as avro.Schema);
    checkAvroBounds(type, type.toBuffer({ children: [{ children: [] }, { children: [{ children: [] }] }] }));
    expect(() => {
      checkAvroBounds(type, Buffer.alloc(1_000_000, 2));
    }).toThrow(RangeError);
  });
});
