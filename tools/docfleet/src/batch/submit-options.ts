import { resolve } from 'node:path';
import { checkPaths, commands, usageError, type ValuesOf } from '@docfleet/command-line';
import type { BatchOptions } from '@docfleet/client';
import { lanes, readingRoutes } from '@docfleet/domain';
import { expectationsOf, formats, type Format } from '../read/arguments.ts';
import { classAndChecks, reviewOf } from '../remote/submit-options.ts';

const { submit } = commands.docfleet.subcommands.batch.subcommands;

type Values = ValuesOf<typeof submit.options>;

/** A file of the call. */
export interface BatchInput {
  /** As the person named it. */
  readonly name: string;
  /** Absolute. */
  readonly path: string;
}

export interface BatchCall {
  readonly inputs: readonly BatchInput[];
  /** Named more than once; each is submitted once. */
  readonly repeated: readonly string[];
  readonly isArchive: boolean;
  readonly format: Format;
  readonly isWaiting: boolean;
  readonly cancelsOnInterrupt: boolean;
  /** Whether a draft was asked for. */
  readonly isDraft: boolean;
  /** The draft to go on with. */
  readonly resume: string | undefined;
  readonly options: BatchOptions;
}

/** Number of free fields: the limit of the API. */
const maxFields = 20;

/** Options that a draft has already, so that a call that goes on with it cannot give them. */
const ofDraft = [
  'request-id',
  'route',
  'expect',
  'class',
  'callback-url',
  'region',
  'requester',
  'email',
  'notes',
  'period',
  'field',
] as const;

/**
 * The options of a call of `docfleet batch submit`.
 *
 * @throws UsageError also for a file that cannot be read: a batch is accepted as a whole or not at all
 */
export function batchCallOf(
  operands: readonly string[],
  values: Values,
  { folder, isTerminal }: { readonly folder: string; readonly isTerminal: boolean },
): BatchCall {
  const inputs = new Map<string, BatchInput>();
  const repeated: string[] = [];
  for (const name of operands) {
    const path = resolve(folder, name);
    if (inputs.has(path)) repeated.push(name);
    else inputs.set(path, { name, path });
  }
  checkPaths(submit, [...inputs.keys()]);
  const isArchive = checkArchive([...inputs.keys()], values);
  refuseContradictions(values);
  return {
    inputs: [...inputs.values()],
    repeated,
    isArchive,
    format: formats.find((each) => each === values.format) ?? (isTerminal ? 'table' : 'json'),
    isWaiting: values.wait,
    cancelsOnInterrupt: values['cancel-on-interrupt'],
    isDraft: values.draft,
    resume: values.resume,
    options: optionsOf(values),
  };
}

/** Whether the call submits an archive. @throws UsageError for one among other files, or as a draft */
function checkArchive(paths: readonly string[], { draft, resume }: Values): boolean {
  const archives = paths.filter((path) => path.toLowerCase().endsWith('.zip'));
  if (archives.length === 0) return false;
  if (paths.length > 1) throw usageError(submit, 'a ZIP archive is a batch of its own: name it alone');
  if (draft || resume !== undefined)
    throw usageError(submit, 'a ZIP archive is sent in one call: without --draft and --resume');
  return true;
}

function refuseContradictions(values: Values): void {
  if (values.format === 'csv' && !values.wait)
    throw usageError(submit, '--format csv prints fields, so it needs --wait');
  if (values['cancel-on-interrupt'] && !values.wait)
    throw usageError(submit, '--cancel-on-interrupt needs --wait');
  const requestId = values['request-id'];
  if (requestId !== undefined && !/^[\x21-\x7e]{1,200}$/.test(requestId))
    throw usageError(submit, '--request-id takes 1 to 200 printable ASCII characters without spaces');
  const given: string[] = ofDraft.filter((name) => values[name] !== undefined);
  if (values['no-checks']) given.push('no-checks');
  if (values['no-review']) given.push('no-review');
  if (values.resume !== undefined && given.length > 0)
    throw usageError(submit, `--resume goes on with what the draft has, without --${given.join(', --')}`);
}

function optionsOf(values: Values): BatchOptions {
  const { requester: name, email, notes, period } = values;
  const route = readingRoutes.find((each) => each === values.route);
  const callbackUrl = values['callback-url'];
  const requestId = values['request-id'];
  const expectations = expectationsOf(values.expect ?? [], submit);
  const fields = fieldsOf(values.field ?? []);
  const requester = defined({ name, email, notes });
  const metadata = defined({ period, requester: orNothing(requester), fields: orNothing(fields) });
  return {
    ...defined({ requestId }),
    ...(Object.keys(metadata).length === 0 ? {} : { metadata }),
    options: {
      lane: lanes.find((each) => each === values.lane) ?? 'normal',
      ...defined({ route, callbackUrl, region: values.region, expectations: orNothing(expectations) }),
      ...classAndChecks(values),
      ...reviewOf(values),
    },
  };
}

/** @throws UsageError */
function fieldsOf(given: readonly string[]): Readonly<Record<string, string>> {
  const fields = new Map<string, string>();
  for (const text of given) {
    const [, name = '', value = ''] = /^([^=]+)=(.*)$/s.exec(text) ?? [];
    if (name === '') throw usageError(submit, `--field takes name=value, not '${text}'`);
    if (fields.has(name)) throw usageError(submit, `--field has two values for '${name}'`);
    fields.set(name, value);
  }
  if (fields.size > maxFields)
    throw usageError(submit, `--field may be given ${maxFields} times, not ${given.length}`);
  return Object.fromEntries(fields);
}

function orNothing<T extends object>(value: T): T | undefined {
  return Object.keys(value).length === 0 ? undefined : value;
}

type Defined<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

/** Without the entries that are undefined. */
function defined<T extends object>(value: T): Defined<T> {
  return Object.fromEntries(Object.entries(value).filter(([, each]) => each !== undefined)) as Defined<T>;
}
