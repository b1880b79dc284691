import { stageFolder, type DocumentFields } from '@docfleet/domain';
import { loadReadings, type ObjectStore } from '@docfleet/objects';
import type { FieldStore, Readings } from '../ports.ts';

/** Loads readings from the object store. */
export function objectReadings(store: ObjectStore): Readings {
  return {
    load: async (readings, signal) => (await loadReadings(store, readings, signal)).pages,
  };
}

/** Stores `fields.json` in the stage's folder. The first write stands, so a repeated attempt returns its own result. */
export function objectFields(store: ObjectStore): FieldStore {
  return {
    save: async (run, { version, fields }, signal) => {
      const key = `${stageFolder(run, 'extraction', version)}/fields.json`;
      const parse = (value: unknown): readonly DocumentFields[] => value as readonly DocumentFields[];
      return (await store.createJsonOnce(key, fields, parse, signal)).ref;
    },
  };
}
