import type { ClassFacts, ReviewChange, ReviewedDocument } from '@docfleet/client';
import { certaintyOf } from './certainty.ts';
import { markedPlace, type MarkedPlace, type ReviewedField, type ReviewedRow } from './review-types.ts';

/** Something in a document that a person looks at: its class, or a field. */
export interface WorkItem {
  /** Of the task: `<index of the document>/<name>`; the class has `<index>/`. */
  readonly id: string;
  readonly document: number;
  readonly kind: 'class' | 'field';
  readonly name: string;
  /** The field as it is now; undefined for a class, and for a field that was not found. */
  readonly field: ReviewedField | undefined;
  readonly choices: readonly string[];
  readonly description: string;
  /** A person has to look at it and has not yet. */
  readonly isOpen: boolean;
  /** Where it stands on a page. */
  readonly place: MarkedPlace | undefined;
}

/** What a person has done with items before the gateway knows of it, by their ids. */
export interface Attention {
  /** Classes that were found right. */
  readonly looked: ReadonlySet<string>;
  /** Fields that the person wants to add. */
  readonly asked: ReadonlySet<string>;
}

/** The items of all documents, in the order in which they are listed: class, then fields as the class has them. */
export function itemsOf(
  documents: readonly ReviewedDocument[],
  classes: readonly ClassFacts[],
  { looked, asked }: Attention,
): readonly WorkItem[] {
  return documents.flatMap((document) => {
    const facts = classOf(document, classes);
    const doubted = doubtedFields(document);
    const known = facts?.fields ?? [];
    const names = [
      ...known.map(({ name }) => name),
      ...document.fields.map(({ name }) => name).filter((name) => !known.some((each) => each.name === name)),
    ];
    const fields = names.flatMap((name): WorkItem[] => {
      const field = document.fields.find((each) => each.name === name);
      const definition = known.find((each) => each.name === name);
      const id = `${String(document.index)}/${name}`;
      const isWanted = doubted.has(name) || asked.has(id);
      // A field of the class that nobody misses is offered for adding.
      if (field === undefined && !isWanted) return [];
      return [
        {
          id,
          document: document.index,
          kind: 'field',
          name,
          field,
          choices: definition?.choices ?? [],
          description: definition?.description ?? '',
          isOpen: isOpen(field, isWanted),
          place: markedPlace(field?.provenance),
        },
      ];
    });
    return [classItem(document, looked), ...fields];
  });
}

function classItem(document: ReviewedDocument, looked: ReadonlySet<string>): WorkItem {
  const id = `${String(document.index)}/`;
  const isDoubted = document.findings.some(({ code }) => code.startsWith('CLASS_'));
  return {
    id,
    document: document.index,
    kind: 'class',
    name: '',
    field: undefined,
    choices: [],
    description: '',
    isOpen: isDoubted && document.classState === 'machine' && !looked.has(id),
    place: undefined,
  };
}

/** Fields that a finding of the rules names, other than those that only inform. */
function doubtedFields({ findings }: ReviewedDocument): ReadonlySet<string> {
  return new Set(findings.filter(({ severity }) => severity !== 'info').flatMap(({ fields }) => fields));
}

function isOpen(field: ReviewedField | undefined, isDoubted: boolean): boolean {
  if (field === undefined) return isDoubted;
  if (field.state !== 'machine') return false;
  return isDoubted || certaintyOf(field.confidence) === 'doubtful';
}

/** The class of a document as the fleet has it. */
export function classOf(
  { documentClass, classVersion }: Pick<ReviewedDocument, 'documentClass' | 'classVersion'>,
  classes: readonly ClassFacts[],
): ClassFacts | undefined {
  return classes.find(({ name, version }) => name === documentClass && version === classVersion);
}

/** Fields of the class that the document does not list: a person may add them. */
export function addableFields(
  document: ReviewedDocument,
  facts: ClassFacts | undefined,
  items: readonly WorkItem[],
): readonly string[] {
  const listed = items.filter(({ document: index }) => index === document.index).map(({ name }) => name);
  return (facts?.fields ?? []).map(({ name }) => name).filter((name) => !listed.includes(name));
}

/** The open item after (or before) another one, around the end; undefined: none is open. */
export function openFrom(
  items: readonly WorkItem[],
  id: string | undefined,
  direction: 1 | -1,
): WorkItem | undefined {
  const at = items.findIndex((item) => item.id === id);
  const start = at === -1 ? (direction === 1 ? -1 : items.length) : at;
  const inOrder = Array.from({ length: items.length }, (_, step) => {
    const index = start + direction * (step + 1);
    return items[(index + 2 * items.length) % items.length];
  });
  return inOrder.find((item) => item?.isOpen === true);
}

/** The item beside another one, open or not; undefined at the end. */
export function besides(
  items: readonly WorkItem[],
  id: string | undefined,
  step: 1 | -1,
): WorkItem | undefined {
  return items[items.findIndex((item) => item.id === id) + step];
}

/** The documents as they will be once the changes are stored, as far as that is plain before the answer. */
export function withPending(
  documents: readonly ReviewedDocument[],
  changes: readonly ReviewChange[],
): readonly ReviewedDocument[] {
  return changes.reduce(withChange, documents);
}

function withChange(
  documents: readonly ReviewedDocument[],
  change: ReviewChange,
): readonly ReviewedDocument[] {
  if (change.op === 'undo') return documents;
  return documents.map((document) =>
    document.index === change.document ? changed(document, change) : document,
  );
}

function changed(
  document: ReviewedDocument,
  change: Exclude<ReviewChange, { op: 'undo' }>,
): ReviewedDocument {
  switch (change.op) {
    case 'set':
    case 'confirm':
    case 'remove':
      return { ...document, fields: withField(document, change) };
    case 'setRow':
      return withRows(document, (row) =>
        row.id === change.row
          ? [{ ...row, cells: { ...row.cells, ...change.cells }, state: 'changed' }]
          : [row],
      );
    case 'removeRow':
      return withRows(document, (row) => (row.id === change.row ? [{ ...row, state: 'removed' }] : [row]));
    case 'addRow':
    case 'setClass':
    case 'split':
    case 'merge':
      return document;
  }
}

function withRows(
  document: ReviewedDocument,
  each: (row: ReviewedRow) => readonly ReviewedRow[],
): ReviewedDocument {
  return { ...document, rows: document.rows.flatMap(each) };
}

function withField(
  { fields, firstPage }: ReviewedDocument,
  change: Extract<ReviewChange, { op: 'set' | 'confirm' | 'remove' }>,
): readonly ReviewedField[] {
  const before = fields.find(({ name }) => name === change.field);
  const after = fieldAfter(before, change, firstPage);
  if (after === undefined) return fields;
  return before === undefined
    ? [...fields, after]
    : fields.map((field) => (field.name === change.field ? after : field));
}

function fieldAfter(
  before: ReviewedField | undefined,
  change: Extract<ReviewChange, { op: 'set' | 'confirm' | 'remove' }>,
  firstPage: number,
): ReviewedField | undefined {
  const base: ReviewedField = before ?? {
    name: change.field,
    type: 'text',
    value: '',
    normalised: '',
    confidence: 1,
    provenance: { page: firstPage, box: [0, 0, 0, 0], words: '' },
    source: 'person',
    state: 'added',
    original: null,
  };
  switch (change.op) {
    case 'confirm':
      return before === undefined ? undefined : { ...before, confidence: 1, state: 'confirmed' };
    case 'remove':
      return { ...base, state: 'removed' };
    case 'set': {
      const { value, page, box, words } = change;
      const { provenance } = base;
      return {
        ...base,
        value,
        // Its normal form is known when the gateway has answered.
        normalised: '',
        confidence: 1,
        source: 'person',
        state: base.original === null ? 'added' : 'changed',
        provenance: {
          page: page ?? provenance.page,
          box: box ?? provenance.box,
          words: words ?? provenance.words,
        },
      };
    }
  }
}
