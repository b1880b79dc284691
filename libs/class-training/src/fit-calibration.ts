import type { ClassCalibration } from '@docfleet/contracts';
import {
  calibratedConfidence,
  documentDoubt,
  layoutNovelty,
  probabilityOf,
  type DoubtFeatures,
} from '@docfleet/field-extraction';
import { assuredShares, type JudgedApproval } from './assured-shares.ts';
import { foldsOf } from './fit-class.ts';
import { fitLogistic, type Observation } from './logistic.ts';
import type { PredictedDocument } from './predict.ts';

/** Which way each fact points is known beforehand; how far it does is learned. */
const signs = {
  'odds:for': 1,
  'odds:against': 1,
  margin: 1,
  repeat: 1,
  label: 1,
  sum: 1,
  support: 1,
  agree: 1,
  learned: 1,
  guessed: -1,
  none: -1,
  rivals: -1,
  odd: -1,
  'text:words': -1,
  'text:worst': -1,
  'text:read': -1,
  'value:words': -1,
  'value:worst': -1,
  'value:read': -1,
  page: -1,
  poor: -1,
  novelty: -1,
} as const;

/**
 * With the first two alone Beta calibration is the identity: without evidence confidences stay as they are. A guess is rare,
 * so few documents tell what it is worth: it lowers a confidence of 0.95 to one half.
 */
const identity = { 'odds:for': 1, 'odds:against': 1, guessed: -3 } as const;

/** Strength of the pull to these. Chosen on the labelled sets together, for none of them by itself. */
const l2 = { values: 0.01, document: 0.02 } as const;

/** Words that fewer other issuers have are those of an issuer and not of a layout. */
const fewestIssuers = 2;

const folds = 5;

export interface CalibrationOptions {
  /** Fields that must be right for a document to be approved. */
  readonly decisive: readonly string[];
  /** Share of the documents whose labels of these fields are wrong themselves; default 0. */
  readonly labelErrors?: number;
}

/** A document read with weights that have not seen its issuer, and which of its values are right. */
export type ReadUnseen = Pick<PredictedDocument, 'group' | 'judged' | 'missed' | 'doubted'>;

/**
 * Fits confidences of values and of whole documents on documents that were read by weights of other issuers. What follows
 * from the values' confidences (those of documents, and how far they can be relied on) is fitted on confidences that are
 * themselves of folds without the issuer.
 */
export function fitCalibration(
  documents: readonly ReadUnseen[],
  { decisive, labelErrors }: CalibrationOptions,
): ClassCalibration {
  const issuers = issuersOfWords(documents);
  const novelty = ({ group, doubted }: ReadUnseen): number =>
    layoutNovelty(doubted.layout, (word) => countOthers(issuers.get(word), group) >= fewestIssuers);
  const weightOf = weightsByGroup(documents);
  const foldOf = foldsOf(documents, folds);
  const outside = (fold: number, { group }: ReadUnseen): boolean => foldOf.get(group) !== fold;
  const everyFold = Array.from({ length: folds }, (_, fold) => fold);

  const valuesFrom = (some: readonly ReadUnseen[]): ClassCalibration['values'] =>
    splitOffsets(
      some.flatMap((document) => valueObservations(document, novelty(document), weightOf(document))),
    );
  const questions = everyFold.flatMap((fold) => {
    const values = valuesFrom(documents.filter((document) => outside(fold, document)));
    return documents
      .filter((document) => !outside(fold, document))
      .flatMap((document) => {
        const asked = askedOf(document, { decisive, values, novelty: novelty(document) });
        return asked === undefined ? [] : [{ ...asked, fold, weight: weightOf(document) }];
      });
  });
  const documentFrom = (some: readonly Observation[]): ClassCalibration['document'] => {
    const { offset = 0, ...weights } = fitLogistic(some, { prior: identity, l2: l2.document, signs });
    return { offset, weights };
  };
  const approvals = everyFold.flatMap((fold): JudgedApproval[] => {
    const model = documentFrom(questions.filter((one) => one.fold !== fold));
    return questions
      .filter((one) => one.fold === fold)
      .map(({ features, right }) => ({ confidence: probabilityOf(model, features), right }));
  });
  return {
    values: valuesFrom(documents),
    document: documentFrom(questions),
    decisive,
    assured: assuredShares(approvals, labelErrors),
    layout: [...issuers]
      .filter(([, groups]) => groups.size >= fewestIssuers)
      .map(([word]) => word)
      .sort()
      .join(' '),
  };
}

/** Whether all decisive fields of a document are right; undefined where nobody can say, because a label of them is missing. */
export function isRightIn(
  { judged, missed }: Pick<PredictedDocument, 'judged' | 'missed'>,
  decisive: readonly string[],
): boolean | undefined {
  let right: boolean | undefined = true;
  for (const name of decisive) {
    const value = judged.find(({ field }) => field === name);
    if (missed.includes(name) || value?.right === false) return false;
    if (value === undefined) right = undefined;
  }
  return right;
}

function valueObservations(document: ReadUnseen, novelty: number, weight: number): Observation[] {
  return document.judged.flatMap(({ field, right }) => {
    const found = document.doubted.values.find(({ value }) => value.name === field);
    if (found === undefined) return [];
    return [{ features: { ...found.doubt, novelty, offset: 1, [ofField(field)]: 1 }, right, weight }];
  });
}

const fieldPrefix = 'field:';
const ofField = (field: string): string => `${fieldPrefix}${field}`;

/** One set of weights for all fields, and for each field an offset of its own. */
function splitOffsets(observations: readonly Observation[]): ClassCalibration['values'] {
  const { offset = 0, ...fitted } = fitLogistic(observations, { prior: identity, l2: l2.values, signs });
  const entries = Object.entries(fitted);
  return {
    offsets: Object.fromEntries(
      entries.flatMap(([name, own]) =>
        name.startsWith(fieldPrefix) ? [[name.slice(fieldPrefix.length), own + offset]] : [],
      ),
    ),
    weights: Object.fromEntries(entries.filter(([name]) => !name.startsWith(fieldPrefix))),
  };
}

/** What the document's confidence is asked: undefined where a decisive field was not found or nobody knows the answer. */
function askedOf(
  document: ReadUnseen,
  {
    decisive,
    values,
    novelty,
  }: {
    readonly decisive: readonly string[];
    readonly values: ClassCalibration['values'];
    readonly novelty: number;
  },
): { readonly features: DoubtFeatures; readonly right: boolean } | undefined {
  const right = isRightIn(document, decisive);
  const found = decisive.map((name) => document.doubted.values.find(({ value }) => value.name === name));
  if (right === undefined || found.includes(undefined)) return undefined;
  const confidences = found.flatMap((one) =>
    one === undefined ? [] : [calibratedConfidence(values, one, novelty)],
  );
  return {
    features: { ...documentDoubt(confidences, { reading: document.doubted.reading, novelty }), offset: 1 },
    right,
  };
}

/** Large groups count less than their size, as in the fit of the weights. */
function weightsByGroup(documents: readonly ReadUnseen[]): (document: ReadUnseen) => number {
  const sizes = new Map<string, number>();
  for (const { group } of documents) sizes.set(group, (sizes.get(group) ?? 0) + 1);
  return ({ group }) => 1 / Math.sqrt(sizes.get(group) ?? 1);
}

function issuersOfWords(documents: readonly ReadUnseen[]): ReadonlyMap<string, ReadonlySet<string>> {
  const byWord = new Map<string, Set<string>>();
  for (const { group, doubted } of documents) {
    for (const word of doubted.layout) byWord.set(word, (byWord.get(word) ?? new Set()).add(group));
  }
  return byWord;
}

function countOthers(groups: ReadonlySet<string> | undefined, own: string): number {
  return groups === undefined ? 0 : groups.size - Number(groups.has(own));
}
