import { resolve } from 'node:path';
import { commands, usageError, type Command, type ValuesOf } from '@docfleet/command-line';
import { submittedClasses } from '@docfleet/contracts';
import { mayBeSubmitted } from '@docfleet/domain';

const { read } = commands.docfleet.subcommands;

export const formats = ['table', 'json', 'csv'] as const;
export type Format = (typeof formats)[number];

/** One operand of the call: a file, or standard input. */
export interface Input {
  /** As the person named it. */
  readonly name: string;
  /** Absolute; null for standard input. */
  readonly path: string | null;
}

export interface ReadOptions {
  readonly inputs: readonly Input[];
  /** Named more than once; each is read once. */
  readonly repeated: readonly string[];
  readonly format: Format;
  readonly route: string | null;
  readonly expectations: Readonly<Record<string, string>>;
  /** Null: it is found out. */
  readonly documentClass: string | null;
  readonly checks: boolean;
  /** Absolute. */
  readonly artifacts: string | null;
  readonly timings: boolean;
  readonly verbose: boolean;
}

/** Number of expectations, and length of their names and values in characters: the limits of the API. */
const maxExpectations = 50;
const maxNameLength = 100;
const maxValueLength = 500;

/**
 * The options of a call of `docfleet read`.
 *
 * @throws UsageError
 */
export function readOptions(
  operands: readonly string[],
  values: ValuesOf<typeof read.options>,
  { folder, isTerminal }: { readonly folder: string; readonly isTerminal: boolean },
): ReadOptions {
  const { inputs, repeated } = inputsOf(operands, folder);
  const format = formats.find((each) => each === values.format) ?? (isTerminal ? 'table' : 'json');
  return {
    inputs,
    repeated,
    format,
    route: values.route ?? null,
    expectations: expectationsOf(values.expect ?? []),
    documentClass: classOf(values.class) ?? null,
    checks: !values['no-checks'],
    artifacts: values.artifacts === undefined ? null : resolve(folder, values.artifacts),
    timings: values.timings,
    verbose: values.verbose,
  };
}

/**
 * The class that documents are said to be of.
 *
 * @throws UsageError that names the classes there are
 */
function classOf(given: string | undefined): string | undefined {
  if (given === undefined || submittedClasses.includes(given)) return given;
  throw usageError(read, `--class is one of ${submittedClasses.join(', ')}, not '${given}'`);
}

/** The files of a call, each once. */
export function inputsOf(
  operands: readonly string[],
  folder: string,
): Pick<ReadOptions, 'inputs' | 'repeated'> {
  const inputs = new Map<string, Input>();
  const repeated: string[] = [];
  for (const name of operands) {
    const path = name === '-' ? null : resolve(folder, name);
    const key = path ?? '-';
    if (inputs.has(key)) repeated.push(name);
    else inputs.set(key, { name, path });
  }
  return { inputs: [...inputs.values()], repeated };
}

/**
 * What documents are expected to show, from `name=value`.
 *
 * @throws UsageError
 */
export function expectationsOf(
  given: readonly string[],
  command: Command = read,
): Readonly<Record<string, string>> {
  const expectations = new Map<string, string>();
  for (const text of given) {
    const [, name = '', value = ''] = /^([^=]+)=(.*)$/s.exec(text) ?? [];
    if (name === '') throw usageError(command, `--expect takes name=value, not '${text}'`);
    if (expectations.has(name)) throw usageError(command, `--expect has two values for '${name}'`);
    if (name.length > maxNameLength || value.length > maxValueLength)
      throw usageError(
        command,
        `--expect takes names of ${maxNameLength} and values of ${maxValueLength} characters at most`,
      );
    expectations.set(name, value);
  }
  if (expectations.size > maxExpectations)
    throw usageError(command, `--expect may be given ${maxExpectations} times, not ${given.length}`);
  const named = Object.fromEntries(expectations);
  const nothing = { requestId: null, documentId: null, callbackUrl: null, uri: 's3://docfleet/document' };
  if (!mayBeSubmitted({ ...nothing, expectations: named }))
    throw usageError(
      read,
      "--expect takes neither '__proto__' nor names that differ in control characters alone",
    );
  return named;
}
