import type { DocumentClass } from '@docfleet/contracts';
import type { ReviewedDocument, ReviewedField } from '@docfleet/domain';
import type { ReviewEdit } from './change.ts';
import { isRefusal, type Refusal, type ReviewFacts } from './facts.ts';
import { personValue } from './person-value.ts';
import { bare } from './slot.ts';

type DocumentEdit = Extract<ReviewEdit, { op: 'setClass' | 'split' | 'merge' }>;

/** The documents that a change takes the place of, and those that take it. */
export interface DocumentsEdit {
  readonly before: readonly ReviewedDocument[];
  readonly after: readonly ReviewedDocument[];
}

export function editDocuments(
  edit: DocumentEdit,
  {
    document,
    next,
    facts,
  }: {
    readonly document: ReviewedDocument;
    readonly next: ReviewedDocument | undefined;
    readonly facts: ReviewFacts;
  },
): DocumentsEdit | Refusal {
  const here = bare(document);
  switch (edit.op) {
    case 'setClass': {
      const documentClass = newestClass(edit.documentClass, facts);
      if (documentClass === undefined) {
        return {
          refusal: `There is no class ${edit.documentClass}; there are ${namesOf(facts).join(', ')}.`,
        };
      }
      return { before: [here], after: [inClass(here, documentClass)] };
    }
    case 'split': {
      const { atPage } = edit;
      if (atPage <= document.firstPage || atPage > document.lastPage) {
        return {
          refusal: `Document ${String(document.index)} can be divided at the pages ${String(document.firstPage + 1)} to ${String(document.lastPage)}; page ${String(atPage)} is none of them.`,
        };
      }
      return { before: [here], after: divided(here, atPage) };
    }
    case 'merge':
      return next === undefined
        ? { refusal: `No document follows document ${String(document.index)}.` }
        : { before: [here, bare(next)], after: [joined(here, bare(next))] };
  }
}

/** The classes that a document may get, by name. */
export function namesOf({ classes }: Pick<ReviewFacts, 'classes'>): readonly string[] {
  return [...new Set(classes.map(({ name }) => name))].sort();
}

/** The newest version of a class. */
export function newestClass(
  name: string,
  { classes }: Pick<ReviewFacts, 'classes'>,
): DocumentClass | undefined {
  return classes
    .filter((each) => each.name === name)
    .reduce<DocumentClass | undefined>(
      (newest, each) => (newest === undefined || each.version > newest.version ? each : newest),
      undefined,
    );
}

/** The class is certain, because a person named it. Fields that it has as well stay, where their values can be read as its types. */
function inClass(document: ReviewedDocument, documentClass: DocumentClass): ReviewedDocument {
  const groups = new Set(documentClass.rows.map(({ name }) => name));
  const { index, firstPage, lastPage, region, rowsSeen, findings, gaps } = document;
  return {
    ...{ index, firstPage, lastPage, rowsSeen, findings, gaps },
    ...(region !== undefined && { region }),
    documentClass: documentClass.name,
    classVersion: documentClass.version,
    confidence: 1,
    classState: 'changed',
    fields: document.fields.flatMap((field) => inType(field, documentClass)),
    rows: document.rows.filter(({ group }) => groups.has(group)),
  };
}

function inType(field: ReviewedField, documentClass: DocumentClass): readonly ReviewedField[] {
  const definition = documentClass.fields.find(({ name }) => name === field.name);
  if (definition === undefined) return [];
  if (definition.type === field.type || field.state === 'removed')
    return [{ ...field, type: definition.type }];
  const read = personValue(definition, field.value, documentClass);
  return isRefusal(read) ? [] : [{ ...field, ...read, type: definition.type }];
}

function divided(document: ReviewedDocument, atPage: number): readonly ReviewedDocument[] {
  const isFirst = ({ provenance }: { readonly provenance: { readonly page: number } }): boolean =>
    provenance.page < atPage;
  const rows = document.rows.filter(isFirst);
  const laterRows = document.rows.filter((row) => !isFirst(row));
  return [
    {
      ...document,
      lastPage: atPage - 1,
      fields: document.fields.filter(isFirst),
      rows,
      rowsSeen: Math.max(rows.length, document.rowsSeen - laterRows.length),
    },
    {
      ...document,
      index: document.index + 1,
      firstPage: atPage,
      fields: document.fields.filter((field) => !isFirst(field)),
      rows: laterRows,
      rowsSeen: laterRows.length,
    },
  ];
}

/** The class of the first; of a field that both have, the value of the first. Rows of the second get new numbers. */
function joined(first: ReviewedDocument, second: ReviewedDocument): ReviewedDocument {
  const highest = first.rows.reduce((most, { id }) => Math.max(most, id), 0);
  const has = new Set(first.fields.map(({ name }) => name));
  return {
    ...first,
    // Together they may have all of the page that they shared.
    ...(first.region !== undefined && { region: null }),
    lastPage: second.lastPage,
    fields: [...first.fields, ...second.fields.filter(({ name }) => !has.has(name))],
    rows: [...first.rows, ...second.rows.map((row) => ({ ...row, id: row.id + highest }))],
    rowsSeen: first.rowsSeen + second.rowsSeen,
  };
}
