import type { ClassCalibration } from '@docfleet/contracts';
import { calibrated, documentDoubt, noveltyOf, probabilityOf, type DoubtFeatures } from '@docfleet/field-extraction';
import { foldsOf } from './fit-class.ts';
import { fitLogistic, type Observation } from './logistic.ts';
import type { PredictedDocument } from './predict.ts';

/** Which way a fact points is known beforehand; only how much it says is learned. */
const signs = {
  'odds:for': 1, 'odds:against': 1, margin: 1, repeat: 1, label: 1, sum: 1, support: 1,
  'agree:alone': 1, 'agree:without': 1, 'learned:odds': 1,
  'text:words': -1,'text:worst':-1,'text:read':-1,'value:words': -1,'value:worst':-1,'value:read':-1, score: 1, 'text:for':1,'text:against':1,'value:for':1,'value:against':1,
  none: -1, rivals: -1, words: -1, worst: -1, odd: -1, page: -1, poor: -1, novelty: -1,
} as const;

/** Without evidence confidences stay as they are: Beta calibration with these weights is the identity. */
const identity = { 'odds:for': 1, 'odds:against': 1 } as const;

/** Words that fewer other issuers have are those of an issuer and not of a layout. */
const fewestIssuers = 2;
const innerFolds = 5;

type Seen = Pick<PredictedDocument, 'group' | 'judged' | 'doubted'>;

export interface CalibrationOptions {
  readonly decisive: readonly string[];
  readonly l2?: number;
  readonly l2doc?: number;
  readonly only?: readonly string[];
}

export function fitCalibration(documents: readonly Seen[], options: CalibrationOptions): ClassCalibration {
  const { decisive } = options;
  const novelty = noveltyOfOthers(documents);
  const values = fitValues(documents, novelty, options);
  const foldOf = foldsOf(documents, innerFolds);
  const inner = Array.from({ length: innerFolds }, (_, fold) =>
    fitValues(documents.filter(({ group }) => foldOf.get(group) !== fold), novelty, options),
  );
  const questions = documents.flatMap((document) => {
    const model = inner[foldOf.get(document.group) ?? 0];
    const question = model === undefined ? undefined : questionOf(document, { decisive, model, novelty: novelty(document) });
    return question === undefined ? [] : [{ ...question, document }];
  });
  const weightOf = weightsByGroup(documents);
  const asked = questions.map(({ features, right, document }) => ({ features: { ...features, offset: 1 }, right, weight: weightOf(document) }));
  const docFit = (rows: readonly Observation[]): ClassCalibration['document'] => {
    const { offset = 0, ...weights } = fitLogistic(rows, { prior: identity, l2: options.l2doc ?? 0.02, signs });
    return { offset, weights };
  };
  const document = docFit(asked);
  const scored = Array.from({ length: innerFolds }, (_, fold) => {
    const rest = docFit(asked.filter((_, i) => foldOf.get(questions[i]?.document.group ?? '') !== fold));
    return questions
      .filter((one) => foldOf.get(one.document.group) === fold)
      .map((one) => ({ confidence: probabilityOf(rest, one.features), right: one.right, weight: weightOf(one.document) }));
  }).flat();
  return { values, document, decisive, assured: assuredOf(scored), layout: knownWords(documents) };
}

export function assuredOf(scored: readonly { confidence: number; right: boolean; weight: number }[]): ClassCalibration['assured'] {
  const sorted = [...scored].sort((a, b) => b.confidence - a.confidence);
  void sorted;
  return [];
}

function questionOf(document: Seen, { decisive, model, novelty }: { decisive: readonly string[]; model: ClassCalibration['values']; novelty: number }): { features: DoubtFeatures; right: boolean } | undefined {
  const confidences: number[] = [];
  let right = true;
  for (const name of decisive) {
    const value = document.doubted.values.find((one) => one.value.name === name);
    if (value === undefined) return undefined;
    const judged = document.judged.find(({ field }) => field === name);
    if (judged !== undefined && !judged.right) right = false;
    confidences.push(probabilityOf({ offset: model.offsets[name] ?? 0, weights: model.weights }, { ...value.doubt, novelty }));
  }
  return { features: documentDoubt(confidences, { reading: document.doubted.reading, novelty }), right };
}

function fitValues(documents: readonly Seen[], novelty: (document: Seen) => number, options: CalibrationOptions): ClassCalibration['values'] {
  const weightOf = weightsByGroup(documents);
  const rows = documents.flatMap((document): Observation[] =>
    document.judged.flatMap(({ field, right }) => {
      const value = document.doubted.values.find((one) => one.value.name === field);
      if (value === undefined) return [];
      const doubt: Record<string, number> = { ...value.doubt, novelty: novelty(document) };
      const kept = options.only === undefined ? doubt : Object.fromEntries(Object.entries(doubt).filter(([n]) => options.only?.includes(n)));
      return [{ features: { ...kept, offset: 1, [`field:${field}`]: 1 }, right, weight: weightOf(document) }];
    }),
  );
  const fitted = fitLogistic(rows, { prior: identity, l2: options.l2 ?? 0.01, signs });
  const offset = fitted['offset'] ?? 0;
  const offsets: Record<string, number> = {};
  const weights: Record<string, number> = {};
  for (const [name, weight] of Object.entries(fitted)) {
    if (name.startsWith('field:')) offsets[name.slice('field:'.length)] = weight + offset;
    else if (name !== 'offset') weights[name] = weight;
  }
  return { offsets, weights };
}

function weightsByGroup(documents: readonly Pick<Seen, 'group'>[]): (document: Pick<Seen, 'group'>) => number {
  const sizes = new Map<string, number>();
  for (const { group } of documents) sizes.set(group, (sizes.get(group) ?? 0) + 1);
  return ({ group }) => 1 / Math.sqrt(sizes.get(group) ?? 1);
}

function issuersOfWords(documents: readonly Seen[]): ReadonlyMap<number, ReadonlySet<string>> {
  const byWord = new Map<number, Set<string>>();
  for (const { group, doubted } of documents)
    for (const word of doubted.layout) byWord.set(word, (byWord.get(word) ?? new Set()).add(group));
  return byWord;
}

function knownWords(documents: readonly Seen[]): readonly number[] {
  return [...issuersOfWords(documents)].filter(([, groups]) => groups.size >= fewestIssuers).map(([word]) => word).sort((a, b) => a - b);
}

function noveltyOfOthers(documents: readonly Seen[]): (document: Seen) => number {
  const byWord = issuersOfWords(documents);
  return ({ group, doubted }) =>
    noveltyOf(doubted.layout, new Set(doubted.layout.filter((word) => {
      const groups = byWord.get(word);
      return groups !== undefined && groups.size - Number(groups.has(group)) >= fewestIssuers;
    })));
}
void calibrated;
