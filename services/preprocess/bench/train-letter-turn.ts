import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { defaultLimits } from '@docfleet/domain';
import sharp from 'sharp';
import { startPdfium } from '../src/adapters/pdfium.ts';
import { findBlobs } from '../src/core/blobs.ts';
import { shrinkGrey, type GreyImage } from '../src/core/grey.ts';
import { findInk } from '../src/core/ink.ts';
import { letterShape, shapeCells, turnedShape } from '../src/core/letter-shape.ts';
import { singleLetters, uprightScore, type LetterNetwork } from '../src/core/letter-turn.ts';
import { textBlobs } from '../src/core/text-blobs.ts';

/**
 * Trains the network that tells upright letters from turned ones (`src/core/letter-weights.ts`) and prints how many of the
 * pages kept out it gets right. `--images`: folders of upright page images; `--pdfs`: folders of PDFs with upright pages, of which
 * the first is taken. Every fourth page is kept out for the figures; the weights are then fitted to all.
 */
const usage = 'usage: train-letter-turn.ts --images <folder>... --pdfs <folder>... --out <file>';

const surveySidePx = 1_400;
const hiddenUnits = 16;
const epochs = 8;

/** A letter in the four directions, the first one upright. */
type Letter = readonly [Float32Array, Float32Array, Float32Array, Float32Array];

/** Numbers from 0 to 1, the same in every run (linear congruential generator, Numerical Recipes, 3rd edition, 7.1). */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      images: { type: 'string', multiple: true, default: [] },
      pdfs: { type: 'string', multiple: true, default: [] },
      out: { type: 'string' },
    },
  });
  if (values.out === undefined || values.images.length + values.pdfs.length === 0) throw new Error(usage);
  const pages = [...(await imagePages(values.images)), ...(await pdfPages(values.pdfs))].map(lettersOf);
  report(pages);
  writeFileSync(values.out, moduleOf(train(pages.flat(), seeded(2))));
}

async function imagePages(folders: readonly string[]): Promise<GreyImage[]> {
  const pages: GreyImage[] = [];
  for (const file of filesIn(folders, /\.(?:jpe?g|png)$/i)) {
    const { data, info } = await sharp(file)
      .autoOrient()
      .flatten({ background: '#ffffff' })
      .resize({ width: surveySidePx, height: surveySidePx, fit: 'inside', withoutEnlargement: true })
      .toColourspace('b-w')
      .raw()
      .toBuffer({ resolveWithObject: true });
    pages.push({ widthPx: info.width, heightPx: info.height, pixels: data });
  }
  return pages;
}

async function pdfPages(folders: readonly string[]): Promise<GreyImage[]> {
  const engine = await startPdfium();
  return filesIn(folders, /\.pdf$/i).flatMap((file) => {
    const document = engine.open(readFileSync(file));
    try {
      const drawn = document.drawPage(1, defaultLimits.maxPagePixels);
      return drawn === undefined ? [] : [shrinkGrey(drawn.grey, surveySidePx)];
    } finally {
      document.close();
    }
  });
}

function filesIn(folders: readonly string[], name: RegExp): readonly string[] {
  return folders.flatMap((folder) =>
    readdirSync(folder)
      .filter((file) => name.test(file))
      .toSorted()
      .map((file) => join(folder, file)),
  );
}

function lettersOf(page: GreyImage): readonly Letter[] {
  const found = findBlobs(findInk(page));
  const text = textBlobs(found.blobs, Math.max(page.widthPx, page.heightPx));
  return singleLetters(text, found).map(({ blob, label }): Letter => {
    const upright = letterShape(blob, label, { labels: found.labels, widthPx: page.widthPx });
    const right = turnedShape(upright);
    const half = turnedShape(right);
    return [upright, right, half, turnedShape(half)];
  });
}

/** Stochastic gradient descent on the log-likelihood that the upright one of four directions is the upright one. */
function train(letters: readonly Letter[], random: () => number): LetterNetwork {
  const network = {
    hidden: Float32Array.from({ length: shapeCells * hiddenUnits }, () => (random() - 0.5) * 0.2),
    bias: new Float32Array(hiddenUnits),
    output: Float32Array.from({ length: hiddenUnits }, () => (random() - 0.5) * 0.5),
  };
  const steps = epochs * letters.length;
  for (let step = 0; step < steps; step += 1) {
    const letter = letters[Math.floor(random() * letters.length)];
    if (letter !== undefined) descend(network, letter, 0.05 * (1 - step / steps) + 0.002);
  }
  return network;
}

function descend({ hidden, bias, output }: LetterNetwork, letter: Letter, rate: number): void {
  const active = letter.map((shape) => activations({ hidden, bias, output }, shape));
  const scores = active.map((units) =>
    units.reduce((sum, value, unit) => sum + value * (output[unit] ?? 0), 0),
  );
  const most = Math.max(...scores);
  const odds = scores.map((score) => Math.exp(score - most));
  const total = odds.reduce((sum, value) => sum + value, 0);
  letter.forEach((shape, turn) => {
    const error = (odds[turn] ?? 0) / total - (turn === 0 ? 1 : 0);
    for (let unit = 0; unit < hiddenUnits; unit += 1) {
      const value = active[turn]?.[unit] ?? 0;
      const inner = error * (output[unit] ?? 0) * (1 - value * value);
      output[unit] = (output[unit] ?? 0) - rate * error * value;
      bias[unit] = (bias[unit] ?? 0) - rate * inner;
      for (let cell = 0, at = unit * shapeCells; cell < shapeCells; cell += 1, at += 1) {
        hidden[at] = (hidden[at] ?? 0) - rate * inner * (shape[cell] ?? 0);
      }
    }
  });
}

function activations({ hidden, bias }: LetterNetwork, shape: Float32Array): Float32Array {
  return Float32Array.from(bias, (start, unit) => {
    let sum = start;
    for (let cell = 0, at = unit * shapeCells; cell < shapeCells; cell += 1, at += 1) {
      sum += (hidden[at] ?? 0) * (shape[cell] ?? 0);
    }
    return Math.tanh(sum);
  });
}

function report(pages: readonly (readonly Letter[])[]): void {
  const network = train(pages.filter((_, index) => index % 4 !== 0).flat(), seeded(1));
  const kept = pages.filter((_, index) => index % 4 === 0);
  const chances = kept.map((letters) => letters.map((letter) => logChances(network, letter)));
  const single = chances.flat();
  const right = single.filter((values) => values.indexOf(Math.max(...values)) === 0).length;
  print(
    `${String(pages.length)} pages, ${String(kept.length)} kept out; of their letters ${share(right, single.length)} right`,
  );
  for (const count of [12, 20, 40, 160]) {
    const groups = chances.flatMap((letters) => chunksOf(letters, count));
    const sums = groups.map((group) =>
      [0, 1, 2, 3].map((turn) => group.reduce((sum, values) => sum + (values[turn] ?? 0), 0)),
    );
    const upright = sums.filter((values) => values.indexOf(Math.max(...values)) === 0).length;
    print(
      `from ${String(count)} letters: ${share(upright, groups.length)} of ${String(groups.length)} right`,
    );
  }
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

function chunksOf<T>(values: readonly T[], size: number): readonly (readonly T[])[] {
  const full = Array.from({ length: Math.floor(values.length / size) }, (_, index) =>
    values.slice(index * size, (index + 1) * size),
  );
  return full.length === 0 ? [values] : full;
}

function logChances(network: LetterNetwork, letter: Letter): readonly number[] {
  const scores = letter.map((shape) => uprightScore(network, shape));
  const most = Math.max(...scores);
  const total = most + Math.log(scores.reduce((sum, score) => sum + Math.exp(score - most), 0));
  return scores.map((score) => score - total);
}

const share = (part: number, whole: number): string => `${((100 * part) / Math.max(1, whole)).toFixed(1)} %`;

function moduleOf({ hidden, bias, output }: LetterNetwork): string {
  const layer = (values: Float32Array): string => {
    const scale = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    const bytes = Int8Array.from(values, (value) => Math.round((value / scale) * 127));
    const text = Buffer.from(bytes.buffer).toString('base64');
    return `{ scale: ${scale.toPrecision(6)}, bytes: '${text}' }`;
  };
  return [
    '// Written by npm run train:letters -w @docfleet/preprocess. Do not edit.',
    '',
    '/** Weights of the network that tells upright letters from turned ones, in signed bytes. */',
    'export const letterWeights = {',
    `  hidden: ${layer(hidden)},`,
    `  bias: ${layer(bias)},`,
    `  output: ${layer(output)},`,
    '} as const;',
    '',
  ].join('\n');
}

await main();
