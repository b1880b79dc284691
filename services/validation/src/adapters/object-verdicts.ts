import { stageFolder, type DocumentFields, type RunVerdict } from '@docfleet/domain';
import { loadReadings, type ObjectStore } from '@docfleet/objects';
import type { RunResults, VerdictStore } from '../ports.ts';

/** Loads readings and fields from the object store. Results of stages are trusted. */
export function objectResults(store: ObjectStore): RunResults {
  return {
    pages: async (readings, signal) => (await loadReadings(store, readings, signal)).pages,
    fields: (fields, signal) =>
      store.readJson(fields.uri, (value) => value as readonly DocumentFields[], signal),
  };
}

/** Stores `verdict.json` in the stage's folder. */
export function objectVerdicts(store: ObjectStore, version: string): VerdictStore {
  return {
    save: async (run, verdict, signal) => {
      const key = `${stageFolder(run, 'validation', version)}/verdict.json`;
      const stored = await store.createJsonOnce(key, verdict, (value) => value as RunVerdict, signal);
      return { ref: stored.ref, verdict: stored.value };
    },
  };
}
