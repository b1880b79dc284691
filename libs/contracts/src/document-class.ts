import { comparisons, dateOrders, fieldTypes } from '@docfleet/domain';
import { z } from 'zod';

/**
 * The schema of `schemas/classes/<name>/v<version>.yaml`. Types of this package and `docs/class-reference.md` are made
 * from it; unknown keys are refused.
 */

const name = z.string().regex(/^[a-z][a-z0-9]*([_-][a-z0-9]+)*$/, 'lower-case words joined by - or _');
const phrase = z.string().min(1);
const phrases = z.array(phrase).readonly();
const code = z.string().regex(/^[A-Z][A-Z0-9_]*$/, 'upper-case words joined by _');
const probability = z.number().min(0).max(1);

const labelPhrase = z
  .strictObject({
    phrase: phrase.describe('A word or words as printed. Case, accents and punctuation do not matter.'),
    weight: z
      .number()
      .positive()
      .describe('How surely it names the field: 1 is a usual label, 2 a telling one, below 1 a hint.'),
  })
  .readonly();

/** A word or phrase that stands beside a value and names it. */
export type LabelPhrase = z.infer<typeof labelPhrase>;

const labels = z.array(labelPhrase).readonly().default([]);

const pattern = z.string().refine((text) => {
  try {
    new RegExp(text, 'i');
    return true;
  } catch {
    return false;
  }
}, 'not a regular expression');

const choice = z
  .strictObject({
    value: z.string().min(1).describe('The value that the field gets.'),
    phrases: phrases.describe('Phrases on the page that say so.'),
  })
  .readonly();

const field = z
  .strictObject({
    name: name.describe('Name of the field in results. Unique in the class.'),
    type: z
      .enum(fieldTypes)
      .describe(
        'What the value is: `money` an amount with two decimals or a currency, `date` a day, `identifier` one word that `pattern` matches, ' +
          '`text` words in the form that `shape` says, `currency` an ISO 4217 code, `count` the number of rows of the group in `counts`.',
      ),
    shape: z
      .enum(['name', 'address', 'line', 'choice'])
      .default('line')
      .describe(
        'Only for `text`: `name` a person or company, in the letterhead or at a label; `address` a block of lines; `line` what stands at a label; ' +
          '`choice` one of `choices`.',
      ),
    description: z.string().min(1).describe('One sentence for a person: what the value means.'),
    required: z.boolean().describe('Whether a document without it is incomplete and goes to review.'),
    pages: z
      .enum(['first', 'ends', 'all'])
      .describe(
        'Where to look: the first page, the first three and last two, or the first ten and last ten.',
      ),
    labels: labels.describe('Phrases that the value stands beside, below or after. They match whole words.'),
    avoid: labels.describe(
      'Phrases that name something else and so speak against a value beside them. They also match the beginning of a longer word: `kunde` in `Kundennummer`.',
    ),
    pattern: pattern
      .nullable()
      .default(null)
      .describe(
        'Only for `identifier`: regular expression (case-insensitive) that a word must match as a whole.',
      ),
    monthBefore: z.iso
      .date()
      .nullable()
      .default(null)
      .describe(
        'Only for `date`, where a register dates older documents to the month: a day before this one counts as the first of its month.',
      ),
    choices: z.array(choice).readonly().default([]).describe('Only for the shape `choice`.'),
    near: name
      .nullable()
      .default(null)
      .describe('A field before this one in the file, whose place on the page this one is measured from.'),
    counts: name.nullable().default(null).describe('Only for `count`: the row group that is counted.'),
    weights: z
      .record(z.string(), z.number())
      .readonly()
      .default({})
      .describe(
        'Weight of each feature of a candidate, set by hand. Leave it out: training writes `weights.v<version>.json`, and without that file ' +
          'the usual weights of the type apply (`libs/field-extraction/src/priors.ts` has the names).',
      ),
  })
  .readonly();
export type FieldDefinition = z.infer<typeof field>;

const rowColumn = z
  .strictObject({
    name: name.describe('Name of the cell in results.'),
    type: z
      .enum(['money', 'number', 'text'])
      .describe('What stands in it. Cells of `money` need two decimals.'),
    labels: z
      .array(phrase)
      .min(1)
      .readonly()
      .describe('Phrases that head the column. They match whole words.'),
  })
  .readonly();
export type RowColumn = z.infer<typeof rowColumn>;

const rowGroup = z
  .strictObject({
    name: name.describe('Name of the group in results.'),
    columns: z
      .array(rowColumn)
      .min(2)
      .readonly()
      .describe(
        'Columns of the table. The heading must show three of them (both, where there are two). A line is a row when it has a value in the last ' +
          '`money` column of the heading, or, in a table without one, in the last `number` column, else in the first column, and in one more.',
      ),
    endsWith: phrases.describe('Phrases that end the table, such as the first word of the totals.'),
  })
  .readonly();

/** A table: a heading with its columns, rows below it, until a word that ends it. */
export type RowGroup = z.infer<typeof rowGroup>;

const severity = z
  .enum(['info', 'review', 'reject'])
  .describe('What a broken rule means for the verdict: nothing, a person looks, or the document is refused.');
const ruleCode = code.describe('Code of the finding when the rule is broken.');
const fieldName = name.describe('Name of a field.');

const rule = z.discriminatedUnion('kind', [
  z
    .strictObject({
      kind: z.literal('sum').describe('Which rule it is.'),
      code: ruleCode,
      total: fieldName,
      plus: z.array(name).readonly().describe('Fields that are added.'),
      minus: z.array(name).readonly().describe('Fields that are taken off.'),
      tolerance: z.number().nonnegative().describe('Largest difference that still passes.'),
      severity,
    })
    .describe('`total` is the sum of `plus` less the sum of `minus`, where all of them were found.'),
  z
    .strictObject({
      kind: z.literal('rows-sum').describe('Which rule it is.'),
      code: ruleCode,
      group: name.describe('Name of a row group.'),
      column: name.describe('Name of a column of it.'),
      total: fieldName,
      tax: name.exactOptional().describe('Field of the taxes in `total`: the rows may be without them.'),
      tolerance: z.number().nonnegative().describe('Largest difference that still passes.'),
      severity,
    })
    .describe(
      'The sum of a column is a field, or that field less its taxes, or an amount that is printed outside the rows, such as a subtotal ' +
        'before discounts. Says nothing where rows or field were not found.',
    ),
  z
    .strictObject({
      kind: z.literal('date-order').describe('Which rule it is.'),
      code: ruleCode,
      earlier: fieldName,
      later: fieldName,
      severity,
    })
    .describe('`later` does not lie before `earlier`.'),
  z
    .strictObject({
      kind: z.literal('date-range').describe('Which rule it is.'),
      code: ruleCode,
      field: fieldName,
      from: z.iso.date().describe('First day, `yyyy-mm-dd`.'),
      daysAhead: z.number().describe('Days after the run was accepted.'),
      severity,
    })
    .describe('The date lies between `from` and so many days after the run was accepted.'),
  z
    .strictObject({
      kind: z.literal('amount-range').describe('Which rule it is.'),
      code: ruleCode,
      field: fieldName,
      min: z.number().describe('Smallest amount that passes.'),
      max: z.number().describe('Largest amount that passes.'),
      severity,
    })
    .describe('The amount is neither below `min` nor above `max`.'),
  z
    .strictObject({
      kind: z.literal('check-digits').describe('Which rule it is.'),
      code: ruleCode,
      scheme: z.enum(['iban', 'vat']).describe('Kind of number.'),
      severity,
    })
    .describe('Every number of this scheme on the pages has right check digits.'),
]);

/** What a document of the class must satisfy; a broken rule is a finding of the given severity. */
export type ClassRule = Readonly<z.infer<typeof rule>>;

const share = z.number().exactOptional();
const classification = z
  .strictObject({
    bias: z
      .number()
      .describe('Score of a page that shows nothing of the class; the shipped ones have -1.5 to 0.6.'),
    singlePage: z
      .boolean()
      .describe('Whether each page of this class is a document of its own unless it says otherwise.'),
    startsWith: phrases.default([]).describe('Phrases that are the title of a first page.'),
    cues: z
      .array(
        z
          .strictObject({
            phrase: phrase.describe('A phrase anywhere on the page.'),
            weight: z.number().describe('What it adds to the score; below 0 it speaks against the class.'),
          })
          .readonly(),
      )
      .readonly()
      .default([])
      .describe('Phrases that speak for the class.'),
    layout: z
      .strictObject({
        narrow: share.describe('Taller than a usual sheet, as till receipts are.'),
        dense: share.describe('Many words.'),
        sparse: share.describe('Few words.'),
        money: share.describe('Many amounts.'),
        prose: share.describe('Many long lines.'),
        table: share.describe('Many lines of numbers.'),
      })
      .readonly()
      .default({})
      .describe('Weights of what the page looks like, each property from 0 to 1.'),
  })
  .readonly();

/** A property of a page, from 0 to 1, that speaks for or against a class. */
export type LayoutFeature = keyof z.infer<typeof classification>['layout'];

const list = phrases.exactOptional();
const vocabulary = z
  .strictObject({
    suffix: list.describe('Words that names contain: company forms and kinds of organisation.'),
    legal: list.describe('Company forms alone.'),
    place: list.describe('Countries, towns and their codes.'),
    street: list.describe('Words of street addresses.'),
    contact: list.describe('Words before telephone numbers, mail addresses and registrations.'),
    stop: list.describe('Words that are never part of a value.'),
  })
  .readonly();

/** Name of a word list that candidates are compared with. */
export type VocabularyList = keyof z.infer<typeof vocabulary>;

/** Keys of `labels.jsonl` that are no labels. */
const documentFacts = ['id', 'file', 'documentClass', 'pages', 'decidedAt'];

const evaluation = z
  .strictObject({
    set: name.describe('Name of the labelled set, as the scoring command calls it.'),
    fields: z
      .array(
        z
          .strictObject({
            label: z
              .string()
              .min(1)
              .refine(
                (label) => !documentFacts.includes(label),
                '`id`, `file`, `documentClass`, `pages` and `decidedAt` are facts of the document itself',
              )
              .describe('Key in `labels.jsonl`.'),
            field: fieldName,
            compare: z
              .enum(comparisons)
              .describe(
                'How the two are compared: `text` without case, accents and punctuation, `ident` letters and digits alone, `amount` as numbers, ' +
                  '`date` as days (day first), `mdate` as days (month first), `int` the first whole number.',
              ),
            predict: z
              .enum(['value', 'normalised'])
              .describe('Whether the value as printed or in its normal form is scored.'),
          })
          .readonly(),
      )
      .min(1)
      .readonly()
      .describe('Which label is which field.'),
  })
  .readonly();
export type EvaluationMapping = z.infer<typeof evaluation>;

/** The schema of a class file, as YAML says it. Names that refer to other parts of the file are not checked here. */
export const documentClassSchema = z.strictObject({
  name: name.describe('The folder of the file.'),
  version: z
    .int()
    .positive()
    .describe('The number in the name of the file. Results name the version they were made with.'),
  title: z.string().min(1).describe('What a person calls such a document.'),
  description: z.string().min(1).describe('One sentence for a person.'),
  dateOrder: z.enum(dateOrders).describe('How a date such as 03/04/2026 is read.'),
  classification: classification.describe('What tells documents of this class from others.'),
  vocabulary: vocabulary.default({}).describe('Word lists that candidates for texts are compared with.'),
  fields: z
    .array(field)
    .readonly()
    .default([])
    .describe('Values to find. A class without fields ends with the finding `CLASS_UNKNOWN`.'),
  rows: z.array(rowGroup).readonly().default([]).describe('Tables whose rows are read.'),
  rules: z
    .array(rule)
    .readonly()
    .default([])
    .describe(
      'What must hold. A rule whose fields were not found says nothing; what must be there is `required`.',
    ),
  thresholds: z
    .strictObject({
      field: probability.describe('A required field below this confidence asks for review.'),
      documentClass: probability.describe('A document whose class is less sure than this asks for review.'),
    })
    .readonly()
    .describe('Confidence below which a person looks.'),
  evaluation: evaluation
    .nullable()
    .default(null)
    .describe('How labelled documents are scored and what training learns from.'),
});

/** A document class as data: what `schemas/classes/<name>/v<version>.yaml` says. */
export type DocumentClass = Readonly<z.infer<typeof documentClassSchema>>;
