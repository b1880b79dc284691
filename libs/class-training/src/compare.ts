import { expectedCalibrationError } from './calibration.ts';
import { f1Of, scoreOf, type FieldScore, type ScoredDocument } from './predict.ts';

/** What was read of labelled documents. */
export interface ScoredDocuments {
  readonly documents: readonly ScoredDocument[];
}

/** One field, or all together, read with two sets of weights. */
export interface ComparedField {
  readonly field: string;
  readonly labelled: number;
  readonly before: number;
  readonly after: number;
}

/** What other weights change on the same labelled documents. F1 from 0 to 1. */
export interface Comparison {
  readonly documents: number;
  readonly groups: number;
  readonly fields: readonly ComparedField[];
  readonly micro: ComparedField;
  /** F1 of each group, each counting the same: a new group is read as one of them. */
  readonly byGroup: { readonly before: number; readonly after: number };
  /** Expected calibration error, 0 is perfect. */
  readonly calibration: { readonly before: number; readonly after: number };
  /** Documents that are read completely right now and were not before, and the reverse. */
  readonly won: readonly string[];
  readonly lost: readonly string[];
}

/** Compares two predictions of the same documents. */
export function compare(before: ScoredDocuments, after: ScoredDocuments): Comparison {
  const [was, is] = [scoreOf(before), scoreOf(after)];
  const groups = groupsOf(before);
  const afterById = new Map(after.documents.map((document) => [document.id, document]));
  const changed = before.documents.flatMap(({ id, scores }) => {
    const now = afterById.get(id);
    return now === undefined ? [] : [{ id, was: isAllRight(scores), is: isAllRight(now.scores) }];
  });
  const row = (old: FieldScore): ComparedField => ({
    field: old.field,
    labelled: old.labelled,
    before: f1Of(old),
    after: f1Of([...is.scores, is.micro].find(({ field }) => field === old.field) ?? old),
  });
  return {
    documents: before.documents.length,
    groups: groups.size,
    fields: was.scores.map(row),
    micro: row(was.micro),
    byGroup: { before: meanOf(groups), after: meanOf(groupsOf(after)) },
    calibration: {
      before: expectedCalibrationError(before.documents.flatMap(({ judged }) => judged)),
      after: expectedCalibrationError(after.documents.flatMap(({ judged }) => judged)),
    },
    won: changed.filter((one) => one.is && !one.was).map(({ id }) => id),
    lost: changed.filter((one) => one.was && !one.is).map(({ id }) => id),
  };
}

/** What the other weights gain in a group that was never seen, from -1 to 1. */
export function gainOf({ byGroup }: Pick<Comparison, 'byGroup'>): number {
  return byGroup.after - byGroup.before;
}

/** A table of F1 before and after with the gain, by field and in groups, and the calibration. */
export function comparisonTable(comparison: Comparison): string {
  const { documents, groups, fields, micro, byGroup, calibration, won, lost } = comparison;
  const line = (name: string, before: number, after: number, more = ''): string =>
    `${name.padEnd(18)}${before.toFixed(4).padStart(9)}${after.toFixed(4).padStart(9)}${signed(after - before).padStart(10)}${more}`;
  return [
    `${'F1'.padEnd(18)}${'before'.padStart(9)}${'after'.padStart(9)}${'gain'.padStart(10)}   labels`,
    ...[...fields, micro].map(({ field, before, after, labelled }) =>
      line(field, before, after, String(labelled).padStart(9)),
    ),
    line('mean of groups', byGroup.before, byGroup.after),
    line('calibration error', calibration.before, calibration.after),
    `${documents} documents in ${groups} groups; completely right now: ${won.length} more, ${lost.length} no longer${named(lost)}`,
  ].join('\n');
}

function named(ids: readonly string[]): string {
  if (ids.length === 0) return '';
  return ` (${ids.slice(0, 5).join(', ')}${ids.length > 5 ? ', ...' : ''})`;
}

function signed(value: number): string {
  return `${value < 0 ? '-' : '+'}${Math.abs(value).toFixed(4)}`;
}

function isAllRight(scores: readonly FieldScore[]): boolean {
  return scores.every(({ right, given, labelled }) => right === labelled && given <= labelled);
}

/** F1 of all fields together in each group that has a label. */
function groupsOf({ documents }: ScoredDocuments): ReadonlyMap<string, number> {
  const byGroup = new Map<string, ScoredDocument[]>();
  for (const document of documents) {
    if (document.scores.every(({ labelled }) => labelled === 0)) continue;
    byGroup.set(document.group, [...(byGroup.get(document.group) ?? []), document]);
  }
  return new Map(
    [...byGroup].map(([group, members]) => [group, f1Of(scoreOf({ documents: members }).micro)]),
  );
}

function meanOf(groups: ReadonlyMap<string, number>): number {
  return [...groups.values()].reduce((sum, value) => sum + value, 0) / Math.max(1, groups.size);
}
