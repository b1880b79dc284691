import { loadReadings, type ObjectStore } from '@docfleet/objects';
import type { Readings } from '../ports.ts';

/** Loads readings from the object store. */
export function objectReadings(store: ObjectStore): Readings {
  return {
    load: async (readings, signal) => (await loadReadings(store, readings, signal)).pages,
  };
}
