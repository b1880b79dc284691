export type {
  CreatedJson,
  CreatedObject,
  ListedObject,
  ObjectFacts,
  ObjectStore,
  ParseJson,
} from './object-store.ts';
export { openObjectStore, type ObjectStoreOptions } from './s3-store.ts';
export { storeFailureCode, type StoreAction } from './store-failure.ts';
export { loadReadings, type LoadedReadings } from './page-readings.ts';
