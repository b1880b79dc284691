import type { Blob, Blobs } from './blobs.ts';
import { letterShape, shapeCells, turnedShape } from './letter-shape.ts';
import { letterWeights } from './letter-weights.ts';
import type { TextBlobs } from './text-blobs.ts';
import type { QuarterTurn } from './text-lines.ts';

/** Letters that decide about a page at least, and at most: more say nothing new. */
const minLetters = 12;
const maxLetters = 160;

/** Size and proportions of a blob that may be one letter: longest side in pixels, and over the shortest side. */
const minSidePx = 6;
const maxProportion = 2.5;

/** By how much the best direction must lead every other one: log-likelihood in all, and per letter. */
const minLead = 8;
const minLeadPerLetter = 0.25;

/** A network of one hidden layer that says how much a shape looks like an upright letter. */
export interface LetterNetwork {
  /** `shapeCells` weights for each hidden unit, one unit after the other. */
  readonly hidden: Float32Array;
  readonly bias: Float32Array;
  readonly output: Float32Array;
}

/** How much a shape looks like an upright letter; differences of it are log-odds. */
export function uprightScore({ hidden, bias, output }: LetterNetwork, shape: Float32Array): number {
  let score = 0;
  for (let unit = 0; unit < output.length; unit += 1) {
    let sum = bias[unit] ?? 0;
    const offset = unit * shapeCells;
    for (let cell = 0; cell < shapeCells; cell += 1) sum += (hidden[offset + cell] ?? 0) * (shape[cell] ?? 0);
    score += (output[unit] ?? 0) * Math.tanh(sum);
  }
  return score;
}

/** The blobs that may be single letters, evenly taken from all of a page, with their labels. */
export function singleLetters(
  text: TextBlobs,
  all: Blobs,
): readonly { readonly blob: Blob; readonly label: number }[] {
  const labels = new Map(all.blobs.map((blob, index) => [blob, index + 1]));
  const single = text.blobs.filter((blob) => {
    const [width, height] = [blob.right - blob.left, blob.bottom - blob.top];
    const side = Math.max(width, height);
    return (
      side >= minSidePx && side >= 0.8 * text.heightPx && side <= maxProportion * Math.min(width, height)
    );
  });
  const every = Math.max(1, single.length / maxLetters);
  const taken = Array.from(
    { length: Math.min(maxLetters, single.length) },
    (_, index) => single[Math.floor(index * every)],
  );
  return taken.flatMap((blob) => (blob === undefined ? [] : [{ blob, label: labels.get(blob) ?? 0 }]));
}

/**
 * The clockwise turn that makes a page upright, from the shapes of its letters; undefined where they do not say. Tells
 * upright from upside down, and needs few letters: a short ticket has enough.
 */
export function turnOfLetters(text: TextBlobs, all: Blobs, widthPx: number): QuarterTurn | undefined {
  const letters = singleLetters(text, all);
  if (letters.length < minLetters) return undefined;
  const network = letterNetwork();
  const sums = [0, 0, 0, 0];
  for (const { blob, label } of letters) {
    let shape = letterShape(blob, label, { labels: all.labels, widthPx });
    const scores: number[] = [];
    for (let turn = 0; turn < 4; turn += 1) {
      scores.push(uprightScore(network, shape));
      shape = turnedShape(shape);
    }
    const most = Math.max(...scores);
    const total = most + Math.log(scores.reduce((sum, score) => sum + Math.exp(score - most), 0));
    scores.forEach((score, turn) => (sums[turn] = (sums[turn] ?? 0) + score - total));
  }
  const [best = 0, next = 0] = sums.toSorted((a, b) => b - a);
  if (best - next < Math.max(minLead, minLeadPerLetter * letters.length)) return undefined;
  return ([0, 90, 180, 270] as const)[sums.indexOf(best)];
}

let decoded: LetterNetwork | undefined;

function letterNetwork(): LetterNetwork {
  decoded ??= decodeNetwork(letterWeights);
  return decoded;
}

/** A network from signed bytes in base64, each layer with the value of its largest byte. */
export function decodeNetwork(weights: typeof letterWeights): LetterNetwork {
  const layer = ({ bytes, scale }: { readonly bytes: string; readonly scale: number }): Float32Array =>
    Float32Array.from(new Int8Array(Buffer.from(bytes, 'base64')), (value) => (value * scale) / 127);
  return { hidden: layer(weights.hidden), bias: layer(weights.bias), output: layer(weights.output) };
}
