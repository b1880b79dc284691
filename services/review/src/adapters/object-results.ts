import { FailureError, type DocumentFields, type ObjectRef, type RunVerdict } from '@docfleet/domain';
import type { ObjectStore } from '@docfleet/objects';
import type { ResultReader } from '../ports.ts';

/** Loads fields and verdict from the object store. Results of stages are trusted. */
export function objectResults(store: ObjectStore): ResultReader {
  const load = <T>(ref: ObjectRef | undefined, signal: AbortSignal): Promise<T> => {
    if (ref === undefined) throw new FailureError('RESULTS_UNREADABLE');
    return store.readJson(ref.uri, (value) => value as T, signal);
  };
  return {
    load: async ({ results: { fields, verdict } }, signal) => {
      const [documents, judged] = await Promise.all([
        load<readonly DocumentFields[]>(fields, signal),
        load<RunVerdict>(verdict, signal),
      ]);
      return { documents, verdict: judged };
    },
  };
}
