import { comparable } from '@docfleet/domain';
import type { LabelledSet } from './labels.ts';
import type { Score } from './score.ts';
import type { Processed } from './summary.ts';

/** How well a class is read, and how sure it was of each value; without the values, so that the file may be passed on. */
export interface EvaluationReport {
  readonly documentClass: string;
  readonly classVersion: number;
  readonly set: string;
  readonly at: string;
  readonly documents: number;
  readonly fields: readonly {
    readonly field: string;
    readonly precision: number;
    readonly recall: number;
    readonly f1: number;
  }[];
  readonly values: readonly {
    readonly document: string;
    readonly field: string;
    readonly confidence: number;
    /** Compared in normal form. */
    readonly isRight: boolean;
  }[];
}

/** Every value of the class that was found and has a label. `at`: ISO 8601. */
export function reportOf(
  set: Pick<LabelledSet, 'documentClass' | 'mapping' | 'documents'>,
  processed: readonly Processed[],
  { score, at }: { readonly score: Score; readonly at: string },
): EvaluationReport {
  const { documentClass, mapping, documents } = set;
  const labels = new Map(documents.map(({ id, values }) => [id, values]));
  return {
    documentClass: documentClass.name,
    classVersion: documentClass.version,
    set: mapping.set,
    at,
    documents: documents.length,
    fields: mapping.fields.flatMap(({ label, field }) => {
      const rates = score.rates.normalised[label];
      return rates === undefined ? [] : [{ field, precision: rates.p, recall: rates.r, f1: rates.f1 }];
    }),
    values: processed.flatMap(({ id, job }) => {
      const found = (job.documents ?? []).find((document) => document.documentClass === documentClass.name);
      return mapping.fields.flatMap(({ label, field, compare, predict }) => {
        const value = found?.fields.find((one) => one.name === field);
        const wanted = labels.get(id)?.[label];
        if (value === undefined || wanted === undefined || wanted === null || wanted === '') return [];
        const isRight = comparable(compare, value[predict]) === comparable(compare, wanted);
        return [{ document: id, field, confidence: value.confidence, isRight }];
      });
    }),
  };
}
