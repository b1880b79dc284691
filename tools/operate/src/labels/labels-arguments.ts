import { commands, usageError } from '@docfleet/command-line';
import { timeOf } from '../duration.ts';

/** Which labels go where. */
export interface LabelsArguments {
  /** The tenant that the key has to be of; undefined: whichever it is of. */
  readonly tenant: string | undefined;
  /** Name of a document class; undefined: all. */
  readonly documentClass: string | undefined;
  /** Decisions from this time on, in milliseconds since the epoch; undefined: all. */
  readonly since: number | undefined;
  /** Folder that gets a folder for each class. */
  readonly folder: string;
}

/** Reads what follows `labels`. @throws UsageError */
export function parseLabels(
  operands: readonly string[],
  values: {
    readonly tenant?: string | undefined;
    readonly class?: string | undefined;
    readonly since?: string | undefined;
    readonly to?: string | undefined;
  },
  now: number,
): LabelsArguments {
  if (operands.join(' ') !== 'export') throw usageError(commands.operate, 'labels does export');
  if (values.to === undefined)
    throw usageError(commands.operate, 'labels export needs --to, the folder for labels and documents');
  return {
    tenant: values.tenant,
    documentClass: values.class,
    since: values.since === undefined ? undefined : timeOf('since', values.since, now),
    folder: values.to,
  };
}
