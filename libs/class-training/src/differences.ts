import type { EvaluationMapping } from '@docfleet/contracts';
import type { ScoredDocuments } from './compare.ts';
import type { LabelledDocument } from './labelled-document.ts';

/** A value that two versions read differently. */
export interface Difference {
  readonly id: string;
  readonly group: string;
  readonly field: string;
  /** What the label says; null where there is no value. */
  readonly label: string | null;
  /** Null where no value was given. */
  readonly before: string | null;
  readonly after: string | null;
  /** `won`: right now and not before; `lost`: the reverse; `other`: as right as before. */
  readonly change: 'won' | 'lost' | 'other';
}

/** Where two versions differ, document by document; what is lost first in each. */
export function differencesOf(
  documents: readonly Pick<LabelledDocument, 'id' | 'labels'>[],
  mapping: EvaluationMapping,
  { before, after }: { readonly before: ScoredDocuments; readonly after: ScoredDocuments },
): readonly Difference[] {
  const was = new Map(before.documents.map((document) => [document.id, document]));
  const is = new Map(after.documents.map((document) => [document.id, document]));
  return documents.flatMap(({ id, labels }) => {
    const [old, now] = [was.get(id), is.get(id)];
    if (old === undefined || now === undefined) return [];
    const found = mapping.fields.flatMap(({ label, field }): Difference[] => {
      const values = { before: old.values[label] ?? null, after: now.values[label] ?? null };
      if (labels[field] === undefined || values.before === values.after) return [];
      const right = [old, now].map(({ scores }) => scores.find((score) => score.field === field)?.right ?? 0);
      const [wasRight = 0, isRight = 0] = right;
      const change = isRight > wasRight ? 'won' : isRight < wasRight ? 'lost' : 'other';
      return [{ id, group: old.group, field, label: labels[field], ...values, change }];
    });
    return found.sort((a, b) => order.indexOf(a.change) - order.indexOf(b.change));
  });
}

const order: readonly Difference['change'][] = ['lost', 'won', 'other'];

/** One line for each value: what was read before and after, and what the label says. */
export function differencesTable(differences: readonly Difference[]): string {
  if (differences.length === 0) return 'no value differs';
  return differences
    .map(({ id, field, label, before, after, change }) => {
      const values = `${shown(before)} -> ${shown(after)}`;
      return `${change.padEnd(6)}${id}  ${field}: ${values}  (label ${shown(label)})`;
    })
    .join('\n');
}

function shown(value: string | null): string {
  return value === null ? 'nothing' : JSON.stringify(value);
}
