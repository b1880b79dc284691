/** One field of a protobuf message, as it lies in the bytes. */
export interface Field {
  readonly number: number;
  /** Of varint fields. */
  readonly value: number;
  /** Of length-delimited fields: a view, no copy. */
  readonly bytes: Uint8Array;
  /** Tag and content: what to write to keep the field as it is. */
  readonly raw: Uint8Array;
}

/** The fields of a message, in order. Throws a `RangeError` where the bytes are no protobuf message. */
export function* fieldsOf(message: Uint8Array): Generator<Field> {
  let at = 0;
  const varint = (): number => {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = message[at];
      if (byte === undefined) throw new RangeError('a protobuf message ends early');
      at += 1;
      value += (byte & 127) * scale;
      if (byte < 128) return value;
    }
  };
  while (at < message.length) {
    const start = at;
    const tag = varint();
    const wire = tag & 7;
    const value = wire === 0 ? varint() : 0;
    const length = wire === 2 ? varint() : wire === 1 ? 8 : wire === 5 ? 4 : 0;
    if (wire === 3 || wire === 4 || wire > 5) throw new RangeError('a protobuf group is not expected');
    if (at + length > message.length) throw new RangeError('a protobuf message ends early');
    const bytes = message.subarray(at, at + length);
    at += length;
    yield { number: Math.floor(tag / 8), value, bytes, raw: message.subarray(start, at) };
  }
}

/** A length-delimited field. */
export function encodeBytes(number: number, bytes: Uint8Array): Uint8Array {
  return Buffer.concat([varintOf(number * 8 + 2), varintOf(bytes.length), bytes]);
}

/** A varint field; `value` is not negative. */
export function encodeVarint(number: number, value: number): Uint8Array {
  return Buffer.concat([varintOf(number * 8), varintOf(value)]);
}

/** The varints of a packed repeated field. */
export function packedVarints(bytes: Uint8Array): readonly number[] {
  const values: number[] = [];
  let value = 0;
  let scale = 1;
  for (const byte of bytes) {
    value += (byte & 127) * scale;
    scale *= 128;
    if (byte < 128) {
      values.push(value);
      [value, scale] = [0, 1];
    }
  }
  return values;
}

function varintOf(value: number): Uint8Array {
  const bytes: number[] = [];
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) return Uint8Array.from([...bytes, rest]);
    bytes.push((rest % 128) + 128);
  }
}
