import {
  openObjectStore as openRealStore,
  type ObjectStore,
  type ObjectStoreOptions,
} from '@docfleet/objects';
import { between, notify } from './boundary.ts';

export * from '@docfleet/objects';

/** The store with boundaries before and after every created object. */
export function openObjectStore(options: ObjectStoreOptions): ObjectStore {
  const store = openRealStore(options);
  const creating = <T>(key: string, create: () => Promise<T>): Promise<T> => {
    notify({ kind: 'creating', key });
    return between(kindOf(key), create);
  };
  const own: Pick<ObjectStore, 'createOnce' | 'createJsonOnce' | 'upload'> = {
    createOnce: (key, bytes, mediaType, signal) =>
      creating(key, () => store.createOnce(key, bytes, mediaType, signal)),
    createJsonOnce: (key, value, parse, signal) =>
      creating(key, () => store.createJsonOnce(key, value, parse, signal)),
    upload: (key, stream, given) => creating(key, () => store.upload(key, stream, given)),
  };
  return new Proxy(store, {
    get: (target, name) => {
      const value: unknown = Reflect.get(name in own ? own : target, name);
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
  });
}

function kindOf(key: string): string {
  if (key.startsWith('claims/')) return 'claim';
  if (key.startsWith('uploads/')) return 'upload';
  return key.includes('/results/') ? 'bundle' : 'result';
}
