import { FailureError, toFailure } from '@docfleet/domain';
import type { ListedObject, ObjectStore } from '@docfleet/objects';
import { BreakerOpenError, createBreaker, type Breaker, type SettableBreaker } from '@docfleet/resilience';

/**
 * The breaker of the object store: half of at least 3 calls within 30 s, open for 10 s. Few calls are enough, since the
 * client retries each one three times, which may take a minute.
 */
export function storeBreaker(times: { readonly openMs?: number } = {}): SettableBreaker {
  return createBreaker({
    name: 'object-store',
    failureRatio: 0.5,
    windowMs: 30_000,
    minCalls: 3,
    openMs: times.openMs ?? 10_000,
    counts: (error) => toFailure(error).code === 'STORE_UNAVAILABLE',
  });
}

/** One call of an object store that the breaker let through, for metrics. */
export interface StoreCall {
  readonly operation: 'read' | 'create' | 'head' | 'list' | 'upload' | 'open';
  readonly result: 'ok' | 'failed';
  readonly ms: number;
}

/** A store with a breaker: while it is open every call throws `STORE_UNAVAILABLE` at once. */
export function guardStore(
  store: ObjectStore,
  breaker: Pick<Breaker, 'run'>,
  onCall: (call: StoreCall) => void = () => undefined,
): ObjectStore {
  const guarded = async <T>(
    operation: StoreCall['operation'],
    signal: AbortSignal,
    action: () => Promise<T>,
  ): Promise<T> => {
    const timed = async (): Promise<T> => {
      const startedAt = performance.now();
      let result: StoreCall['result'] = 'failed';
      try {
        const value = await action();
        result = 'ok';
        return value;
      } finally {
        onCall({ operation, result, ms: performance.now() - startedAt });
      }
    };
    try {
      return await breaker.run(timed, signal);
    } catch (error) {
      if (error instanceof BreakerOpenError)
        throw new FailureError('STORE_UNAVAILABLE', {}, { cause: error });
      throw error;
    }
  };
  return {
    read: (uri, options) => guarded('read', options.signal, () => store.read(uri, options)),
    createOnce: (key, bytes, mediaType, signal) =>
      guarded('create', signal, () => store.createOnce(key, bytes, mediaType, signal)),
    readJson: (uri, parse, signal) => guarded('read', signal, () => store.readJson(uri, parse, signal)),
    createJsonOnce: (key, value, parse, signal) =>
      guarded('create', signal, () => store.createJsonOnce(key, value, parse, signal)),
    head: (uri, signal) => guarded('head', signal, () => store.head(uri, signal)),
    async *list(prefix: string, signal: AbortSignal): AsyncGenerator<ListedObject> {
      const objects = store.list(prefix, signal)[Symbol.asyncIterator]();
      for (;;) {
        const next = await guarded('list', signal, () => objects.next());
        if (next.done === true) return;
        yield next.value;
      }
    },
    upload: (key, stream, options) =>
      guarded('upload', options.signal, () => store.upload(key, stream, options)),
    openRead: (uri, signal) => guarded('open', signal, () => store.openRead(uri, signal)),
    ready: (signal) => store.ready(signal),
    uriOf: (key) => store.uriOf(key),
    close: () => {
      store.close();
    },
  };
}

/** Probes the store whenever its breaker is half open: while starting is held there are no other calls. */
export function probeStore(
  store: Pick<ObjectStore, 'ready'>,
  breaker: Breaker,
  stopping: AbortSignal,
): () => void {
  return breaker.onChange((state) => {
    if (state === 'half-open')
      void breaker.run((signal) => store.ready(signal), stopping).catch(() => undefined);
  });
}
