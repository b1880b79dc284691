import type { DocumentClass } from '@docfleet/contracts';

/** A value as people left it. `machine`: nobody has looked at it, so it is no label. */
export interface ReviewedValue {
  readonly name: string;
  readonly value: string;
  readonly normalised: string;
  readonly state: 'machine' | 'confirmed' | 'changed' | 'added' | 'removed';
}

/** What labels need of a document that was reviewed. */
export interface ReviewedDocumentFacts {
  readonly index: number;
  readonly documentClass: string;
  readonly firstPage: number;
  readonly lastPage: number;
  readonly fields: readonly ReviewedValue[];
}

export interface ApprovedDocuments {
  readonly runId: string;
  readonly decidedAt: number;
  readonly mediaType: string;
  readonly documents: readonly ReviewedDocumentFacts[];
}

/** A line of `labels.jsonl`: these facts, and the labels of the class by their keys. */
export type LabelRow = Readonly<Record<string, string | null | readonly [number, number]>> & {
  readonly id: string;
  readonly file: string;
};

/**
 * The labels of approved documents: only what a person confirmed, corrected or added, and null for what a person removed
 * because the document does not have it. What nobody looked at has no key, and a document without any has no row: a machine
 * must not learn from itself.
 */
export function labelRows(
  { runId, decidedAt, mediaType, documents }: ApprovedDocuments,
  classes: readonly DocumentClass[],
): readonly LabelRow[] {
  return documents.flatMap((document): LabelRow[] => {
    const labels = labelsOf(document, classes);
    if (Object.keys(labels).length === 0) return [];
    const { documentClass, index, firstPage, lastPage } = document;
    return [
      {
        id: documents.length === 1 ? runId : `${runId}-${index}`,
        file: `${runId}.${extensionOf(mediaType)}`,
        documentClass,
        decidedAt: new Date(decidedAt).toISOString(),
        // A file with several documents has a row for each.
        ...(documents.length > 1 && { pages: [firstPage, lastPage] as const }),
        ...labels,
      },
    ];
  });
}

/** By the keys that the class's evaluation has, else by field; a value as printed or in its normal form, as it is scored. */
function labelsOf(
  { documentClass, fields }: ReviewedDocumentFacts,
  classes: readonly DocumentClass[],
): Readonly<Record<string, string | null>> {
  const evaluation = classes.find(({ name }) => name === documentClass)?.evaluation ?? null;
  return Object.fromEntries(
    fields.flatMap(({ name, state, ...field }): [string, string | null][] => {
      if (state === 'machine') return [];
      const mapping = evaluation?.fields.find((one) => one.field === name);
      if (evaluation !== null && mapping === undefined) return [];
      const value = field[mapping?.predict ?? 'value'].trim();
      return [[mapping?.label ?? name, state === 'removed' || value === '' ? null : value]];
    }),
  );
}

const extensions: Readonly<Record<string, string>> = {
  'application/pdf': 'pdf',
  'image/jpeg': 'jpg',
  'image/png': 'png',
  'image/tiff': 'tiff',
  'image/webp': 'webp',
};

function extensionOf(mediaType: string): string {
  return extensions[mediaType] ?? 'bin';
}
