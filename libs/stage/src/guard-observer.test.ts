import { runContext } from '@docfleet/testing';
import { expect, test } from 'vitest';
import { guardObserver } from './guard-observer.ts';
import { silentObserver, type StageObserver } from './observer.ts';

const run = runContext();

const fail = (): never => {
  throw new Error('no such label');
};

const failing: StageObserver = {
  logOf: fail,
  started: fail,
  handedBack: fail,
  concluded: fail,
  softLimit: fail,
  loaded: fail,
  committed: fail,
  doubted: fail,
  unreadableMetadata: fail,
  inSpan: fail,
};

test('nothing that the observer throws reaches the record', async () => {
  const observer = guardObserver(failing);
  observer.started({ lane: 'normal', queuedMs: 0 });
  observer.handedBack({ lane: 'normal' });
  observer.concluded({
    lane: 'normal',
    kind: 'done',
    code: null,
    activeMs: 0,
    worked: true,
    runId: run.runId,
    parts: [],
  });
  observer.softLimit({ limit: 'TIMEOUT_OCR' });
  observer.loaded({ records: 0, bytes: 0, working: 0 });
  observer.committed({ steps: 1, ms: 1 });
  observer.doubted({ happened: true });
  observer.unreadableMetadata();
  observer.logOf(run).info('goes nowhere');
  expect(await observer.inSpan(run, 'parent', (span) => Promise.resolve(span))).toBe('parent');
});

test('a failure of the observer is logged', () => {
  const lines: unknown[] = [];
  const log = {
    ...silentObserver.logOf(null),
    error: (message: string, error: unknown) => lines.push([message, String(error)]),
  };
  guardObserver({ ...silentObserver, logOf: () => log, loaded: fail }).loaded({
    records: 0,
    bytes: 0,
    working: 0,
  });
  expect(lines).toEqual([[expect.stringContaining("'loaded'"), 'Error: no such label']]);
});

test('the work of a span is done once, and its own error is thrown', async () => {
  let done = 0;
  const work = () => {
    done += 1;
    return Promise.resolve('result');
  };
  const after: StageObserver = {
    ...silentObserver,
    inSpan: async (_, traceparent, inner) => {
      await inner(traceparent);
      return fail();
    },
  };
  expect(await guardObserver(after).inSpan(run, null, work)).toBe('result');
  expect(done).toBe(1);
  const broken = () => Promise.reject(new Error('of the work'));
  await expect(guardObserver(silentObserver).inSpan(run, null, broken)).rejects.toThrow('of the work');
});
