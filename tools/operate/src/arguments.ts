import { commands, usageError, type ValuesOf } from '@docfleet/command-line';
import { stageNames } from '@docfleet/domain';
import {
  parseKeys,
  parseTenants,
  type KeysArguments,
  type TenantsArguments,
} from './access/access-arguments.ts';
import { parsePublicKeys, type PublicKeysArguments } from './access/public-keys-arguments.ts';
import { parseErase, type EraseArguments } from './erasure/erase-arguments.ts';
import { timeOf } from './duration.ts';
import { parseLabels, type LabelsArguments } from './labels/labels-arguments.ts';
import { parseModels, type ModelsArguments } from './fleet/models-command.ts';
import { parseOrder, type OrderArguments } from './fleet/order-arguments.ts';
import { parseRewind, type RewindArguments } from './fleet/rewind.ts';
import type { AuditArguments } from './runs/audit-command.ts';
import type { NotedEnd } from './runs/verify-audit.ts';
import { parseSetAside, type SetAsideArguments } from './set-aside/set-aside-arguments.ts';

/** Which dead letters are meant. */
export interface LetterFilter {
  readonly tenant: string | undefined;
  readonly stage: string | undefined;
  readonly code: string | undefined;
  /** Milliseconds since the epoch. */
  readonly since: number | undefined;
}

export type Arguments =
  | {
      readonly kind: 'list';
      readonly filter: LetterFilter;
      /** Also those that were redriven. */
      readonly all: boolean;
      readonly limit: number;
      readonly json: boolean;
    }
  | { readonly kind: 'show'; readonly id: string }
  | {
      readonly kind: 'redrive';
      /** By id, or by filter: those that were not redriven yet. */
      readonly which: { readonly ids: readonly string[] } | { readonly filter: LetterFilter };
      readonly limit: number;
      /** False: print what would be done. */
      readonly yes: boolean;
    }
  | { readonly kind: 'set-aside'; readonly setAside: SetAsideArguments }
  | { readonly kind: 'trace-run'; readonly runId: string; readonly json: boolean }
  | { readonly kind: 'follow'; readonly runId: string; readonly json: boolean }
  | { readonly kind: 'fleet show' }
  | { readonly kind: 'order'; readonly order: OrderArguments }
  | { readonly kind: 'lag'; readonly json: boolean }
  | { readonly kind: 'processes'; readonly json: boolean }
  | { readonly kind: 'models'; readonly models: ModelsArguments }
  | { readonly kind: 'rewind'; readonly rewind: RewindArguments }
  | { readonly kind: 'audit'; readonly audit: AuditArguments }
  | { readonly kind: 'audit export'; readonly since: number; readonly until: number }
  | { readonly kind: 'audit verify'; readonly end: NotedEnd | undefined }
  | { readonly kind: 'tenants'; readonly tenants: TenantsArguments }
  | { readonly kind: 'keys'; readonly keys: KeysArguments }
  | { readonly kind: 'erase'; readonly erase: EraseArguments }
  | { readonly kind: 'public-keys'; readonly publicKeys: PublicKeysArguments }
  | { readonly kind: 'labels'; readonly labels: LabelsArguments };

const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const letterId = /^[a-z]+-\d{1,6}-\d{1,19}$/;

/** Options that each command takes, beside `--help`. */
const applicable = {
  list: ['tenant', 'stage', 'code', 'since', 'all', 'limit', 'json'],
  show: [],
  redrive: ['tenant', 'stage', 'code', 'since', 'limit', 'yes'],
  'set-aside list': ['all', 'limit', 'json'],
  'set-aside redrive': ['yes'],
  'trace-run': ['json'],
  follow: ['json'],
  'fleet show': [],
  order: ['by', 'reason', 'for', 'direct', 'yes'],
  lag: ['json'],
  processes: ['json'],
  models: ['reason', 'json', 'yes'],
  rewind: ['to', 'reason', 'yes'],
  audit: ['tenant', 'action', 'since', 'limit', 'json'],
  'audit export': ['since', 'until', 'format'],
  'audit verify': ['end'],
  tenants: ['name', 'json', 'yes'],
  'public-keys': ['tenant', 'json', 'yes'],
  keys: ['tenant', 'role', 'name', 'grace', 'json', 'yes'],
  erase: ['json', 'yes'],
  labels: ['tenant', 'class', 'since', 'to'],
} as const;

type Values = ValuesOf<typeof commands.operate.options>;

/**
 * Reads the operands and options of a call that is not `--help`; `now` is in milliseconds since the epoch.
 *
 * @throws UsageError
 */
export function parseArguments(operands: readonly string[], values: Values, now: number): Arguments {
  const given = read(operands, values, now);
  checkOptions(given.kind === 'set-aside' ? `set-aside ${given.setAside.action}` : given.kind, values);
  return given;
}

function read([command, ...rest]: readonly string[], values: Values, now: number): Arguments {
  if (command === 'dead-letters') return parseLetters(rest, values, now);
  if (command === 'set-aside') return { kind: 'set-aside', setAside: parseSetAside(rest, values) };
  if (command === 'tenants') return { kind: 'tenants', tenants: parseTenants(rest, values) };
  if (command === 'keys') return { kind: 'keys', keys: parseKeys(rest, values) };
  if (command === 'labels') return { kind: 'labels', labels: parseLabels(rest, values, now) };
  if (command === 'erase') return { kind: 'erase', erase: parseErase(rest, values) };
  if (command === 'public-keys') {
    return { kind: 'public-keys', publicKeys: parsePublicKeys(rest, values) };
  }
  if (command === 'fleet' && rest.join(' ') === 'show') return { kind: 'fleet show' };
  if (command !== undefined && ['fleet', 'pause', 'resume', 'drain', 'undrain'].includes(command))
    return { kind: 'order', order: parseOrder([command, ...rest], values) };
  if (command === 'models') return { kind: 'models', models: parseModels(rest, values) };
  if (command === 'rewind') return { kind: 'rewind', rewind: parseRewind(rest, values, now) };
  if (command === 'lag' || command === 'processes') {
    nothingMore(command, rest);
    return { kind: command, json: values.json };
  }
  if (command === 'audit' && rest[0] === 'export') {
    nothingMore('audit export', rest.slice(1));
    const until = values.until === undefined ? now : timeOf('until', values.until, now);
    return {
      kind: 'audit export',
      since: values.since === undefined ? 0 : timeOf('since', values.since, now),
      until,
    };
  }
  if (command === 'audit' && rest[0] === 'verify') {
    nothingMore('audit verify', rest.slice(1));
    return { kind: 'audit verify', end: endOf(values.end) };
  }
  if (command === 'audit') {
    nothingMore('audit list', rest.slice(rest[0] === 'list' ? 1 : 0));
    const since = values.since === undefined ? undefined : timeOf('since', values.since, now);
    const { tenant, action, json } = values;
    return { kind: 'audit', audit: { tenant, action, since, limit: Number(values.limit), json } };
  }
  if (command === 'follow')
    return { kind: 'follow', runId: oneOf(rest, uuid, 'a runId').toLowerCase(), json: values.json };
  return { kind: 'trace-run', runId: oneOf(rest, uuid, 'a runId').toLowerCase(), json: values.json };
}

function checkOptions(kind: keyof typeof applicable, values: Values): void {
  const allowed: readonly string[] = applicable[kind];
  const defaults = new Map(
    Object.entries(commands.operate.options).map(([name, option]) => [
      name,
      'default' in option ? option.default : undefined,
    ]),
  );
  const wrong = Object.entries(values).find(
    ([name, value]) => !allowed.includes(name) && value !== defaults.get(name),
  );
  if (wrong !== undefined)
    throw usageError(commands.operate, `--${wrong[0]} does not apply to this command (${kind})`);
}

function parseLetters(
  [action = 'nothing', ...ids]: readonly string[],
  values: Values,
  now: number,
): Arguments {
  const filter: LetterFilter = {
    tenant: values.tenant,
    stage: stageOf(values.stage),
    code: values.code,
    since: values.since === undefined ? undefined : timeOf('since', values.since, now),
  };
  const limit = Number(values.limit);
  switch (action) {
    case 'list':
      return { kind: 'list', filter, all: values.all, limit, json: values.json };
    case 'show':
      return { kind: 'show', id: oneOf(ids, letterId, 'the id of a dead letter') };
    case 'redrive': {
      const isFiltered = Object.values(filter).some((value) => value !== undefined);
      if (ids.length > 0 === isFiltered) {
        throw usageError(commands.operate, 'redrive takes either ids or at least one filter');
      }
      for (const id of ids) oneOf([id], letterId, 'the id of a dead letter');
      return { kind: 'redrive', which: isFiltered ? { filter } : { ids }, limit, yes: values.yes };
    }
    default:
      throw usageError(commands.operate, `dead-letters does list, show or redrive, not ${action}`);
  }
}

function oneOf(given: readonly string[], shape: RegExp, what: string): string {
  const [value = '', ...others] = given;
  if (others.length > 0 || !shape.test(value)) {
    throw usageError(
      commands.operate,
      `${what} is needed, not ${given.length === 0 ? 'nothing' : given.join(' ')}`,
    );
  }
  return value;
}

function stageOf(stage: string | undefined): string | undefined {
  if (stage === undefined || stageNames.some((name) => name === stage)) return stage;
  throw usageError(commands.operate, `--stage is one of ${stageNames.join(', ')}, not ${stage}`);
}

function endOf(text: string | undefined): NotedEnd | undefined {
  if (text === undefined) return undefined;
  const [, position, hash] = /^(\d{1,18}):([0-9a-f]{64})$/.exec(text) ?? [];
  if (position === undefined || hash === undefined) {
    throw usageError(commands.operate, `--end is <position>:<hash> as audit verify prints it, not ${text}`);
  }
  return { position: BigInt(position), hash };
}

function nothingMore(command: string, rest: readonly string[]): void {
  const [first] = rest;
  if (first !== undefined)
    throw usageError(commands.operate, `${command} takes no arguments beside options, but got '${first}'`);
}
