import { documentClasses, type ClassRule, type DocumentClass } from '@docfleet/contracts';
import { fieldTypes } from '@docfleet/domain';
import { z } from 'zod';

const severity = z
  .enum(['info', 'review', 'reject'])
  .describe('Of a broken rule: nothing, a person looks, or the document is refused.');

export const classFactsSchema = z
  .object({
    name: z.string(),
    version: z.int(),
    title: z.string(),
    description: z.string(),
    fields: z.array(
      z.object({
        name: z.string(),
        type: z.enum(fieldTypes),
        required: z.boolean(),
        description: z.string(),
        choices: z.array(z.string()).describe('Values that it may have; empty: any of its type.'),
      }),
    ),
    tables: z.array(
      z.object({
        name: z.string(),
        columns: z.array(z.object({ name: z.string(), type: z.enum(['money', 'number', 'text']) })),
      }),
    ),
    rules: z.array(
      z.object({
        code: z.string().describe('Of the finding when it is broken.'),
        kind: z.string(),
        severity,
        fields: z.array(z.string()),
      }),
    ),
    thresholds: z.object({
      field: z.number().describe('A required field below this confidence asks for review.'),
      documentClass: z.number().describe('A document whose class is less sure asks for review.'),
    }),
  })
  .meta({ id: 'ClassFacts' });

export const classListSchema = z.object({ classes: z.array(classFactsSchema) }).meta({ id: 'ClassList' });

/** The classes of documents that this release knows, as people need them. */
export function knownClasses(): z.infer<typeof classListSchema> {
  return { classes: documentClasses.map(factsOf) };
}

function factsOf(given: DocumentClass): z.infer<typeof classFactsSchema> {
  const { name, version, title, description, fields, rows, rules, thresholds } = given;
  return {
    ...{ name, version, title, description, thresholds: { ...thresholds } },
    fields: fields.map((field) => ({
      name: field.name,
      type: field.type,
      required: field.required,
      description: field.description,
      choices: field.choices.map(({ value }) => value),
    })),
    tables: rows.map((group) => ({
      name: group.name,
      columns: group.columns.map((column) => ({ name: column.name, type: column.type })),
    })),
    rules: rules.map((rule) => ({
      code: rule.code,
      kind: rule.kind,
      severity: rule.severity,
      fields: [...fieldsOfRule(rule)],
    })),
  };
}

/** The fields that a rule is about. */
function fieldsOfRule(rule: ClassRule): readonly string[] {
  switch (rule.kind) {
    case 'sum':
      return [rule.total, ...rule.plus, ...rule.minus];
    case 'rows-sum':
      return [rule.total];
    case 'date-order':
      return [rule.earlier, rule.later];
    case 'date-range':
    case 'amount-range':
      return [rule.field];
    case 'check-digits':
      return [];
  }
}
