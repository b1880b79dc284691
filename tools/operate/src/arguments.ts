import { parseArgs } from 'node:util';
import { stageNames } from '@docfleet/domain';

/** Which dead letters are meant. */
export interface LetterFilter {
  readonly tenant: string | undefined;
  readonly stage: string | undefined;
  readonly code: string | undefined;
  /** Milliseconds since the epoch. */
  readonly since: number | undefined;
}

export type Arguments =
  | { readonly kind: 'help' }
  | {
      readonly kind: 'list';
      readonly filter: LetterFilter;
      /** Also those that were sent again. */
      readonly all: boolean;
      readonly limit: number;
      readonly json: boolean;
    }
  | { readonly kind: 'show'; readonly id: string }
  | {
      readonly kind: 'redrive';
      /** By name, or by filter: the ones that were not sent again yet. */
      readonly which: { readonly ids: readonly string[] } | { readonly filter: LetterFilter };
      readonly limit: number;
      /** False: say what would be done. */
      readonly yes: boolean;
    }
  | { readonly kind: 'trace-run'; readonly runId: string; readonly json: boolean };

export const help = `What operators do to a running fleet.

  npm run operate -- dead-letters list [filters] [--all] [--limit <n>] [--json]
  npm run operate -- dead-letters show <id>
  npm run operate -- dead-letters redrive <id>... | [filters] [--limit <n>]   say what would be done
  npm run operate -- dead-letters redrive <id>... | [filters] --yes           do it
  npm run trace-run -- <runId> [--json]       one run's life, from topics, database and object store

Filters: --tenant <id>  --stage <name>  --code <FAILURE_CODE>  --since <time or age, as 90m, 6h, 2d>
A redrive is the same run as its next revision, with fresh attempts; asking again changes nothing.
--all lists also what was sent again; --limit is 100 for lists and redrives.

Addresses come from .docfleet/endpoints.json (what npm start writes), or from the environment:
DOCFLEET_API and DOCFLEET_API_KEY (role operator; admin for other tenants) for dead letters;
KAFKA_BROKERS, SCHEMA_REGISTRY_URL, DATABASE_URL, S3_ENDPOINT, S3_BUCKET, AWS_ACCESS_KEY_ID and
AWS_SECRET_ACCESS_KEY for trace-run. DOCFLEET_ENDPOINTS names another endpoints file.
`;

/** Wrong arguments, in a sentence for a person. */
export class UsageError extends Error {}

const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const letterId = /^[a-z]+-\d{1,6}-\d{1,19}$/;

/** @throws UsageError */
export function parseArguments(argv: readonly string[], now: number): Arguments {
  const { values, positionals } = parse(argv);
  const [command, ...rest] = positionals;
  if (values.help === true || command === undefined || command === 'help') return { kind: 'help' };
  switch (command) {
    case 'trace-run':
      return {
        kind: 'trace-run',
        runId: oneOf(rest, uuid, 'a runId').toLowerCase(),
        json: values.json === true,
      };
    case 'dead-letters':
      return parseLetters(rest, values, now);
    default:
      throw new UsageError(`unknown command ${command}`);
  }
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
  const limit = limitOf(values.limit);
  switch (action) {
    case 'list':
      return { kind: 'list', filter, all: values.all === true, limit, json: values.json === true };
    case 'show':
      return { kind: 'show', id: oneOf(ids, letterId, 'the id of a dead letter') };
    case 'redrive': {
      const isFiltered = Object.values(filter).some((value) => value !== undefined);
      if (ids.length > 0 === isFiltered) {
        throw new UsageError('redrive takes either ids or at least one filter');
      }
      for (const id of ids) oneOf([id], letterId, 'the id of a dead letter');
      return { kind: 'redrive', which: isFiltered ? { filter } : { ids }, limit, yes: values.yes === true };
    }
    default:
      throw new UsageError(`dead-letters does list, show or redrive, not ${action}`);
  }
}

function oneOf(given: readonly string[], shape: RegExp, what: string): string {
  const [value = '', ...others] = given;
  if (others.length > 0 || !shape.test(value)) {
    throw new UsageError(`${what} is needed, not ${given.length === 0 ? 'nothing' : given.join(' ')}`);
  }
  return value;
}

function stageOf(stage: string | undefined): string | undefined {
  if (stage === undefined || stageNames.some((name) => name === stage)) return stage;
  throw new UsageError(`--stage is one of ${stageNames.join(', ')}, not ${stage}`);
}

function limitOf(limit: string | undefined): number {
  if (limit === undefined) return 100;
  if (!/^[1-9]\d{0,5}$/.test(limit)) throw new UsageError(`--limit takes a whole number, not ${limit}`);
  return Number(limit);
}

const unitMs: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000 };

function timeOf(text: string, now: number): number {
  const [, count, unit] = /^(\d{1,6})([mhd])$/.exec(text) ?? [];
  if (count !== undefined && unit !== undefined) return now - Number(count) * (unitMs[unit] ?? 0);
  const time = Date.parse(text);
  if (Number.isNaN(time)) throw new UsageError(`--since takes a time or an age as 90m, 6h, 2d, not ${text}`);
  return time;
}

const options = {
  help: { type: 'boolean', short: 'h' },
  json: { type: 'boolean' },
  all: { type: 'boolean' },
  yes: { type: 'boolean' },
  tenant: { type: 'string' },
  stage: { type: 'string' },
  code: { type: 'string' },
  since: { type: 'string' },
  limit: { type: 'string' },
} as const;

type Values = ReturnType<typeof parse>['values'];

function parse(argv: readonly string[]) {
  try {
    return parseArgs({ args: [...argv], options, allowPositionals: true });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}
