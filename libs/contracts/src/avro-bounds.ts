import type avro from 'avsc';

/**
 * Walks encoded bytes along their schema before they are decoded. avsc trusts what a record says of itself: a map of a few
 * bytes that announces 10^18 entries keeps the process busy for ever, an array takes as much memory, and integers pass
 * that cannot be encoded again. Nothing is allocated here, and the time is proportional to the bytes.
 *
 * @param type - the schema that the bytes were written with
 * @throws RangeError when the bytes end too early, when a length or a count exceeds the bytes that are left, when an
 *   integer is outside of what is written for its type, or when a branch of a union does not exist
 */
export function checkAvroBounds(type: avro.Type, bytes: Buffer): void {
  walkOf(type)(new Cursor(bytes));
}

type Walk = (cursor: Cursor) => void;

/** Largest long that avsc encodes; its smallest is the negative. */
const maxLong = Number.MAX_SAFE_INTEGER - 1;
const maxInt = 2 ** 31 - 1;
/** A 64-bit integer takes at most so many bytes. */
const maxVarintBytes = 10;

class Cursor {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  get at(): number {
    return this.#at;
  }

  skip(count: number): void {
    if (count < 0 || count > this.#bytes.length - this.#at) {
      throw new RangeError(`${count} bytes are announced at ${this.#at} of ${this.#bytes.length}`);
    }
    this.#at += count;
  }

  /** A long in zigzag encoding. */
  long(): number {
    const start = this.#at;
    // Half of the zigzag number, which is exact as far as longs are written; its lowest bit is the sign.
    let half = 0;
    let factor = 0.5;
    let isNegative = false;
    for (;;) {
      this.skip(1);
      const byte = this.#bytes[this.#at - 1] ?? 0;
      if (factor === 0.5) isNegative = (byte & 1) === 1;
      half += (factor === 0.5 ? byte & 0x7e : byte & 0x7f) * factor;
      if (byte < 0x80) break;
      if (this.#at - start === maxVarintBytes) throw new RangeError(`no integer ends at ${this.#at}`);
      factor *= 128;
    }
    const long = isNegative ? -half - 1 : half;
    if (Math.abs(long) > maxLong) throw new RangeError(`an integer at ${start} exceeds ${maxLong}`);
    return long;
  }

  int(): number {
    const int = this.long();
    if (int > maxInt || int < -maxInt - 1) throw new RangeError(`an int before ${this.#at} exceeds 32 bits`);
    return int;
  }

  /** Entries of an array or a map, block by block. Each takes a byte at least, so none is read behind the end. */
  entries(walk: Walk): void {
    for (;;) {
      const count = this.long();
      if (count === 0) return;
      if (count < 0) this.long();
      for (let left = Math.abs(count); left > 0; left -= 1) {
        const before = this.#at;
        walk(this);
        if (this.#at === before) throw new RangeError(`entries without bytes at ${before}`);
      }
    }
  }
}

const primitives: Readonly<Record<string, Walk>> = {
  null: skipNothing,
  boolean: (cursor) => {
    cursor.skip(1);
  },
  int: (cursor) => {
    cursor.int();
  },
  long: (cursor) => {
    cursor.long();
  },
  float: (cursor) => {
    cursor.skip(4);
  },
  double: (cursor) => {
    cursor.skip(8);
  },
  bytes: skipText,
  string: skipText,
};

function skipNothing(): void {
  // A null, and the symbol of an enumeration behind its index, take no bytes.
}

function skipText(cursor: Cursor): void {
  cursor.skip(cursor.long());
}

const walks = new WeakMap<avro.Type, Walk>();

/** Made once for each type; a type that contains itself finds the walk that is being made. */
function walkOf(type: avro.Type): Walk {
  const known = walks.get(type);
  if (known !== undefined) return known;
  let made: Walk | undefined;
  const walk: Walk = (cursor) => {
    (made ??= makeWalk(type))(cursor);
  };
  walks.set(type, walk);
  return walk;
}

/** What avsc says of a type; which of them are there depends on its name. */
interface TypeParts {
  readonly fields?: readonly { readonly type: avro.Type }[];
  readonly itemsType?: avro.Type;
  readonly valuesType?: avro.Type;
  readonly types?: readonly avro.Type[];
  readonly symbols?: readonly string[];
  readonly size?: number;
  readonly underlyingType?: avro.Type;
}

function makeWalk(type: avro.Type): Walk {
  const primitive = primitives[type.typeName];
  if (primitive !== undefined) return primitive;
  const { fields, itemsType, valuesType, types, symbols, size, underlyingType } = type as TypeParts;
  if (underlyingType !== undefined) return walkOf(underlyingType);
  if (fields !== undefined) return inTurn(fields.map((field) => walkOf(field.type)));
  if (types !== undefined) return oneOf(types.map(walkOf));
  if (symbols !== undefined) return oneOf(symbols.map(() => skipNothing));
  if (size !== undefined) {
    return (cursor) => {
      cursor.skip(size);
    };
  }
  const entry = itemsType ?? valuesType;
  if (entry === undefined) throw new Error(`unknown Avro type ${type.typeName}`);
  const walk = itemsType === undefined ? inTurn([skipText, walkOf(entry)]) : walkOf(entry);
  return (cursor) => {
    cursor.entries(walk);
  };
}

function inTurn(parts: readonly Walk[]): Walk {
  return (cursor) => {
    for (const part of parts) part(cursor);
  };
}

function oneOf(branches: readonly Walk[]): Walk {
  return (cursor) => {
    const index = cursor.int();
    const branch = branches[index];
    if (branch === undefined) throw new RangeError(`branch ${index} does not exist at ${cursor.at}`);
    branch(cursor);
  };
}
