import { stageFolder, type DocumentFields, type RunVerdict } from '@docfleet/domain';
import { loadReadings, type ObjectStore } from '@docfleet/objects';
import type { RunResults, VerdictStore } from '../ports.ts';

/** Readings and fields from the object store; what earlier stages wrote is trusted. */
export function objectResults(store: ObjectStore): RunResults {
  return {
    pages: async (readings, signal) => (await loadReadings(store, readings, signal)).pages,
    fields: (fields, signal) =>
      store.readJson(fields.uri, (value) => value as readonly DocumentFields[], signal),
  };
}

/** `verdict.json` below the stage's folder. */
export function objectVerdicts(store: ObjectStore, version: string): VerdictStore {
  return {
    save: async (run, verdict, signal) => {
      const key = `${stageFolder(run, 'validation', version)}/verdict.json`;
      const stored = await store.createJsonOnce(key, verdict, (value) => value as RunVerdict, signal);
      return { ref: stored.ref, verdict: stored.value };
    },
  };
}
