import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileProblems } from '@docfleet/command-line';
import { documentClasses, type DocumentClass, type EvaluationMapping } from '@docfleet/contracts';
import { z } from 'zod';
import type { Labelled } from './score.ts';

/** Something the person who started the command can put right. */
export class EvaluationError extends Error {}

export interface LabelledFile extends Labelled {
  /** Path of the document. */
  readonly path: string;
  /** Of a file with several documents: where this one begins. */
  readonly firstPage?: number;
}

export interface LabelledSet {
  readonly documentClass: DocumentClass;
  readonly mapping: EvaluationMapping;
  readonly documents: readonly LabelledFile[];
}

const row = z.looseObject({
  id: z.coerce.string(),
  file: z.string().min(1),
  /** Where the labels do not say it by their names. */
  documentClass: z.string().optional(),
  /** First and last page of one document of a file with several. */
  pages: z.tuple([z.int().positive(), z.int().positive()]).optional(),
});
const label = z.union([z.string(), z.number(), z.null()]).optional();

/**
 * Reads `labels.jsonl` of a folder. Which class it is says the first row, by `documentClass` or by the names of its labels:
 * then it is the class whose evaluation mapping finds most labels, and all of its own. A label that a row does not have is
 * not scored.
 * @throws EvaluationError when there are no labels, a row is broken, no class has the labels, or a document cannot be
 * read
 */
export function readLabels(folder: string, limit: number): LabelledSet {
  const file = join(folder, 'labels.jsonl');
  const [problem] = fileProblems([file]);
  if (problem !== undefined)
    throw new EvaluationError(
      `${problem}. A labelled folder has a file labels.jsonl: one JSON object a line, with id, file and the labels.`,
    );
  const rows = readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line, i) => parseRow(file, line, i + 1));
  const [first] = rows;
  if (first === undefined) throw new EvaluationError(`${file} has no rows`);
  const { documentClass, mapping } = classOf(file, first);
  const documents = rows.slice(0, limit).map((one) => ({
    id: one.id,
    path: join(folder, one.file),
    ...(one.pages === undefined ? {} : { firstPage: one.pages[0] }),
    values: Object.fromEntries(
      mapping.fields.flatMap(({ label }) => (label in one ? [[label, textOf(one[label])]] : [])),
    ),
  }));
  const problems = fileProblems(documents.map(({ path }) => path));
  if (problems.length > 0)
    throw new EvaluationError([`${file} names documents that cannot be sent:`, ...problems].join('\n  - '));
  return { documentClass, mapping, documents };
}

function parseRow(file: string, line: string, number: number): z.infer<typeof row> {
  try {
    return row.parse(JSON.parse(line));
  } catch (error) {
    throw new EvaluationError(
      `${file}, line ${String(number)}: not a labelled document (a JSON object with id and file)`,
      { cause: error },
    );
  }
}

function textOf(value: unknown): string | null {
  const read = label.parse(value) ?? null;
  return read === null ? null : String(read);
}

function classOf(
  file: string,
  first: z.infer<typeof row>,
): { documentClass: DocumentClass; mapping: EvaluationMapping } {
  const names = Object.keys(first);
  if (first.documentClass !== undefined) {
    const named = documentClasses.find(({ name }) => name === first.documentClass);
    if (named?.evaluation == null)
      throw new EvaluationError(
        `${file}: there is no class ${first.documentClass} with an evaluation mapping (schemas/classes)`,
      );
    return { documentClass: named, mapping: named.evaluation };
  }
  const fitting = documentClasses.flatMap((documentClass) => {
    const mapping = documentClass.evaluation;
    return mapping?.fields.every((field) => names.includes(field.label)) === true
      ? [{ documentClass, mapping }]
      : [];
  });
  const best = fitting.sort((a, b) => b.mapping.fields.length - a.mapping.fields.length)[0];
  if (best === undefined)
    throw new EvaluationError(
      `${file}: no document class has these labels in its evaluation mapping (schemas/classes)`,
    );
  return best;
}
