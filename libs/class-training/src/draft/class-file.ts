import type { DocumentClass, FieldDefinition } from '@docfleet/contracts';
import { Document, isMap, visit } from 'yaml';

/** The class as the text of `schemas/classes/<name>/v<version>.yaml`, without what a class file may leave out. */
export function classFile(documentClass: DocumentClass): string {
  const { classification, vocabulary, fields, rows, rules, evaluation, ...facts } = documentClass;
  const file = new Document({
    ...facts,
    classification: withoutEmpty(classification),
    ...(Object.keys(vocabulary).length > 0 && { vocabulary }),
    fields: fields.map(fieldEntry),
    ...(rows.length > 0 && { rows }),
    ...(rules.length > 0 && { rules }),
    ...(evaluation !== null && { evaluation }),
  });
  visit(file, {
    Map: (_, node) => {
      // Phrases, rules and mappings stand in one line each, as in the other class files.
      if (
        ['phrase', 'kind', 'label'].some((key) => node.has(key)) &&
        node.items.every(({ value }) => !isMap(value))
      )
        node.flow = true;
    },
  });
  file.commentBefore = ' Every key is explained in docs/class-reference.md.';
  return file.toString({ lineWidth: 110 });
}

function fieldEntry(field: FieldDefinition): object {
  const { shape, ...facts } = field;
  return withoutEmpty(field.type === 'text' ? { ...facts, shape } : facts);
}

function withoutEmpty(entry: object): object {
  return Object.fromEntries(
    Object.entries(entry).filter(
      ([, value]) =>
        value !== null && !(typeof value === 'object' && Object.keys(value as object).length === 0),
    ),
  );
}
