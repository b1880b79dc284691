import type { Word } from '@docfleet/domain';
import type { Line } from './lines.ts';
import { patternNames, type Mask } from './patterns.ts';

/** A value that the trees score: where it stands, and its features. */
export interface ScoredCandidate {
  readonly value: string;
  readonly normalised: string;
  readonly line: Line;
  /** Start and end in the text of the line's segment. */
  readonly start: number;
  readonly end: number;
  readonly words: readonly Word[];
  readonly features: Float32Array;
}

/** Features of one kind of candidate: numbers first, then one of every pattern for each text that is looked up. */
export function featureNames(numbers: readonly string[], texts: readonly string[]): readonly string[] {
  return [...numbers, ...texts.flatMap((text) => patternNames.map((name) => `${text}:${name}`))];
}

/** Features in the order of `featureNames`. */
export function featureRow(numbers: readonly (number | boolean)[], masks: readonly Mask[]): Float32Array {
  const row = new Float32Array(numbers.length + masks.length * patternNames.length);
  for (const [index, number] of numbers.entries()) row[index] = Number(number);
  for (const [index, mask] of masks.entries()) row.set(mask, numbers.length + index * patternNames.length);
  return row;
}
