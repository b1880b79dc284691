import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { documentClassSchema, withWeights, type DocumentClass } from '@docfleet/contracts';
import { parse, YAMLParseError } from 'yaml';

/** A class file, or the weights beside it, breaks a rule; the message names the file and every problem. */
export class ClassFileError extends Error {
  constructor(file: string, problems: readonly string[]) {
    super(`${file}:\n${problems.map((problem) => `  ${problem}`).join('\n')}`);
    this.name = 'ClassFileError';
  }
}

/**
 * Reads one class from its YAML text and, where it has been trained, the weights of its fields by name (JSON).
 * @throws ClassFileError naming every problem: unknown keys, wrong types, names that refer to nothing.
 */
export function parseDocumentClass(file: string, yaml: string, trained?: string): DocumentClass {
  const content = parseYaml(file, yaml);
  const parsed = documentClassSchema.safeParse(content);
  if (!parsed.success) {
    const problems = parsed.error.issues.map((issue) => {
      const problem =
        issue.code === 'unrecognized_keys' ? `unknown key ${issue.keys.join(', ')}` : issue.message;
      return `${placeOf(issue.path, content)}: ${problem}`;
    });
    throw new ClassFileError(file, [...problems, 'docs/class-reference.md lists every key.']);
  }
  const problems = danglingNames(parsed.data);
  if (problems.length > 0) throw new ClassFileError(file, problems);
  return trained === undefined ? parsed.data : trainedClass(file, parsed.data, trained);
}

function parseYaml(file: string, yaml: string): unknown {
  try {
    return parse(yaml);
  } catch (error) {
    if (error instanceof YAMLParseError) throw new ClassFileError(file, [error.message]);
    throw error;
  }
}

/** The place of a problem, with the names of list entries where they have one: `fields.total.labels.0`. */
function placeOf(path: readonly PropertyKey[], content: unknown): string {
  let at = content;
  const steps = path.map((step) => {
    at = partOf(at, step);
    const names = typeof step === 'number' ? ['name', 'code', 'label'].map((key) => partOf(at, key)) : [];
    return names.find((each) => typeof each === 'string') ?? String(step);
  });
  return steps.length === 0 ? 'the file' : steps.join('.');
}

function partOf(value: unknown, key: PropertyKey): unknown {
  return typeof value === 'object' && value !== null ? (Reflect.get(value, key) as unknown) : undefined;
}

function trainedClass(file: string, found: DocumentClass, trained: string): DocumentClass {
  try {
    return withWeights(found, trained);
  } catch (error) {
    throw new ClassFileError(file, [error instanceof Error ? error.message : String(error)]);
  }
}

/** Names that refer to nothing, and keys that mean nothing for the type they stand at. */
function danglingNames(found: DocumentClass): string[] {
  const fields = found.fields.map((own) => own.name);
  const groups = found.rows.map((group) => group.name);
  const problems: string[] = [];
  const check = (where: string, wanted: string | null, known: readonly string[]): void => {
    if (wanted !== null && !known.includes(wanted)) problems.push(`${where}: there is no ${wanted}`);
  };
  for (const [index, own] of found.fields.entries()) {
    check(`fields.${own.name}.near (must stand before it)`, own.near, fields.slice(0, index));
    check(`fields.${own.name}.counts`, own.counts, groups);
    if (fields.indexOf(own.name) !== index) problems.push(`fields.${own.name}: stands there twice`);
    if (own.type === 'count' && own.counts === null)
      problems.push(`fields.${own.name}: a count needs \`counts\`, the row group that is counted`);
    if (own.type === 'text' && own.shape === 'choice' && own.choices.length === 0)
      problems.push(`fields.${own.name}: the shape choice needs \`choices\``);
  }
  for (const [index, own] of groups.entries())
    if (groups.indexOf(own) !== index) problems.push(`rows.${own}: stands there twice`);
  for (const own of found.rules) {
    const where = `rules.${own.code}`;
    if (own.kind === 'sum')
      for (const part of [own.total, ...own.plus, ...own.minus]) check(where, part, fields);
    if (own.kind === 'rows-sum') {
      check(where, own.group, groups);
      const columns = found.rows.find(({ name }) => name === own.group)?.columns ?? [];
      check(
        `${where}.column`,
        own.column,
        columns.map(({ name }) => name),
      );
      check(where, own.total, fields);
    }
    if (own.kind === 'date-order') for (const day of [own.earlier, own.later]) check(where, day, fields);
    if (own.kind === 'date-range' || own.kind === 'amount-range') check(where, own.field, fields);
  }
  for (const own of found.evaluation?.fields ?? []) check('evaluation', own.field, fields);
  for (const own of found.approval?.decisive ?? []) check('approval.decisive', own, fields);
  return problems;
}

/** Reads the newest version of every class below a folder, sorted by name: `<class>/v<n>.yaml` and `weights.v<n>.json`. */
export function readDocumentClasses(folder: string): readonly DocumentClass[] {
  return readdirSync(folder)
    .sort()
    .map((className) => {
      const inside = readdirSync(join(folder, className));
      const versions = inside.flatMap((file) => /^v(\d+)\.yaml$/.exec(file)?.[1] ?? []).map(Number);
      const version = String(Math.max(0, ...versions));
      const file = join(folder, className, `v${version}.yaml`);
      if (versions.length === 0) throw new ClassFileError(join(folder, className), ['there is no v<n>.yaml']);
      const weightsFile = join(folder, className, `weights.v${version}.json`);
      const trained = existsSync(weightsFile) ? readFileSync(weightsFile, 'utf8') : undefined;
      const found = parseDocumentClass(file, readFileSync(file, 'utf8'), trained);
      if (found.name !== className || String(found.version) !== version) {
        throw new ClassFileError(file, ['name and version must be those of the folder and the file']);
      }
      return found;
    });
}

/** Source of `libs/contracts/src/generated/classes.ts`, not yet formatted. */
export function classesModule(folder: string): string {
  return [
    '// Generated by `npm run codegen` from schemas/. Do not edit.',
    '',
    "import type { DocumentClass } from '../document-class.ts';",
    '',
    '/** Every document class, as `schemas/classes` says, sorted by name. */',
    `export const documentClasses: readonly DocumentClass[] = ${JSON.stringify(readDocumentClasses(folder))};`,
    '',
  ].join('\n');
}
