import { commands, usageError, type ValuesOf } from '@docfleet/command-line';

export interface Arguments {
  readonly kind: 'faults' | 'fairness' | 'scaling' | 'leaders' | 'soak' | 'restart';
  /** Documents that become runs; repeats, conflicts and rejected records come on top. */
  readonly documents: number;
  /** Processes killed with SIGKILL; other faults come on top. */
  readonly kills: number;
  readonly seed: number;
  /** Brokers of the cluster: one, or three of which leaders are killed. */
  readonly brokers: 1 | 3;
  /** Print the report as JSON and nothing else to the output. */
  readonly json: boolean;
}

const otherModes = ['fairness', 'scaling', 'leaders', 'soak', 'restart'] as const;

type Values = ValuesOf<typeof commands.chaos.options>;

/** @throws UsageError when two kinds of run are asked for at once */
export function argumentsOf(values: Values, freshSeed: () => number): Arguments {
  const modes = otherModes.filter((mode) => values[mode]);
  if (modes.length > 1)
    throw usageError(commands.chaos, `--${modes.join(' and --')} are separate runs, give one of them`);
  return {
    kind: modes[0] ?? 'faults',
    documents: Number(values.documents),
    kills: Number(values.kills),
    seed: values.seed === undefined ? freshSeed() : Number(values.seed),
    brokers: values.brokers === '3' ? 3 : 1,
    json: values.json,
  };
}
