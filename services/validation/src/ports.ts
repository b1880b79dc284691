import type { RunContext } from '@docfleet/contracts';
import type { DocumentFields, ObjectRef, PageReading, RunVerdict } from '@docfleet/domain';

/** Loads what validation judges. */
export interface RunResults {
  pages(readings: ObjectRef, signal: AbortSignal): Promise<readonly PageReading[]>;
  fields(fields: ObjectRef, signal: AbortSignal): Promise<readonly DocumentFields[]>;
}

/** Stores the verdict as `verdict.json` of the run. The first write stands, and is returned. */
export interface VerdictStore {
  save(
    run: RunContext,
    verdict: RunVerdict,
    signal: AbortSignal,
  ): Promise<{ readonly ref: ObjectRef; readonly verdict: RunVerdict }>;
}
