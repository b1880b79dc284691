import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DocumentClass } from '@docfleet/contracts';
import { parse } from 'yaml';
import { z } from 'zod';

/** A class file, or the weights beside it, breaks a rule; the message names the file and every problem. */
export class ClassFileError extends Error {
  constructor(file: string, problems: readonly string[]) {
    super(`${file}:\n${problems.map((problem) => `  ${problem}`).join('\n')}`);
    this.name = 'ClassFileError';
  }
}

const name = z.string().regex(/^[a-z][a-z0-9]*([_-][a-z0-9]+)*$/, 'lower-case words joined by - or _');
const phrase = z.string().min(1);
const labels = z
  .array(z.strictObject({ phrase, weight: z.number().positive() }))
  .readonly()
  .default([]);
const severity = z.enum(['info', 'review', 'reject']);
const code = z.string().regex(/^[A-Z][A-Z0-9_]*$/, 'upper-case words joined by _');
const isoDay = z.iso.date();
const weights = z.record(z.string(), z.number()).readonly();

const field = z.strictObject({
  name,
  type: z.enum(['money', 'date', 'identifier', 'text', 'count', 'currency']),
  shape: z.enum(['name', 'address', 'line', 'choice']).default('line'),
  description: z.string().min(1),
  required: z.boolean(),
  pages: z.enum(['first', 'ends', 'all']),
  labels,
  avoid: labels,
  pattern: z.string().nullable().default(null),
  choices: z
    .array(z.strictObject({ value: z.string().min(1), phrases: z.array(phrase).readonly() }))
    .readonly()
    .default([]),
  near: name.nullable().default(null),
  counts: name.nullable().default(null),
  weights: weights.default({}),
});

const rowGroup = z.strictObject({
  name,
  columns: z
    .array(
      z.strictObject({
        name,
        type: z.enum(['money', 'number', 'text']),
        labels: z.array(phrase).min(1).readonly(),
      }),
    )
    .min(2)
    .readonly(),
  endsWith: z.array(phrase).readonly(),
});

const rule = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('sum'),
    code,
    total: name,
    plus: z.array(name).readonly(),
    minus: z.array(name).readonly(),
    tolerance: z.number().nonnegative(),
    severity,
  }),
  z.strictObject({
    kind: z.literal('rows-sum'),
    code,
    group: name,
    column: name,
    total: name,
    tolerance: z.number().nonnegative(),
    severity,
  }),
  z.strictObject({ kind: z.literal('date-order'), code, earlier: name, later: name, severity }),
  z.strictObject({
    kind: z.literal('date-range'),
    code,
    field: name,
    from: isoDay,
    daysAhead: z.number(),
    severity,
  }),
  z.strictObject({
    kind: z.literal('amount-range'),
    code,
    field: name,
    min: z.number(),
    max: z.number(),
    severity,
  }),
  z.strictObject({ kind: z.literal('check-digits'), code, scheme: z.enum(['iban', 'vat']), severity }),
]);

const share = z.number().optional();
const probability = z.number().min(0).max(1);

const classFile = z.strictObject({
  name,
  version: z.int().positive(),
  title: z.string().min(1),
  description: z.string().min(1),
  dateOrder: z.enum(['day-first', 'month-first']),
  classification: z.strictObject({
    bias: z.number(),
    singlePage: z.boolean(),
    startsWith: z.array(phrase).readonly().default([]),
    cues: z
      .array(z.strictObject({ phrase, weight: z.number() }))
      .readonly()
      .default([]),
    layout: z
      .strictObject({ narrow: share, dense: share, sparse: share, money: share, prose: share, table: share })
      .default({}),
  }),
  vocabulary: z.record(name, z.array(phrase).readonly()).readonly().default({}),
  fields: z.array(field).readonly().default([]),
  rows: z.array(rowGroup).readonly().default([]),
  rules: z.array(rule).readonly().default([]),
  thresholds: z.strictObject({ field: probability, documentClass: probability }),
  evaluation: z
    .strictObject({
      set: name,
      fields: z
        .array(
          z.strictObject({
            label: z.string().min(1),
            field: name,
            compare: z.enum(['text', 'ident', 'amount', 'date', 'mdate', 'int']),
            predict: z.enum(['value', 'normalised']),
          }),
        )
        .min(1)
        .readonly(),
    })
    .nullable()
    .default(null),
});

type ClassFile = z.infer<typeof classFile>;

/**
 * Reads one class from its YAML text and, where it has been trained, the weights of its fields by name (JSON).
 * @throws ClassFileError naming every problem: unknown keys, wrong types, names that refer to nothing.
 */
export function parseDocumentClass(file: string, yaml: string, trained?: string): DocumentClass {
  const parsed = classFile.safeParse(parse(yaml));
  if (!parsed.success) {
    throw new ClassFileError(
      file,
      parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`),
    );
  }
  const problems = danglingNames(parsed.data);
  if (problems.length > 0) throw new ClassFileError(file, problems);
  return withWeights(file, parsed.data, trained);
}

function withWeights(file: string, found: ClassFile, trained: string | undefined): DocumentClass {
  const read = z.record(name, weights).safeParse(trained === undefined ? {} : JSON.parse(trained));
  if (!read.success)
    throw new ClassFileError(file, ['the trained weights are not {field: {feature: number}}']);
  const unknown = Object.keys(read.data).filter((key) => !found.fields.some((own) => own.name === key));
  if (unknown.length > 0)
    throw new ClassFileError(file, [`weights for unknown fields: ${unknown.join(', ')}`]);
  const fields = found.fields.map((own) => ({ ...own, weights: read.data[own.name] ?? own.weights }));
  return { ...found, classification: { ...found.classification, layout: definedOnly(found) }, fields };
}

function definedOnly(found: ClassFile): DocumentClass['classification']['layout'] {
  return Object.fromEntries(
    Object.entries(found.classification.layout).filter(([, weight]) => weight !== undefined),
  );
}

function danglingNames(found: ClassFile): string[] {
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
  }
  for (const own of found.rules) {
    const where = `rules.${own.code}`;
    if (own.kind === 'sum')
      for (const part of [own.total, ...own.plus, ...own.minus]) check(where, part, fields);
    if (own.kind === 'rows-sum') {
      check(where, own.group, groups);
      check(where, own.total, fields);
    }
    if (own.kind === 'date-order') for (const day of [own.earlier, own.later]) check(where, day, fields);
    if (own.kind === 'date-range' || own.kind === 'amount-range') check(where, own.field, fields);
  }
  for (const own of found.evaluation?.fields ?? []) check('evaluation', own.field, fields);
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
