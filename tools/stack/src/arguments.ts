import { commands, usageError, type ValuesOf } from '@docfleet/command-line';
import { documentClasses, parsePools } from '@docfleet/contracts';

export interface StartArguments {
  /** Documents to send; the project's own samples when empty. */
  readonly files: readonly string[];
  /** End after the documents. */
  readonly once: boolean;
  /** Leave everything running in the background. */
  readonly keep: boolean;
  /** No services and no documents: for running a service by hand. */
  readonly serversOnly: boolean;
  /** Sign submissions, and refuse records that are not signed. */
  readonly tenantProof: boolean;
  /** Extraction pools, as `EXTRACTION_POOLS` has them; absent: those of the environment. */
  readonly pools: string | undefined;
}

/** @throws UsageError for files together with `--servers-only`, and for pools that make no sense. */
export function startArgumentsOf(
  files: readonly string[],
  values: ValuesOf<typeof commands.start.options>,
): StartArguments {
  const { once, keep, 'servers-only': serversOnly, 'tenant-proof': tenantProof, pools } = values;
  if (serversOnly && files.length > 0) {
    throw usageError(commands.start, '--servers-only sends no documents, so leave the files out');
  }
  const parsed = parsePools(
    pools ?? '',
    documentClasses.map(({ name }) => name),
  );
  if ('problem' in parsed) throw usageError(commands.start, `--pools takes ${parsed.problem}`);
  return { files, once, keep, serversOnly, tenantProof, pools };
}
