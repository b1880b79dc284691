import { Readable } from 'node:stream';
import { FailureError } from '@docfleet/domain';
import type { ObjectStore } from '@docfleet/objects';
import type { SettableBreaker } from '@docfleet/resilience';
import { createMetrics } from '@docfleet/telemetry';
import { objectRef, until } from '@docfleet/testing';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { guardStore, probeStore, storeBreaker } from '../src/guard-store.ts';
import { startHolds } from '../src/start-holds.ts';

const neverAborted = new AbortController().signal;
const facts = { uri: 's3://bucket/key', sizeBytes: 1, mediaType: 'text/plain' };

/** A store whose calls fail while `failure` is set. */
function fakeStore(): ObjectStore & { failure: FailureError | undefined; calls: number } {
  const answer = <T>(value: T): Promise<T> => {
    store.calls += 1;
    return store.failure === undefined ? Promise.resolve(value) : Promise.reject(store.failure);
  };
  const store = {
    failure: undefined as FailureError | undefined,
    calls: 0,
    read: () => answer(Buffer.from('x')),
    createOnce: () => answer({ ref: objectRef(), created: true }),
    readJson: <T>(_: string, parse: (value: unknown) => T) => answer(parse({})),
    createJsonOnce: <T>(_: string, value: T) => answer({ value, ref: objectRef(), created: true }),
    head: () => answer(facts),
    async *list() {
      yield await answer({ ...facts, key: 'key', modifiedAt: 0 });
    },
    upload: () => answer(objectRef()),
    openRead: () => answer({ ...facts, stream: Readable.from([]) }),
    ready: () => answer(undefined),
    uriOf: (key: string) => `s3://bucket/${key}`,
    close: () => undefined,
  };
  return store;
}

const unavailable = new FailureError('STORE_UNAVAILABLE');

let store: ReturnType<typeof fakeStore>;
let breaker: SettableBreaker;
let guarded: ObjectStore;

beforeEach(() => {
  store = fakeStore();
  breaker = storeBreaker({ openMs: 40 });
  guarded = guardStore(store, breaker);
});

afterEach(() => {
  breaker.close();
});

const headRepeatedly = async (times: number): Promise<void> => {
  for (let call = 0; call < times; call += 1)
    await guarded.head(facts.uri, neverAborted).catch(() => undefined);
};

test('an unavailable store gets no more calls, and calls fail at once', async () => {
  store.failure = unavailable;
  await headRepeatedly(3);
  const { calls } = store;
  await expect(guarded.head(facts.uri, neverAborted)).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
  expect({ state: breaker.state, more: store.calls - calls }).toEqual({ state: 'open', more: 0 });
});

test.each(['SOURCE_NOT_FOUND', 'DOC_TOO_LARGE', 'STORE_FULL'] as const)(
  '%s does not count as a failure',
  async (code) => {
    store.failure = new FailureError(code);
    await headRepeatedly(6);
    expect(breaker.state).toBe('closed');
  },
);

test('every call goes through the breaker', async () => {
  breaker.set({ state: 'open', reason: 'tried', by: 'anna' });
  const options = { signal: neverAborted, maxBytes: 1 };
  const listed = async (): Promise<void> => {
    for await (const object of guarded.list('', neverAborted)) throw new Error(object.key);
  };
  const calls = [
    guarded.read(facts.uri, options),
    guarded.createOnce('key', Buffer.alloc(0), 'text/plain', neverAborted),
    guarded.readJson(facts.uri, () => 1, neverAborted),
    guarded.createJsonOnce('key', 1, () => 1, neverAborted),
    guarded.head(facts.uri, neverAborted),
    guarded.upload('key', Readable.from([]), { ...options, mediaType: 'text/plain' }),
    guarded.openRead(facts.uri, neverAborted),
    listed(),
  ];
  const codes = (await Promise.allSettled(calls)).map((settled) =>
    settled.status === 'rejected' && settled.reason instanceof FailureError ? settled.reason.code : 'passed',
  );
  expect({ codes: new Set(codes), calls: store.calls }).toEqual({
    codes: new Set(['STORE_UNAVAILABLE']),
    calls: 0,
  });
});

test('starting is held while the store is unavailable, until a probe succeeds', async () => {
  const holds = startHolds(createMetrics('ocr'));
  let opened = 0;
  holds.onChange(() => {
    opened += 1;
  });
  breaker.onChange((state) => {
    holds.set('object-store', state !== 'closed');
  });
  const stopProbing = probeStore(store, breaker, neverAborted);
  store.failure = unavailable;
  await headRepeatedly(3);
  expect(holds.isOpen()).toBe(false);
  const { calls } = store;
  await until('two probes failed', () => store.calls >= calls + 2);
  expect(holds.isOpen()).toBe(false);
  store.failure = undefined;
  await until('starting is no longer held', () => holds.isOpen());
  expect({ opened, state: breaker.state }).toEqual({ opened: 1, state: 'closed' });
  stopProbing();
});
