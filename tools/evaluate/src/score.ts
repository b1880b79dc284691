import type { EvaluationMapping } from '@docfleet/contracts';
import { comparable } from '@docfleet/domain';

export type Values = Readonly<Record<string, string | null | undefined>>;

/** A labelled document: its id and the labels of the mapping's fields. */
export interface Labelled {
  readonly id: string;
  readonly values: Values;
}

export interface Rates {
  readonly p: number;
  readonly r: number;
  readonly f1: number;
  readonly tp: number;
  readonly fp: number;
  readonly fn: number;
}

export const modes = ['strict', 'normalised'] as const;
export type Mode = (typeof modes)[number];

export interface Score {
  readonly kind: string;
  readonly documents: number;
  readonly predictions: number;
  readonly unknownIds: number;
  /** Documents with every label right in the normalised comparison. */
  readonly documentsAllRight: number;
  /** By mode, then by label name; `micro` is all fields together. */
  readonly rates: Readonly<Record<Mode, Readonly<Record<string, Rates>>>>;
}

interface Count {
  tp: number;
  fp: number;
  fn: number;
}

/**
 * Counts predictions against labels as the scoring script of the labelled data does: a wrong value counts against
 * precision and recall, a prediction where the label is empty against precision, a document without predictions as
 * all fields missing. A label that a document does not have at all is not scored.
 */
export function score(
  mapping: EvaluationMapping,
  predictions: ReadonlyMap<string, Values>,
  labels: readonly Labelled[],
): Score {
  const counts: Record<Mode, Map<string, Count>> = { strict: new Map(), normalised: new Map() };
  for (const mode of modes) {
    for (const { label } of mapping.fields) counts[mode].set(label, { tp: 0, fp: 0, fn: 0 });
  }
  let allRight = 0;
  for (const { id, values } of labels) {
    let perfect = true;
    for (const { label, compare } of mapping.fields) {
      if (!(label in values)) continue;
      const wanted = filled(values[label]);
      const given = filled(predictions.get(id)?.[label]);
      for (const mode of modes) {
        const same =
          wanted !== undefined &&
          given !== undefined &&
          (mode === 'strict' ? wanted === given : comparable(compare, wanted) === comparable(compare, given));
        add(counts[mode].get(label), same, wanted !== undefined, given !== undefined);
        if (mode === 'normalised' && wanted !== undefined && !same) perfect = false;
      }
    }
    if (perfect) allRight += 1;
  }
  const known = new Set(labels.map(({ id }) => id));
  return {
    kind: mapping.set,
    documents: labels.length,
    predictions: predictions.size,
    unknownIds: [...predictions.keys()].filter((id) => !known.has(id)).length,
    documentsAllRight: allRight,
    rates: { strict: ratesOf(counts.strict), normalised: ratesOf(counts.normalised) },
  };
}

function filled(value: string | null | undefined): string | undefined {
  const trimmed = value?.trim();
  return trimmed === undefined || trimmed === '' ? undefined : trimmed;
}

function add(count: Count | undefined, same: boolean, labelled: boolean, given: boolean): void {
  if (count === undefined) return;
  if (same) {
    count.tp += 1;
    return;
  }
  if (given) count.fp += 1;
  if (labelled) count.fn += 1;
}

function ratesOf(counts: ReadonlyMap<string, Count>): Readonly<Record<string, Rates>> {
  const micro = { tp: 0, fp: 0, fn: 0 };
  for (const { tp, fp, fn } of counts.values()) {
    micro.tp += tp;
    micro.fp += fp;
    micro.fn += fn;
  }
  const rows = [...counts, ['micro', micro] as const];
  return Object.fromEntries(rows.map(([label, count]) => [label, rates(count)]));
}

/** Precision, recall and F1 with four decimals. */
export function rates({ tp, fp, fn }: Readonly<Count>): Rates {
  const p = tp + fp === 0 ? 0 : tp / (tp + fp);
  const r = tp + fn === 0 ? 0 : tp / (tp + fn);
  const f1 = p + r === 0 ? 0 : (2 * p * r) / (p + r);
  return { p: rounded(p), r: rounded(r), f1: rounded(f1), tp, fp, fn };
}

function rounded(value: number): number {
  return Number(value.toFixed(4));
}

/** The table as the scoring script prints it. */
export function scoreTable(result: Score, mapping: EvaluationMapping): string {
  const unknown = result.unknownIds === 0 ? '' : `, ${String(result.unknownIds)} predictions for unknown ids`;
  const lines = [
    `${result.kind}: ${String(result.documents)} documents, ${String(result.predictions)} predictions, ${String(result.documentsAllRight)} documents with every field right (normalised)${unknown}`,
    `${'field'.padEnd(18)}${'strict P'.padStart(9)}${'R'.padStart(8)}${'F1'.padStart(8)}   ${'norm. P'.padStart(9)}${'R'.padStart(8)}${'F1'.padStart(8)}   ${'labels'.padStart(6)}`,
  ];
  for (const label of [...mapping.fields.map((field) => field.label), 'micro']) {
    const strict = result.rates.strict[label];
    const normalised = result.rates.normalised[label];
    if (strict === undefined || normalised === undefined) continue;
    const cells = (one: Rates): string =>
      one.p.toFixed(4).padStart(9) + one.r.toFixed(4).padStart(8) + one.f1.toFixed(4).padStart(8);
    lines.push(
      `${label.padEnd(18)}${cells(strict)}   ${cells(normalised)}   ${String(normalised.tp + normalised.fn).padStart(6)}`,
    );
  }
  return lines.join('\n');
}
