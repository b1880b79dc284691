/** One row a line. */
export type Matrix = readonly Float32Array[];

/** `weights` is row-major: one row of `outputs` numbers for each input. */
export interface DenseWeights {
  readonly weights: Float32Array;
  readonly bias: Float32Array;
}

export interface NormWeights {
  readonly scale: Float32Array;
  readonly shift: Float32Array;
}

/** Each row times the weights, plus the bias. */
export function dense(rows: Matrix, { weights, bias }: DenseWeights): Matrix {
  const outputs = bias.length;
  return rows.map((row) => {
    const out = Float64Array.from(bias);
    for (let i = 0; i < row.length; i += 1) {
      const value = row[i] ?? 0;
      if (value === 0) continue;
      const from = i * outputs;
      for (let o = 0; o < outputs; o += 1) out[o] = (out[o] ?? 0) + value * (weights[from + o] ?? 0);
    }
    return Float32Array.from(out);
  });
}

/** Convolution over three neighbouring rows: the weights are those of the row before, of the row, of the row after. */
export function convolved(rows: Matrix, taps: DenseWeights): Matrix {
  const width = rows[0]?.length ?? 0;
  const none = new Float32Array(width);
  return dense(
    rows.map((row, i) => {
      const joined = new Float32Array(3 * width);
      joined.set(rows[i - 1] ?? none, 0);
      joined.set(row, width);
      joined.set(rows[i + 1] ?? none, 2 * width);
      return joined;
    }),
    taps,
  );
}

/** Layer normalisation (Ba, Kiros and Hinton, 2016), with 1e-5 added to the variance. */
export function normalised(rows: Matrix, { scale, shift }: NormWeights): Matrix {
  return rows.map((row) => {
    const mean = row.reduce((sum, value) => sum + value, 0) / row.length;
    const variance = row.reduce((sum, value) => sum + (value - mean) ** 2, 0) / row.length;
    const factor = 1 / Math.sqrt(variance + 1e-5);
    return row.map((value, i) => (value - mean) * factor * (scale[i] ?? 1) + (shift[i] ?? 0));
  });
}

/** Gaussian error linear unit, in the form with tanh (Hendrycks and Gimpel, 2016). */
export function gelu(rows: Matrix): Matrix {
  const factor = Math.sqrt(2 / Math.PI);
  return rows.map((row) => row.map((x) => 0.5 * x * (1 + Math.tanh(factor * (x + 0.044715 * x * x * x)))));
}

export function relu(rows: Matrix): Matrix {
  return rows.map((row) => row.map((value) => Math.max(0, value)));
}

/** The sums of two matrices' rows. */
export function addTo(rows: Matrix, more: Matrix): Matrix {
  return rows.map((row, i) => row.map((value, j) => value + (more[i]?.[j] ?? 0)));
}

/** Scaled dot-product attention of every row to all rows, in `heads` parts of the vectors. */
export function attended(queries: Matrix, keys: Matrix, values: Matrix, heads: number): Matrix {
  const width = queries[0]?.length ?? 0;
  const part = width / heads;
  const factor = 1 / Math.sqrt(part);
  return queries.map((query) => {
    const out = new Float32Array(width);
    for (let head = 0; head < heads; head += 1) {
      const from = head * part;
      const scores = keys.map((key) => {
        let score = 0;
        for (let d = from; d < from + part; d += 1) score += (query[d] ?? 0) * (key[d] ?? 0);
        return score * factor;
      });
      const most = Math.max(...scores);
      const shares = scores.map((score) => Math.exp(score - most));
      const sum = shares.reduce((total, share) => total + share, 0);
      for (const [i, share] of shares.entries()) {
        const value = values[i];
        if (value === undefined) continue;
        for (let d = from; d < from + part; d += 1) out[d] = (out[d] ?? 0) + (share / sum) * (value[d] ?? 0);
      }
    }
    return out;
  });
}
