import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { BreakerOpenError, type Breaker } from './breaker.ts';
import { createBreaker, type BreakerOptions } from './create-breaker.ts';

const neverAborted = new AbortController().signal;
const succeed = (): Promise<string> => Promise.resolve('fine');
const fail = (): Promise<string> => Promise.reject(new Error('engine'));
const reject = (): Promise<string> => Promise.reject(new RangeError('document'));

let breakers: Breaker[] = [];

/** The rule of D-03: half of at least five calls within 30 s, open for 60 s. */
function breakerOf(options: Partial<BreakerOptions> = {}): Breaker {
  const breaker = createBreaker({
    name: 'ocr',
    failureRatio: 0.5,
    windowMs: 30_000,
    minCalls: 5,
    openMs: 60_000,
    counts: (error) => !(error instanceof RangeError),
    ...options,
  });
  breakers.push(breaker);
  return breaker;
}

async function settle(breaker: Breaker, ...actions: (() => Promise<string>)[]): Promise<void> {
  for (const action of actions) await breaker.run(action, neverAborted).catch(() => undefined);
}

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  for (const breaker of breakers) breaker.close();
  breakers = [];
  vi.useRealTimers();
});

test('D-03 opens when half of at least five calls failed, and then makes no call', async () => {
  const breaker = breakerOf();
  await settle(breaker, succeed, succeed, succeed, fail, fail);
  expect(breaker.state).toBe('closed');
  await settle(breaker, fail);
  expect(breaker.state).toBe('open');
  const action = vi.fn(succeed);
  await expect(breaker.run(action, neverAborted)).rejects.toBeInstanceOf(BreakerOpenError);
  expect(action).not.toHaveBeenCalled();
});

test('D-03 does not open after four failures', async () => {
  const breaker = breakerOf();
  await settle(breaker, fail, fail, fail, fail);
  expect(breaker.state).toBe('closed');
});

test('D-03 one probe after a minute decides', async () => {
  const breaker = breakerOf();
  const states: string[] = [];
  breaker.onChange((state) => states.push(state));
  await settle(breaker, fail, fail, fail, fail, fail);
  vi.advanceTimersByTime(60_000);
  expect(breaker.state).toBe('half-open');
  await settle(breaker, fail);
  vi.advanceTimersByTime(60_000);
  await settle(breaker, succeed);
  expect(states).toEqual(['open', 'half-open', 'open', 'half-open', 'closed']);
});

test('D-03 failures older than the window do not count', async () => {
  const breaker = breakerOf();
  await settle(breaker, fail, fail, fail, fail);
  vi.advanceTimersByTime(31_000);
  await settle(breaker, fail);
  expect(breaker.state).toBe('closed');
});

test('D-03 a document fault does not count', async () => {
  const breaker = breakerOf();
  await settle(breaker, reject, reject, reject, reject, reject, reject);
  expect(breaker.state).toBe('closed');
  await expect(breaker.run(reject, neverAborted)).rejects.toThrow('document');
});

test('an error after an abort does not count', async () => {
  const breaker = breakerOf();
  const controller = new AbortController();
  controller.abort();
  for (let call = 0; call < 6; call += 1) await breaker.run(fail, controller.signal).catch(() => undefined);
  expect(breaker.state).toBe('closed');
});

test('an aborted probe does not close it', async () => {
  const breaker = breakerOf();
  await settle(breaker, fail, fail, fail, fail, fail);
  vi.advanceTimersByTime(60_000);
  const controller = new AbortController();
  controller.abort();
  await breaker.run(fail, controller.signal).catch(() => undefined);
  expect(breaker.state).toBe('open');
});

test('slow successes below their share do not open it', async () => {
  const breaker = breakerOf({ slowCall: { slowerThanMs: 10_000, ratio: 0.5 } });
  const slow = (): Promise<string> => {
    vi.advanceTimersByTime(4_000);
    return succeed();
  };
  const slower = (): Promise<string> => {
    vi.advanceTimersByTime(11_000);
    return succeed();
  };
  await settle(breaker, slow, slow, slow, slow, slow);
  expect(breaker.state).toBe('closed');
  await settle(breaker, slower, slower);
  expect(breaker.state).toBe('closed');
});

test('slow successes above their share open it', async () => {
  const breaker = breakerOf({ windowMs: 60_000, slowCall: { slowerThanMs: 10_000, ratio: 0.5 } });
  const slower = (): Promise<string> => {
    vi.advanceTimersByTime(11_000);
    return succeed();
  };
  await settle(breaker, succeed, succeed, slower, slower);
  expect(breaker.state).toBe('closed');
  await settle(breaker, slower);
  expect(breaker.state).toBe('open');
});
