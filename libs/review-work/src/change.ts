import { cleanText } from '@docfleet/domain';
import { z } from 'zod';

/** Most changes in one call. */
export const maxChangesOfCall = 200;

/** Most changes of a task in all: its history stays readable. */
export const maxChangesOfTask = 20_000;

const maxValueLength = 4_000;
const maxCellLength = 1_000;
const maxCells = 40;
const maxNameLength = 100;

const text = (maxLength: number) =>
  z
    .string()
    .max(maxLength)
    .refine(
      (given) => cleanText(given) === given,
      'has characters that are no text, such as control characters',
    );

const name = text(maxNameLength).min(1);
const document = z.int().min(1).describe('Its index, from 1.');
const row = z.int().min(1).describe('`id` of the row.');
const cells = z
  .record(name, text(maxCellLength))
  .refine((given) => Object.keys(given).length <= maxCells, `has more than ${String(maxCells)} cells`)
  .refine((given) => !Object.hasOwn(given, '__proto__'), '`__proto__` is no name of a cell');

const place = {
  page: z.int().min(1).optional().describe('Default: as before, or the first page of the document.'),
  box: z
    .array(z.number())
    .length(4)
    .optional()
    .describe('Left, top, right and bottom, in pixels of the page image; with `page`.'),
  words: text(maxValueLength).optional().describe('The words of the page that it was taken from.'),
};

/** One change of a review task, as a person makes it. */
export const reviewChangeSchema = z
  .discriminatedUnion('op', [
    z
      .strictObject({ op: z.literal('set'), document, field: name, value: text(maxValueLength), ...place })
      .describe(
        'Gives a field a value, as printed; its normal form follows. The value that it has is confirmed.',
      ),
    z
      .strictObject({ op: z.literal('confirm'), document, field: name })
      .describe('Says that the value of a field is right.'),
    z
      .strictObject({ op: z.literal('remove'), document, field: name })
      .describe('Says that the document does not have the field; also of one that was not found.'),
    z
      .strictObject({ op: z.literal('addRow'), document, group: name, cells, ...place })
      .describe('Adds a row to a table of the class.'),
    z
      .strictObject({ op: z.literal('setRow'), document, row, cells })
      .describe('Changes the given cells of a row; with the cells that it has, confirms it.'),
    z.strictObject({ op: z.literal('removeRow'), document, row }).describe('Removes a row.'),
    z
      .strictObject({ op: z.literal('setClass'), document, documentClass: name })
      .describe(
        'Names the class. Fields that the class has as well stay; with the same class it is confirmed.',
      ),
    z
      .strictObject({ op: z.literal('split'), document, atPage: z.int().min(1) })
      .describe('Divides a document; `atPage` becomes the first page of the second one.'),
    z.strictObject({ op: z.literal('merge'), document }).describe('Joins a document with the next one.'),
    z.strictObject({ op: z.literal('undo') }).describe("Takes back the caller's last change that stands."),
  ])
  .meta({ id: 'ReviewChange' });

export type ReviewChange = z.infer<typeof reviewChangeSchema>;

/** A change other than taking one back. */
export type ReviewEdit = Exclude<ReviewChange, { op: 'undo' }>;

/** What an entry of a task's history may be about. */
export const changeKinds = [
  'set',
  'confirm',
  'remove',
  'addRow',
  'setRow',
  'removeRow',
  'setClass',
  'split',
  'merge',
  'undo',
] as const satisfies readonly ReviewChange['op'][];
export type ChangeKind = (typeof changeKinds)[number];
