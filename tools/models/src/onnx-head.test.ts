import { expect, test } from 'vitest';
import { cutHead, isLatin, modelMetadata } from './onnx-head.ts';
import { encodeBytes, encodeVarint, fieldsOf } from './protobuf.ts';

const text = (value: string): Uint8Array => Buffer.from(value);
const floats = (...values: number[]): Uint8Array => new Uint8Array(Float32Array.from(values).buffer);
const tensor = (dims: number[], data: Uint8Array, name: string): Uint8Array =>
  Buffer.concat([
    ...dims.map((dim) => encodeVarint(1, dim)),
    encodeVarint(2, 1),
    encodeBytes(8, text(name)),
    encodeBytes(9, data),
  ]);
const metadata = (key: string, value: string): Uint8Array =>
  encodeBytes(14, Buffer.concat([encodeBytes(1, text(key)), encodeBytes(2, text(value))]));

const initializers = (graph: Uint8Array): Uint8Array =>
  Buffer.concat([...fieldsOf(graph)].filter(({ number }) => number === 5).map(({ raw }) => raw));

test('metadata is found by its key', () => {
  const model = Buffer.concat([metadata('other', 'x'), metadata('character', 'a\nb')]);
  expect([modelMetadata(model, 'character'), modelMetadata(model, 'none')]).toEqual(['a\nb', undefined]);
});

test('weights over the classes lose the other columns, all else stays', () => {
  const untouched = tensor([2, 2], floats(9, 8, 7, 6), 'inner');
  const graph = Buffer.concat([
    encodeBytes(5, tensor([2, 3], floats(1, 2, 3, 4, 5, 6), 'head')),
    encodeBytes(5, untouched),
    encodeBytes(13, text('shape of an inner value')),
  ]);
  const cut = cutHead(Buffer.concat([encodeBytes(7, graph), metadata('character', 'a')]), 3, [0, 2]);
  const [cutGraph, ...rest] = [...fieldsOf(cut)];
  expect(rest).toEqual([]);
  expect([...(cutGraph?.bytes ?? [])]).toEqual([
    ...initializers(
      Buffer.concat([encodeBytes(5, tensor([2, 2], floats(1, 3, 4, 6), 'head')), encodeBytes(5, untouched)]),
    ),
  ]);
});

test.each([
  ['A', true],
  ['é', true],
  ['€', true],
  ['ก', false],
  ['中', false],
  ['', false],
])('%s is Latin: %s', (character, expected) => {
  expect(isLatin(character)).toBe(expected);
});
