import { commands, usageError, type ValuesOf } from '@docfleet/command-line';

export interface StartArguments {
  /** Documents to send; the project's own samples when empty. */
  readonly files: readonly string[];
  /** End after the documents. */
  readonly once: boolean;
  /** Leave everything running in the background. */
  readonly keep: boolean;
  /** No services and no documents: for running a service by hand. */
  readonly serversOnly: boolean;
}

/** @throws UsageError for files together with `--servers-only`. */
export function startArgumentsOf(
  files: readonly string[],
  values: ValuesOf<typeof commands.start.options>,
): StartArguments {
  const { once, keep, 'servers-only': serversOnly } = values;
  if (serversOnly && files.length > 0) {
    throw usageError(commands.start, '--servers-only sends no documents, so leave the files out');
  }
  return { files, once, keep, serversOnly };
}
