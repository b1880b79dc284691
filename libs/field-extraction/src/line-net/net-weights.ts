import type { LearnedModel } from '@docfleet/contracts';
import { numbersOf } from '../learned/tensors.ts';
import type { DenseWeights, Matrix, NormWeights } from './layers.ts';
import type { BlockWeights, HeadWeights, NetWeights } from './net.ts';

type Tensors = LearnedModel['tensors'];

/**
 * The weights of one net of a model. Matrices are stored as signed bytes and a scale for each of their columns.
 * @throws RangeError naming a tensor that is missing or has another number of values than its shape says
 */
export function netWeights(tensors: Tensors, net: number, heads: number): NetWeights {
  const dense = (name: string): DenseWeights => ({
    weights: Float32Array.from(rowsOf(tensors, `${net}.${name}.w`).flatMap((row) => [...row])),
    bias: vectorOf(tensors, `${net}.${name}.b`),
  });
  const norm = (name: string): NormWeights => ({
    scale: vectorOf(tensors, `${net}.${name}.g`),
    shift: vectorOf(tensors, `${net}.${name}.b`),
  });
  const block = (name: string): BlockWeights => ({
    attentionNorm: norm(`${name}.attentionNorm`),
    queries: dense(`${name}.queries`),
    keys: dense(`${name}.keys`),
    values: dense(`${name}.values`),
    joined: dense(`${name}.joined`),
    innerNorm: norm(`${name}.innerNorm`),
    wide: dense(`${name}.wide`),
    narrow: dense(`${name}.narrow`),
  });
  const head = (name: string): HeadWeights => ({
    hidden: dense(`${name}.hidden`),
    out: dense(`${name}.out`),
  });
  const count = (name: string, part: string): readonly number[] => {
    const found: number[] = [];
    while (tensors[`${net}.${name}.${found.length}.${part}`] !== undefined) found.push(found.length);
    return found;
  };
  return {
    input: dense('input'),
    inputNorm: norm('inputNorm'),
    positions: rowsOf(tensors, `${net}.positions`),
    convolutions: count('convolutions', 'taps.w').map((i) => ({
      taps: dense(`convolutions.${i}.taps`),
      norm: norm(`convolutions.${i}.norm`),
    })),
    blocks: count('blocks', 'wide.w').map((i) => block(`blocks.${i}`)),
    outputNorm: norm('outputNorm'),
    spans: dense('spans'),
    lengths: rowsOf(tensors, `${net}.lengths`).map((row) => [...row]),
    none: [...vectorOf(tensors, `${net}.none`)],
    amounts: head('amounts'),
    dates: head('dates'),
    heads,
  };
}

function tensorOf(tensors: Tensors, name: string): Tensors[string] {
  const found = tensors[name];
  if (found === undefined) throw new RangeError(`The model has no tensor ${name}.`);
  return found;
}

function vectorOf(tensors: Tensors, name: string): Float32Array {
  return Float32Array.from(numbersOf(tensorOf(tensors, name)));
}

function rowsOf(tensors: Tensors, name: string): Matrix {
  const tensor = tensorOf(tensors, name);
  const [rows = 0, columns = 0] = tensor.shape;
  const numbers = numbersOf(tensor);
  const scales = tensor.type === 'i8' ? numbersOf(tensorOf(tensors, `${name}.scale`)) : undefined;
  return Array.from({ length: rows }, (_, row) =>
    Float32Array.from(
      { length: columns },
      (__, column) => (numbers[row * columns + column] ?? 0) * (scales?.[column] ?? 1),
    ),
  );
}
