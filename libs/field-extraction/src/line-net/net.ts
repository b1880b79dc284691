import {
  addTo,
  attended,
  convolved,
  dense,
  gelu,
  normalised,
  relu,
  type DenseWeights,
  type Matrix,
  type NormWeights,
} from './layers.ts';
import { spanFields } from './span-text.ts';

export interface BlockWeights {
  readonly attentionNorm: NormWeights;
  readonly queries: DenseWeights;
  readonly keys: DenseWeights;
  readonly values: DenseWeights;
  readonly joined: DenseWeights;
  readonly innerNorm: NormWeights;
  readonly wide: DenseWeights;
  readonly narrow: DenseWeights;
}

/** A scorer of values in lines: the vector of the line and the features of the value, one hidden layer. */
export interface HeadWeights {
  readonly hidden: DenseWeights;
  readonly out: DenseWeights;
}

/** Weights of one net. */
export interface NetWeights {
  readonly input: DenseWeights;
  readonly inputNorm: NormWeights;
  /** One row for each of the first lines; the last row counts for all after it. */
  readonly positions: Matrix;
  readonly convolutions: readonly { readonly taps: DenseWeights; readonly norm: NormWeights }[];
  readonly blocks: readonly BlockWeights[];
  readonly outputNorm: NormWeights;
  /** Start, end and inside of each span field. */
  readonly spans: DenseWeights;
  /** By span field, one for each length from 1; then the score of "none". */
  readonly lengths: readonly (readonly number[])[];
  readonly none: readonly number[];
  readonly amounts: HeadWeights;
  readonly dates: HeadWeights;
  readonly heads: number;
}

/** Values in lines: the line of each, and its features. */
export interface NetValues {
  readonly lines: readonly number[];
  readonly features: readonly Float32Array[];
}

export interface NetInput {
  readonly lines: readonly Float32Array[];
  readonly amounts: NetValues;
  readonly dates: NetValues;
}

/** Probabilities; what is missing to 1 is the probability of "none". */
export interface NetOutput {
  /** By span field, then by length - 1, then by first line. */
  readonly spans: readonly (readonly Float64Array[])[];
  readonly amounts: Float64Array;
  readonly dates: Float64Array;
}

/**
 * Line vectors by two convolutions over neighbouring lines and pre-norm transformer blocks (Vaswani et al., 2017; Xiong et
 * al., 2020). A span's score is the start of its first line, the end of its last, the sum of inside over its lines, and a
 * term for its length; the softmax is over all spans and "none".
 */
export function runNet(net: NetWeights, input: NetInput): NetOutput {
  const vectors = lineVectors(net, input.lines);
  const scores = dense(vectors, net.spans);
  return {
    spans: spanFields.map(({ longest }, field) => spanChances(net, scores, field, longest)),
    amounts: valueChances(net.amounts, vectors, input.amounts, net.none[spanFields.length] ?? 0),
    dates: valueChances(net.dates, vectors, input.dates, net.none[spanFields.length + 1] ?? 0),
  };
}

function lineVectors(net: NetWeights, lines: readonly Float32Array[]): Matrix {
  let x = gelu(normalised(dense(lines, net.input), net.inputNorm));
  const last = net.positions.length - 1;
  x = addTo(
    x,
    x.map((_, i) => net.positions[Math.min(i, last)] ?? new Float32Array()),
  );
  for (const { taps, norm } of net.convolutions) x = addTo(x, gelu(normalised(convolved(x, taps), norm)));
  for (const block of net.blocks) {
    const inner = normalised(x, block.attentionNorm);
    const seen = attended(
      dense(inner, block.queries),
      dense(inner, block.keys),
      dense(inner, block.values),
      net.heads,
    );
    x = addTo(x, dense(seen, block.joined));
    x = addTo(x, dense(relu(dense(normalised(x, block.innerNorm), block.wide)), block.narrow));
  }
  return normalised(x, net.outputNorm);
}

function spanChances(net: NetWeights, scores: Matrix, field: number, longest: number): Float64Array[] {
  const count = scores.length;
  const inside = new Float64Array(count + 1);
  for (let i = 0; i < count; i += 1) inside[i + 1] = (inside[i] ?? 0) + (scores[i]?.[3 * field + 2] ?? 0);
  const rows = Array.from({ length: longest }, (_, extra) =>
    Float64Array.from({ length: count }, (__, first) => {
      const last = first + extra;
      if (last >= count) return -Infinity;
      return (
        (scores[first]?.[3 * field] ?? 0) +
        (scores[last]?.[3 * field + 1] ?? 0) +
        (inside[last + 1] ?? 0) -
        (inside[first] ?? 0) +
        (net.lengths[field]?.[extra] ?? 0)
      );
    }),
  );
  return chances(rows, net.none[field] ?? 0);
}

function valueChances(
  head: HeadWeights,
  vectors: Matrix,
  { lines, features }: NetValues,
  none: number,
): Float64Array {
  const joined = lines.map((line, i) =>
    Float32Array.from([...(vectors[line] ?? []), ...(features[i] ?? [])]),
  );
  const scores = dense(relu(dense(joined, head.hidden)), head.out);
  const row = Float64Array.from(scores, (score) => score[0] ?? 0);
  return chances([row], none)[0] ?? row;
}

/** Softmax over all scores and `none`. */
function chances(rows: readonly Float64Array[], none: number): Float64Array[] {
  let most = none;
  for (const row of rows) for (const score of row) most = Math.max(most, score);
  let sum = Math.exp(none - most);
  for (const row of rows) for (const score of row) sum += Math.exp(score - most);
  return rows.map((row) => row.map((score) => Math.exp(score - most) / sum));
}
