export type {
  CreatedJson,
  CreatedObject,
  DroppedObject,
  FolderLister,
  ListedObject,
  ObjectFacts,
  ObjectStore,
  ParseJson,
  RemovableObjectStore,
} from './object-store.ts';
export { openFolderStore, type FolderStoreOptions } from './folder-store.ts';
export { openObjectStore, type ObjectStoreOptions } from './s3-store.ts';
export { openUrlSigner, type SignedDownload, type UrlSigner, type UrlSignerOptions } from './signed-urls.ts';
export { storeFailureCode, type StoreAction } from './store-failure.ts';
export { loadReadings, type LoadedReadings } from './page-readings.ts';
