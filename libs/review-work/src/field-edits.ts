import { personSource, type FieldValue, type ReviewedDocument, type ReviewedField } from '@docfleet/domain';
import { isDeepStrictEqual } from 'node:util';
import type { ReviewEdit } from './change.ts';
import { classOf, isRefusal, placeOf, type Refusal, type ReviewFacts } from './facts.ts';
import { personValue } from './person-value.ts';

type FieldEdit = Extract<ReviewEdit, { op: 'set' | 'confirm' | 'remove' }>;

/** The field after the change. */
export function editField(
  edit: FieldEdit,
  document: ReviewedDocument,
  facts: ReviewFacts,
): ReviewedField | Refusal {
  const documentClass = classOf(document, facts);
  if (isRefusal(documentClass)) return documentClass;
  const before = document.fields.find(({ name }) => name === edit.field);
  const field = documentClass.fields.find(({ name }) => name === edit.field);
  if (field === undefined) {
    return { refusal: `The class ${documentClass.title} has no field ${edit.field}.` };
  }
  switch (edit.op) {
    case 'set': {
      const read = personValue(field, edit.value, documentClass);
      if (isRefusal(read)) return read;
      const provenance = placeOf(edit, { document, facts, before: before?.provenance });
      if (isRefusal(provenance)) return provenance;
      const original = before?.original ?? null;
      const given = { name: field.name, type: field.type, ...read, provenance };
      if (original !== null && isSame(original, given)) return confirmed(original);
      return {
        ...given,
        confidence: 1,
        source: personSource,
        state: original === null ? 'added' : 'changed',
        original,
      };
    }
    case 'confirm': {
      if (before === undefined || before.state === 'removed') {
        return { refusal: `${edit.field} has no value that could be confirmed; give it one, or remove it.` };
      }
      // What a person gave is certain already.
      return before.state === 'machine' && before.original !== null ? confirmed(before.original) : before;
    }
    case 'remove':
      return before === undefined
        ? {
            name: field.name,
            type: field.type,
            value: '',
            normalised: '',
            confidence: 1,
            provenance: { page: document.firstPage, box: [0, 0, 0, 0], words: '' },
            source: personSource,
            state: 'removed',
            original: null,
          }
        : { ...before, state: 'removed' };
  }
}

/** The machine's value, which a person has found right: as it was, and certain. */
function confirmed(original: FieldValue): ReviewedField {
  return { ...original, confidence: 1, state: 'confirmed', original };
}

function isSame(
  original: FieldValue,
  given: Pick<FieldValue, 'value' | 'normalised' | 'provenance' | 'type'>,
): boolean {
  return (
    original.value === given.value &&
    original.type === given.type &&
    original.normalised === given.normalised &&
    isDeepStrictEqual(original.provenance, given.provenance)
  );
}
