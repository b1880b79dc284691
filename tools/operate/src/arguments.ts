import { commands, usageError, type ValuesOf } from '@docfleet/command-line';
import { stageNames } from '@docfleet/domain';
import { parseFleet, type FleetArguments } from './fleet-arguments.ts';

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
  | { readonly kind: 'trace-run'; readonly runId: string; readonly json: boolean }
  | { readonly kind: 'fleet'; readonly fleet: FleetArguments };

const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const letterId = /^[a-z]+-\d{1,6}-\d{1,19}$/;

/** Options that each command takes, beside `--help`. */
const applicable = {
  list: ['tenant', 'stage', 'code', 'since', 'all', 'limit', 'json'],
  show: [],
  redrive: ['tenant', 'stage', 'code', 'since', 'limit', 'yes'],
  'trace-run': ['json'],
  fleet: ['by', 'reason', 'yes'],
} as const;

type Values = ValuesOf<typeof commands.operate.options>;

/**
 * Reads the operands and options of a call that is not `--help`; `now` is in milliseconds since the epoch.
 *
 * @throws UsageError
 */
export function parseArguments(operands: readonly string[], values: Values, now: number): Arguments {
  const given = read(operands, values, now);
  checkOptions(given.kind, values);
  return given;
}

function read([command, ...rest]: readonly string[], values: Values, now: number): Arguments {
  if (command === 'dead-letters') return parseLetters(rest, values, now);
  if (command === 'fleet') return { kind: 'fleet', fleet: parseFleet(rest, values) };
  return { kind: 'trace-run', runId: oneOf(rest, uuid, 'a runId').toLowerCase(), json: values.json };
}

function checkOptions(kind: Arguments['kind'], values: Values): void {
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
    since: values.since === undefined ? undefined : timeOf(values.since, now),
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

const unitMs: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000 };

function timeOf(text: string, now: number): number {
  const [, count, unit] = /^(\d{1,6})([mhd])$/.exec(text) ?? [];
  if (count !== undefined && unit !== undefined) return now - Number(count) * (unitMs[unit] ?? 0);
  const time = Date.parse(text);
  if (Number.isNaN(time))
    throw usageError(commands.operate, `--since takes a time or an age as 90m, 6h, 2d, not ${text}`);
  return time;
}
