import type { Job } from '@docfleet/client';
import { boxOf, type Box } from './view.ts';

/** A field of a document with the place that it was read from. */
export interface PlacedField {
  /** Of the run: `<index of the document>-<place among its fields>`. */
  readonly id: string;
  readonly name: string;
  readonly value: string;
  readonly normalised: string;
  readonly confidence: number;
  readonly page: number;
  /** Undefined for a value that was not read from one place. */
  readonly box: Box | undefined;
}

/** The fields of all documents of a run, in their order. */
export function placedFields(job: Pick<Job, 'documents'>): readonly PlacedField[] {
  return job.documents.flatMap(({ index, fields }) =>
    fields.map(({ name, value, normalised, confidence, page, box }, place): PlacedField => ({
      id: `${index}-${place}`,
      name,
      value,
      normalised,
      confidence,
      page,
      box: boxOf(box),
    })),
  );
}

/** The file that a page's number and the count give: within what there is. */
export function pageIn(pageCount: number, asked: number): number {
  return Math.min(Math.max(1, asked), Math.max(1, pageCount));
}
