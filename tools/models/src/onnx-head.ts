import { encodeBytes, encodeVarint, fieldsOf, packedVarints } from './protobuf.ts';

/** Field numbers of onnx.proto3 (onnx 1.17), as far as they are touched here. */
const model = { graph: 7, metadata: 14 };
const graph = { initializer: 5, output: 12, valueInfo: 13 };
const tensor = { dims: 1, dataType: 2, rawData: 9 };
const valueInfo = { type: 2 };
const typeProto = { tensorType: 1 };
const tensorType = { shape: 2 };
const float32 = 1;

/** The value of a metadata entry of an ONNX model, such as the recogniser's `character` list. */
export function modelMetadata(bytes: Uint8Array, key: string): string | undefined {
  for (const field of fieldsOf(bytes)) {
    if (field.number !== model.metadata) continue;
    const [name, value] = [...fieldsOf(field.bytes)].map(({ bytes: text }) => Buffer.from(text).toString());
    if (name === key) return value;
  }
  return undefined;
}

/** Whether a dictionary entry belongs to text in Latin script: letters with accents, digits, signs, currencies. */
export function isLatin(character: string): boolean {
  const code = character.codePointAt(0) ?? 0;
  return character.length === 1 && (code < 0x250 || (code >= 0x2010 && code <= 0x2122));
}

/**
 * The same recogniser, able to say only the classes in `keep` (ascending indices out of `classes`): every weight
 * whose last dimension is the class count is cut to these columns. Recorded shapes of inner values no longer hold
 * and are left out, as is the metadata.
 */
export function cutHead(bytes: Uint8Array, classes: number, keep: readonly number[]): Uint8Array {
  return rewrite(bytes, (number, content) => {
    if (number === model.metadata) return undefined;
    if (number !== model.graph) return content;
    return rewrite(content, (part, inner) => {
      if (part === graph.valueInfo) return undefined;
      if (part === graph.initializer) return cutTensor(inner, classes, keep);
      return part === graph.output ? withoutShape(inner) : inner;
    });
  });
}

/** Rewrites the length-delimited fields of a message; undefined leaves a field out. */
function rewrite(
  message: Uint8Array,
  change: (number: number, content: Uint8Array) => Uint8Array | undefined,
): Uint8Array {
  const parts: Uint8Array[] = [];
  for (const field of fieldsOf(message)) {
    const changed = field.bytes.length === 0 ? field.bytes : change(field.number, field.bytes);
    if (changed === field.bytes) parts.push(field.raw);
    else if (changed !== undefined) parts.push(encodeBytes(field.number, changed));
  }
  return Buffer.concat(parts);
}

function withoutShape(output: Uint8Array): Uint8Array {
  return rewrite(output, (number, type) =>
    number !== valueInfo.type
      ? type
      : rewrite(type, (kind, tensorContent) =>
          kind !== typeProto.tensorType
            ? tensorContent
            : rewrite(tensorContent, (part, inner) => (part === tensorType.shape ? undefined : inner)),
        ),
  );
}

function cutTensor(bytes: Uint8Array, classes: number, keep: readonly number[]): Uint8Array {
  const fields = [...fieldsOf(bytes)];
  const dims = fields
    .filter(({ number }) => number === tensor.dims)
    .flatMap((field) => (field.bytes.length > 0 ? packedVarints(field.bytes) : [field.value]));
  const isFloat = fields.some(({ number, value }) => number === tensor.dataType && value === float32);
  const raw = fields.find(({ number }) => number === tensor.rawData);
  if (dims.at(-1) !== classes || !isFloat || raw === undefined) return bytes;
  return Buffer.concat([
    ...[...dims.slice(0, -1), keep.length].map((dim) => encodeVarint(tensor.dims, dim)),
    ...fields
      .filter(({ number }) => number !== tensor.dims && number !== tensor.rawData)
      .map((field) => field.raw),
    encodeBytes(tensor.rawData, cutColumns(raw.bytes, classes, keep)),
  ]);
}

/** Columns `keep` of a row-major matrix of 4-byte elements with `width` columns. */
function cutColumns(bytes: Uint8Array, width: number, keep: readonly number[]): Uint8Array {
  const rows = bytes.length / 4 / width;
  const cut = new Uint8Array(rows * keep.length * 4);
  let at = 0;
  for (let row = 0; row < rows; row += 1) {
    for (const column of keep) {
      const from = (row * width + column) * 4;
      cut.set(bytes.subarray(from, from + 4), at);
      at += 4;
    }
  }
  return cut;
}
