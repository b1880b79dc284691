import type { RunContext } from '@docfleet/contracts';
import type { DocumentFields, ObjectRef, PageReading, RunVerdict } from '@docfleet/domain';

/** What validation judges. */
export interface RunResults {
  pages(readings: ObjectRef, signal: AbortSignal): Promise<readonly PageReading[]>;
  fields(fields: ObjectRef, signal: AbortSignal): Promise<readonly DocumentFields[]>;
}

/** Where the verdict goes: `verdict.json` of the run, written once; gives back the verdict that stands. */
export interface VerdictStore {
  save(
    run: RunContext,
    verdict: RunVerdict,
    signal: AbortSignal,
  ): Promise<{ readonly ref: ObjectRef; readonly verdict: RunVerdict }>;
}
