import { documentClassSchema, type DocumentClass, type FieldDefinition } from '@docfleet/contracts';
import { comparable, runAtOnce, type Comparison, type DateOrder } from '@docfleet/domain';
import { candidatesOf, layoutOf, readDocument, scopeOf, type PageLayout } from '@docfleet/field-extraction';
import {
  valueOf,
  type ClassDraft,
  type DraftField,
  type MarkedExample,
  type MarkedValue,
} from './class-draft.ts';
import { proposeClassification } from './first-page.ts';
import { identifierPattern } from './identifier-pattern.ts';
import { labelPhrases, phrasesToAvoid, weighted } from './phrases.ts';
import { surroundingsOf, type Surroundings } from './surroundings.ts';

/** A marked example with what is computed once of it. */
interface ReadExample {
  readonly example: MarkedExample;
  readonly layouts: ReadonlyMap<number, PageLayout>;
  readonly values: ReadonlyMap<string, MarkedValue>;
}

/**
 * The class that marked examples speak for: label words, patterns, shapes and cues from what stands around the marked words.
 * Weights are not part of it. The result satisfies the schema of class files.
 */
export function proposeClass(draft: ClassDraft, others: readonly DocumentClass[]): DocumentClass {
  const examples = draft.examples.map(readExample);
  const dateOrder = dateOrderOf(draft, examples);
  const skeleton = classOf(
    draft,
    dateOrder,
    draft.fields.map((field) => fieldOf(field, examples)),
  );
  const fields = skeleton.fields.map((field) => withPhrases(skeleton, field, examples));
  const firstPages = examples.flatMap(
    ({ example, layouts }) => layouts.get(example.pages[0]?.page ?? 1) ?? [],
  );
  const marked = examples.flatMap(({ values }) => [...values.values()].map(({ text }) => text));
  return documentClassSchema.parse({
    ...skeleton,
    fields,
    classification: { ...skeleton.classification, ...proposeClassification(firstPages, marked, others) },
  });
}

function readExample(example: MarkedExample): ReadExample {
  return {
    example,
    layouts: new Map(example.pages.map((page) => [page.page, layoutOf(page)])),
    values: new Map(example.marks.map((mark) => [mark.field, valueOf(mark)])),
  };
}

/** How values of a type are compared: those of the labelled folder and those that were read. */
export function comparisonOf(type: FieldDefinition['type'], dateOrder: DateOrder): Comparison {
  switch (type) {
    case 'money':
      return 'amount';
    case 'date':
      return dateOrder === 'month-first' ? 'mdate' : 'date';
    case 'identifier':
      return 'ident';
    case 'count':
      return 'int';
    case 'text':
    case 'currency':
      return 'text';
  }
}

function classOf(
  { name, title }: Pick<ClassDraft, 'name' | 'title'>,
  dateOrder: DateOrder,
  fields: readonly object[],
): DocumentClass {
  const parsed = documentClassSchema.parse({
    name,
    version: 1,
    title,
    description: `${title}; proposed from examples.`,
    dateOrder,
    classification: { bias: -1.2, singlePage: false },
    fields,
    thresholds: { field: 0.5, documentClass: 0.5 },
  });
  return {
    ...parsed,
    rules: parsed.fields.filter(({ type }) => type === 'date').map(({ name: field }) => plausibleDate(field)),
    evaluation: {
      set: `${name}s`,
      fields: parsed.fields.map((field) => ({
        label: field.name,
        field: field.name,
        compare: comparisonOf(field.type, dateOrder),
        predict: field.type === 'date' ? 'normalised' : 'value',
      })),
    },
  };
}

function plausibleDate(field: string): DocumentClass['rules'][number] {
  return {
    kind: 'date-range',
    code: `${field.toUpperCase().replaceAll('-', '_')}_IMPLAUSIBLE`,
    field,
    from: '1990-01-01',
    daysAhead: 3_650,
    severity: 'review',
  };
}

function fieldOf({ name, type, required }: DraftField, examples: readonly ReadExample[]): object {
  const marked = examples.flatMap((each) => {
    const value = each.values.get(name);
    return value === undefined ? [] : [{ ...each, value }];
  });
  const texts = marked.map(({ value }) => value.text);
  return {
    name,
    type,
    description: `${capitalised(name.replaceAll(/[_-]/g, ' '))}.`,
    required,
    pages: pagesOf(marked.map(({ example, value }) => ({ example, page: value.page }))),
    ...(type === 'identifier' && { pattern: identifierPattern(texts) }),
    ...(type === 'text' && {
      shape: shapeOf(
        marked.map(({ value }) => value),
        aroundOf(name, examples),
      ),
    }),
  };
}

/** The fewest pages that have the value in every example. */
function pagesOf(places: readonly { example: MarkedExample; page: number }[]): FieldDefinition['pages'] {
  const positions = places.map(({ example, page }) => {
    const index = example.pages.findIndex((one) => one.page === page);
    return { index, fromEnd: example.pages.length - 1 - index };
  });
  if (positions.every(({ index }) => index === 0)) return 'first';
  return positions.every(({ index, fromEnd }) => index < 3 || fromEnd < 2) ? 'ends' : 'all';
}

/** Values of several lines are blocks, those at a shared label stand at it, others are names in the letterhead. */
function shapeOf(values: readonly MarkedValue[], around: readonly Surroundings[]): FieldDefinition['shape'] {
  if (values.filter(({ lines }) => lines > 2).length > values.length / 2) return 'address';
  const labels = labelPhrases(around);
  const labelled = around.filter(({ left, above }) =>
    labels.some((label) => endsWith(left, label) || endsWith(above, label)),
  );
  return labelled.length > values.length / 2 && labels.length < Math.max(2, values.length / 2 + 1)
    ? 'line'
    : 'name';
}

function endsWith(text: string, phrase: string): boolean {
  return comparable('text', text).endsWith(comparable('text', phrase));
}

function aroundOf(field: string, examples: readonly ReadExample[]): readonly Surroundings[] {
  return examples.flatMap(({ layouts, values }) => {
    const value = values.get(field);
    const layout = value === undefined ? undefined : layouts.get(value.page);
    return value === undefined || layout === undefined ? [] : [surroundingsOf(layout, value.words)];
  });
}

/** The field with its label words and the phrases that stand beside other values of its type. */
function withPhrases(
  documentClass: DocumentClass,
  field: FieldDefinition,
  examples: readonly ReadExample[],
): FieldDefinition {
  const labels = labelPhrases(aroundOf(field.name, examples));
  const others = examples.map((example) => otherValuesOf(documentClass, field, example));
  const avoid = field.type === 'text' ? [] : phrasesToAvoid(others, labels);
  return {
    ...field,
    labels: weighted(labels, others),
    avoid: avoid.map((phrase) => ({ phrase, weight: 1 })),
  };
}

/** What stands around the values of the field's type that are not the marked one. */
function otherValuesOf(
  documentClass: DocumentClass,
  field: FieldDefinition,
  { example, layouts, values }: ReadExample,
): readonly Surroundings[] {
  const compare = comparisonOf(field.type, documentClass.dateOrder);
  const marked = values.get(field.name);
  const read = runAtOnce(readDocument(documentClass, example.pages));
  return candidatesOf(scopeOf(read, field, undefined)).flatMap((candidate) => {
    const isMarked =
      marked !== undefined && comparable(compare, candidate.value) === comparable(compare, marked.text);
    const layout = layouts.get(candidate.layout.page);
    return isMarked || layout === undefined ? [] : [surroundingsOf(layout, candidate.words)];
  });
}

/** Month first where a marked date can only be read so, and none can only be read the other way. */
function dateOrderOf({ fields }: ClassDraft, examples: readonly ReadExample[]): DateOrder {
  const days = fields
    .filter(({ type }) => type === 'date')
    .flatMap(({ name }) => examples.flatMap(({ values }) => values.get(name)?.text ?? []))
    .flatMap((text) => {
      const [, first, second] = /(?<!\d)(\d{1,2})\s?[-/.]\s?(\d{1,2})\s?[-/.]\s?\d/.exec(text) ?? [];
      return first === undefined || second === undefined ? [] : [[Number(first), Number(second)] as const];
    });
  const isMonthFirst = days.some(([, second]) => second > 12) && !days.some(([first]) => first > 12);
  return isMonthFirst ? 'month-first' : 'day-first';
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
