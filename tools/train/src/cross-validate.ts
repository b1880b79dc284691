import {
  fitClass,
  foldsOf,
  predict,
  prepareDocument,
  type FitOptions,
  type LabelledDocument,
  type Prediction,
} from '@docfleet/class-training';
import type { DocumentClass } from '@docfleet/contracts';

export interface TrainingSet {
  readonly documents: readonly LabelledDocument[];
  /** Learned from in every fold, and never scored. */
  readonly also: readonly LabelledDocument[];
}

/** Reads every document with weights of folds that have no document of its group. */
export function crossValidate(
  documentClass: DocumentClass,
  { documents, also }: TrainingSet,
  { folds, ...options }: FitOptions & { readonly folds: number },
): Prediction {
  const prepared = documents.map((document) => prepareDocument(documentClass, document));
  const further = also.map((document) => prepareDocument(documentClass, document));
  const foldOf = foldsOf(prepared, folds);
  const classes = Array.from({ length: folds }, (_, fold) =>
    fitClass(
      documentClass,
      [...prepared, ...further].filter((one) => foldOf.get(one.group) !== fold),
      options,
    ),
  );
  return predict(documentClass, documents, ({ group }) => classes[foldOf.get(group) ?? 0] ?? documentClass);
}

/** The class fitted on all documents. */
export function fitOnAll(
  documentClass: DocumentClass,
  { documents, also }: TrainingSet,
  options: FitOptions,
): DocumentClass {
  const prepared = [...documents, ...also].map((document) => prepareDocument(documentClass, document));
  return fitClass(documentClass, prepared, options);
}
