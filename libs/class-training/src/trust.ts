import { figureOf, type Figure } from './bootstrap.ts';
import {
  accuracyAt,
  auroc,
  calibrationBins,
  expectedCalibrationError,
  type CalibrationBin,
} from './calibration.ts';
import { isRightIn } from './fit-calibration.ts';
import { f1Of, scoreOf, type PredictedDocument, type Prediction } from './predict.ts';

/** With fewer values than this the lower end of the interval of the calibration error counts: its noise alone is larger than 0.03. */
export const fewValues = 1000;

/** How far what was read of documents of unseen issuers can be trusted. Every issuer counts the same in figures of documents. */
export interface Trust {
  readonly documents: number;
  readonly issuers: number;
  readonly values: number;
  /** F1 of all fields, mean over the issuers. */
  readonly macroF1: Figure;
  /** Over all values of all fields, ten bins of the same number of values. */
  readonly calibrationError: Figure;
  /** The calibration error that counts: with fewer than 1,000 values the lower end of the interval. */
  readonly countedCalibrationError: number;
  readonly auroc: Figure;
  /** Share of right values among the 80 % that are most sure. */
  readonly accuracyAt80: Figure;
  readonly bins: readonly CalibrationBin[];
  /** Documents whose decisive fields are all right. */
  readonly allRight: Figure;
  /** Largest share of the documents, the most sure first, of which 97 and 98 % are right. */
  readonly shareAt97: Figure;
  readonly shareAt98: Figure;
  /** What the class's target approves, with the thresholds of other folds; undefined without a calibration. */
  readonly approved: { readonly share: Figure; readonly right: Figure } | undefined;
  /** Share of wrong documents at each share of approved ones, from the most sure document on. */
  readonly riskCoverage: readonly { readonly coverage: number; readonly risk: number }[];
}

interface JudgedDocument {
  readonly group: string;
  readonly confidence: number;
  readonly right: boolean;
  readonly approved: boolean;
}

/** @param target share of approved documents that must be right */
export function trustOf(
  { documents }: Pick<Prediction, 'documents'>,
  { decisive, target }: { readonly decisive: readonly string[]; readonly target: number },
): Trust {
  const values = documents.flatMap(({ group, judged }) => judged.map((one) => ({ ...one, group })));
  const judged = documents.flatMap((document) => judgedDocument(document, { decisive, target }));
  const calibrationError = figureOf(values, expectedCalibrationError, true);
  const approved = (drawn: readonly JudgedDocument[]): readonly JudgedDocument[] =>
    drawn.filter((one) => one.approved);
  return {
    documents: documents.length,
    issuers: new Set(documents.map(({ group }) => group)).size,
    values: values.length,
    macroF1: figureOf(documents, macroF1),
    calibrationError,
    countedCalibrationError: values.length < fewValues ? calibrationError.low : calibrationError.value,
    auroc: figureOf(values, (drawn) => (drawn.every(({ right }) => right) ? Number.NaN : auroc(drawn))),
    accuracyAt80: figureOf(values, (drawn) => accuracyAt(0.8, drawn)),
    bins: calibrationBins(values),
    allRight: figureOf(judged, (drawn) => weighted(drawn).share(({ right }) => right)),
    shareAt97: figureOf(judged, (drawn) => shareAt(0.97, drawn)),
    shareAt98: figureOf(judged, (drawn) => shareAt(0.98, drawn)),
    approved: documents.some(({ approval }) => approval !== undefined)
      ? {
          share: figureOf(judged, (drawn) => weighted(drawn).share((one) => one.approved)),
          right: figureOf(judged, (drawn) =>
            approved(drawn).length === 0 ? Number.NaN : weightedShareOf(drawn, approved(drawn)),
          ),
        }
      : undefined,
    riskCoverage: riskCoverage(judged),
  };
}

function judgedDocument(
  document: PredictedDocument,
  { decisive, target }: { readonly decisive: readonly string[]; readonly target: number },
): JudgedDocument[] {
  const right = isRightIn(document, decisive);
  if (right === undefined) return [];
  const confidence =
    document.approval?.confidence ??
    decisive.reduce(
      (product, name) =>
        product * (document.doubted.values.find(({ value }) => value.name === name)?.value.confidence ?? 0),
      1,
    );
  return [
    { group: document.group, confidence, right, approved: (document.approval?.assured ?? 0) >= target },
  ];
}

/** F1 of all fields together, mean over the issuers that have a label. */
export function macroF1(documents: readonly PredictedDocument[]): number {
  const groups = [...Map.groupBy(documents, ({ group }) => group).values()]
    .map((members) => scoreOf({ documents: members }).micro)
    .filter(({ labelled }) => labelled > 0);
  return groups.reduce((sum, score) => sum + f1Of(score), 0) / Math.max(1, groups.length);
}

/** Weight of each document so that every issuer counts the same. */
function weighted(documents: readonly JudgedDocument[]): {
  readonly weightOf: (document: JudgedDocument) => number;
  readonly share: (which: (document: JudgedDocument) => boolean) => number;
} {
  const sizes = new Map<string, number>();
  for (const { group } of documents) sizes.set(group, (sizes.get(group) ?? 0) + 1);
  const weightOf = ({ group }: JudgedDocument): number => 1 / (sizes.get(group) ?? 1);
  const share = (which: (document: JudgedDocument) => boolean): number =>
    documents.filter(which).reduce((sum, one) => sum + weightOf(one), 0) / Math.max(1, sizes.size);
  return { weightOf, share };
}

function weightedShareOf(all: readonly JudgedDocument[], some: readonly JudgedDocument[]): number {
  const { weightOf } = weighted(all);
  const total = some.reduce((sum, one) => sum + weightOf(one), 0);
  return some.reduce((sum, one) => sum + (one.right ? weightOf(one) : 0), 0) / total;
}

function riskCoverage(documents: readonly JudgedDocument[]): Trust['riskCoverage'] {
  const { weightOf } = weighted(documents);
  const total = documents.reduce((sum, one) => sum + weightOf(one), 0);
  let taken = 0;
  let wrong = 0;
  return [...documents]
    .sort((a, b) => b.confidence - a.confidence)
    .map((one) => {
      taken += weightOf(one);
      if (!one.right) wrong += weightOf(one);
      return { coverage: taken / total, risk: wrong / taken };
    });
}

function shareAt(target: number, documents: readonly JudgedDocument[]): number {
  return Math.max(
    0,
    ...riskCoverage(documents).flatMap(({ coverage, risk }) => (risk <= 1 - target + 1e-9 ? [coverage] : [])),
  );
}

/** The figures as a table for a terminal, each with its interval over issuers. */
export function trustTable(trust: Trust, decisive: readonly string[]): string {
  const line = (name: string, { value, low, high }: Figure, more = ''): string =>
    Number.isNaN(value)
      ? `${name.padEnd(40)}-`
      : `${name.padEnd(40)}${value.toFixed(3)}  (${low.toFixed(3)} to ${high.toFixed(3)})${more}`;
  return [
    `${trust.documents} documents of ${trust.issuers} issuers, ${trust.values} values; intervals of 95 % by issuer`,
    line('F1, mean of issuers', trust.macroF1),
    line(
      'calibration error (ECE)',
      trust.calibrationError,
      trust.values < fewValues
        ? `  fewer than ${fewValues} values: ${trust.countedCalibrationError.toFixed(3)} counts`
        : '',
    ),
    line('AUROC of values', trust.auroc),
    line('right at 80 % coverage', trust.accuracyAt80),
    `documents, right in ${decisive.join(', ')}:`,
    line('  all of them', trust.allRight),
    line('  share that is 97 % right', trust.shareAt97),
    line('  share that is 98 % right', trust.shareAt98),
    ...(trust.approved === undefined
      ? ['  no calibration: documents are approved by the threshold of each required field']
      : [
          line('  approved', trust.approved.share),
          line('  approved ones that are right', trust.approved.right),
        ]),
  ].join('\n');
}
