import { commands, type ValuesOf } from '@docfleet/command-line';

export interface Arguments {
  readonly kind: 'faults' | 'fairness' | 'scaling' | 'leaders' | 'soak' | 'restart' | 'fuzz';
  /** Documents that become runs; repeats, conflicts and rejected records come on top. Of `fuzz`: fuzzed submissions. */
  readonly documents: number;
  /** Processes killed with SIGKILL, besides other faults. */
  readonly kills: number;
  readonly seed: number;
  /** Brokers of the cluster: one, or three whose leaders are killed. */
  readonly brokers: 1 | 3;
  /** Print only the report, as JSON. */
  readonly json: boolean;
}

const otherModes = commands.chaos.exclusive;

type Values = ValuesOf<typeof commands.chaos.options>;

/** The arguments of a call, whose options exclude each other where they are separate runs. */
export function argumentsOf(values: Values, freshSeed: () => number): Arguments {
  return {
    kind: otherModes.find((mode) => values[mode]) ?? 'faults',
    documents: Number(values.documents),
    kills: Number(values.kills),
    seed: values.seed === undefined ? freshSeed() : Number(values.seed),
    brokers: values.brokers === '3' ? 3 : 1,
    json: values.json,
  };
}
