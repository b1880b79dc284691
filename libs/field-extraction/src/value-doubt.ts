import type { FieldDefinition } from '@docfleet/contracts';
import type { PageReading, Word } from '@docfleet/domain';
import type { Candidate } from './candidate.ts';
import { keyOf, type Decision } from './decide.ts';

/** Facts about a decided value that speak for or against it, by name: the input of its calibrated confidence. */
export type DoubtFeatures = Readonly<Record<string, number>>;

/** Facts about the reading of a document, the same for all of its values. */
export interface ReadingFacts {
  /** 0 to 1: 1 minus the mean confidence of the words of the document. */
  readonly doubt: number;
  /** Share of the words that the engine was less than 0.7 sure of. */
  readonly poor: number;
  /** Whether any page was read from pixels. */
  readonly scanned: boolean;
}

const poorBelow = 0.7;

export function readingFacts(pages: readonly PageReading[]): ReadingFacts {
  const words = pages.flatMap(({ lines }) => lines.flatMap((line) => line.words));
  const most = Math.max(1, words.length);
  return {
    doubt: words.reduce((sum, { confidence }) => sum + 1 - confidence, 0) / most,
    poor: words.filter(({ confidence }) => confidence < poorBelow).length / most,
    scanned: pages.some(({ engine }) => engine !== 'text-layer'),
  };
}

/** The input for the doubt about one decided field. */
export interface DecidedField {
  readonly field: Pick<FieldDefinition, 'type'>;
  readonly candidates: readonly Candidate[];
  readonly decision: Decision;
}

/** Features of candidates that say that a label of the field was found at the value. */
const labelEvidence = [
  'label',
  'label:row',
  'label:above',
  'label:header',
  'label:over',
  'label:of',
] as const;

/**
 * Doubt features of a decided value. `odds:for` and `odds:against` are those of `oddsOf`. Words that were read with little
 * certainty speak against a name or an address, which is right only as a whole, more than against an amount or a date:
 * so they count apart for texts. Where learned models have scored the candidates, `agree` is 1 if the learned score and all
 * other features choose the same value.
 */
export function valueDoubt(
  { field, candidates, decision }: DecidedField,
  reading: ReadingFacts,
): DoubtFeatures {
  const { candidate, confidence, agreement } = decision;
  const same = candidates.filter(({ normalised }) => keyOf(normalised) === keyOf(candidate.normalised));
  const strongest = (names: readonly string[], most: number): number =>
    Math.min(most, Math.max(0, ...same.flatMap(({ features }) => names.map((name) => features[name] ?? 0))));
  const kind = field.type === 'text' ? 'text' : 'value';
  return {
    ...oddsOf(confidence),
    margin: Math.log(bounded(confidence) / bounded(decision.second)),
    none: decision.none,
    rivals: Math.log2(1 + decision.rivals),
    repeat: Math.min(3, Math.log2(Math.max(1, same.length))),
    label: strongest(labelEvidence, 2),
    sum: strongest(['money:sum'], 1),
    support: strongest(['money:support'], 2),
    odd: oddness(candidate.words),
    [`${kind}:words`]: doubtOfWords(candidate.words),
    [`${kind}:worst`]: 1 - Math.min(1, ...candidate.words.map((word) => word.confidence)),
    [`${kind}:read`]: surpriseOfWords(candidate.words),
    ...readingDoubt(reading),
    ...(agreement !== undefined && {
      agree: agreement ? 1 : 0,
      learned: Math.max(0, ...same.map(({ features }) => features['learned'] ?? 0)),
    }),
  };
}

/** Doubt features of a number of rows, whose confidence is the share of the rows that were extracted. */
export function countDoubt(confidence: number, reading: ReadingFacts): DoubtFeatures {
  return { ...oddsOf(confidence), ...readingDoubt(reading) };
}

/**
 * ln p and -ln(1-p), the two terms of Beta calibration (Kull, Silva Filho and Flach, 2017), of a probability kept within
 * 0.0001 and 0.9999.
 */
export function oddsOf(probability: number): DoubtFeatures {
  return { 'odds:for': Math.log(bounded(probability)), 'odds:against': -Math.log(1 - bounded(probability)) };
}

/** What speaks against all values of a reading. */
export function readingDoubt({ doubt, poor, scanned }: ReadingFacts): DoubtFeatures {
  return { page: doubt, poor, scan: scanned ? 1 : 0 };
}

function bounded(probability: number): number {
  return Math.min(1 - 1e-4, Math.max(1e-4, probability));
}

function doubtOfWords(words: readonly Word[]): number {
  return words.reduce((sum, { confidence }) => sum + 1 - confidence, 0) / Math.max(1, words.length);
}

/** Natural logarithm of how unlikely it is that all words are read right, if each is right as often as its confidence says. */
function surpriseOfWords(words: readonly Word[]): number {
  return words.reduce((sum, { confidence }) => sum - Math.log(Math.max(0.05, confidence)), 0);
}

/** Share of the words with letters among digits, or with a character that names, dates and amounts do not have. */
function oddness(words: readonly Word[]): number {
  const odd = words.filter(
    ({ text }) => /\p{L}\d\p{L}|\d\p{Ll}\d/u.test(text) || /[^\p{L}\p{N}\s.,:;'’"&()/+@#%$€£*-]/u.test(text),
  );
  return odd.length / Math.max(1, words.length);
}
