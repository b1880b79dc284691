import type { DocumentClass } from '@docfleet/contracts';
import { comparable, runAtOnce, type PageReading } from '@docfleet/domain';
import { candidatesOf, readDocument, scopeOf } from '@docfleet/field-extraction';
import type { LabelledDocument } from './labelled-document.ts';
import type { PredictedDocument } from './predict.ts';

/**
 * The document without what its labels say of values that its pages do not have. Labels that were taken from a file within
 * the document, such as the XML of an e-invoice, name some values that the page prints otherwise or not at all: whoever reads
 * the page rightly is wrong by them, so they say nothing about how far a reading can be relied on. Scores stay as they are.
 *
 * Only documents with a text layer are judged so: where words are misread, a label that is not found may be on the page.
 */
export function judgedByPage(
  documentClass: DocumentClass,
  document: PredictedDocument,
  labelled: Pick<LabelledDocument, 'pages' | 'labels'>,
): PredictedDocument {
  if (!labelled.pages.every(({ engine }) => engine === 'text-layer')) return document;
  const isAbsent = absentLabels(documentClass, labelled);
  return {
    ...document,
    judged: document.judged.filter(({ field }) => !isAbsent(field)),
    missed: document.missed.filter((field) => !isAbsent(field)),
  };
}

function absentLabels(
  documentClass: DocumentClass,
  { pages, labels }: Pick<LabelledDocument, 'pages' | 'labels'>,
): (field: string) => boolean {
  const read = runAtOnce(readDocument(documentClass, pages, []));
  const text = squeezed(textOf(pages));
  return (name) => {
    const label = labels[name] ?? null;
    const field = documentClass.fields.find((one) => one.name === name);
    const mapping = documentClass.evaluation?.fields.find((one) => one.field === name);
    if (label === null || field === undefined || mapping === undefined) return false;
    switch (field.type) {
      case 'identifier':
      case 'text':
        return !text.includes(squeezed(label));
      case 'money':
      case 'date':
      case 'currency':
        return !candidatesOf(scopeOf(read, field, undefined)).some(
          (candidate) =>
            comparable(mapping.compare, candidate[mapping.predict]) === comparable(mapping.compare, label),
        );
      case 'count':
        return false;
    }
  };
}

function textOf(pages: readonly PageReading[]): string {
  return pages.flatMap(({ lines }) => lines.map(({ text }) => text)).join(' ');
}

/** Letters and digits alone, in capitals. */
function squeezed(text: string): string {
  return text.toUpperCase().replace(/[^\p{L}\d]/gu, '');
}
