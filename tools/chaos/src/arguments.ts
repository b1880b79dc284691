import { parseArgs } from 'node:util';
import { Problem, sentenceOf } from '@docfleet/stack';

export interface Arguments {
  readonly kind: 'faults' | 'fairness' | 'scaling' | 'leaders' | 'soak' | 'restart' | 'help';
  /** Documents that become runs; without repetitions, conflicts and rejected records. */
  readonly documents: number;
  /** Processes killed with SIGKILL, besides other faults. */
  readonly kills: number;
  readonly seed: number;
  /** Brokers of the cluster: one, or three whose leaders are killed. */
  readonly brokers: 1 | 3;
  /** Print only the report, as JSON. */
  readonly json: boolean;
}

export const help = `docfleet under faults: separate servers and services, killed while they work
  npm run chaos                       300 documents, 30 kills
  npm run chaos -- --documents 2000 --kills 200 --seed 7
  npm run chaos -- --brokers 3        three brokers, whose leaders are killed
  npm run chaos -- --fairness         urgent and quiet tenants behind a flood, with a stage of fixed duration
  npm run chaos -- --scaling          members of a stage come and go during long documents
  npm run chaos -- --leaders          many callers write while the leaders of three brokers die
  npm run chaos -- --soak             memory of a stage after 10,000 documents of 10,000 tenants
  npm run chaos -- --restart          every service is replaced while 200 short documents run
  npm run chaos -- --json             the report as JSON; progress goes to stderr

Documents, their order and the list of faults follow from the seed, which is printed. The exit code is 0 when every
accepted run has exactly one terminal event, one outcome and one bundle, every other record one rejection, all
topics are read to their end and no process is left. Data is deleted; logs stay in .docfleet/chaos/logs.
`;

/** @throws Problem for an unknown option or an invalid value */
export function parseArguments(argv: readonly string[], freshSeed: () => number): Arguments {
  const values = parse(argv);
  const kind = values.help === true ? 'help' : modeOf(values);
  return {
    kind,
    documents: numberOf('documents', values.documents, 300, 1),
    kills: numberOf('kills', values.kills, 30, 0),
    seed: numberOf('seed', values.seed, freshSeed(), 0),
    brokers: brokersOf(values.brokers),
    json: values.json === true,
  };
}

const otherModes = ['fairness', 'scaling', 'leaders', 'soak', 'restart'] as const;

type Values = ReturnType<typeof parse>;

function parse(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      options: {
        documents: { type: 'string' },
        kills: { type: 'string' },
        seed: { type: 'string' },
        brokers: { type: 'string' },
        json: { type: 'boolean' },
        fairness: { type: 'boolean' },
        scaling: { type: 'boolean' },
        leaders: { type: 'boolean' },
        soak: { type: 'boolean' },
        restart: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    }).values;
  } catch (error) {
    throw new Problem(`${sentenceOf(error)} --help lists the options.`);
  }
}

function modeOf(values: Values): 'faults' | (typeof otherModes)[number] {
  const modes = otherModes.filter((mode) => values[mode] === true);
  if (modes.length > 1) throw new Problem(`--${modes.join(' and --')} cannot be combined.`);
  return modes[0] ?? 'faults';
}

function numberOf(name: string, text: string | undefined, otherwise: number, lowest: number): number {
  if (text === undefined) return otherwise;
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= lowest && value < 2 ** 32) return value;
  throw new Problem(`--${name} ${text}: expected a whole number from ${lowest}.`);
}

function brokersOf(text: string | undefined): 1 | 3 {
  if (text === undefined || text === '1') return 1;
  if (text === '3') return 3;
  throw new Problem(`--brokers ${text}: expected 1 or 3.`);
}
