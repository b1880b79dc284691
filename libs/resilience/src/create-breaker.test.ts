import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { BreakerOpenError, type Breaker } from './breaker.ts';
import { createBreaker, type BreakerOptions } from './create-breaker.ts';

const quiet = new AbortController().signal;
const works = (): Promise<string> => Promise.resolve('fine');
const breaks = (): Promise<string> => Promise.reject(new Error('engine'));
const refuses = (): Promise<string> => Promise.reject(new RangeError('document'));

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
  for (const action of actions) await breaker.run(action, quiet).catch(() => undefined);
}

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  for (const breaker of breakers) breaker.close();
  breakers = [];
  vi.useRealTimers();
});

test('D-03 opens when half of at least five calls failed, and then calls nothing', async () => {
  const breaker = breakerOf();
  await settle(breaker, works, works, works, breaks, breaks);
  expect(breaker.state).toBe('closed');
  await settle(breaker, breaks);
  expect(breaker.state).toBe('open');
  const action = vi.fn(works);
  await expect(breaker.run(action, quiet)).rejects.toBeInstanceOf(BreakerOpenError);
  expect(action).not.toHaveBeenCalled();
});

test('D-03 four failures are too few', async () => {
  const breaker = breakerOf();
  await settle(breaker, breaks, breaks, breaks, breaks);
  expect(breaker.state).toBe('closed');
});

test('D-03 after a minute one probe decides', async () => {
  const breaker = breakerOf();
  const states: string[] = [];
  breaker.onChange((state) => states.push(state));
  await settle(breaker, breaks, breaks, breaks, breaks, breaks);
  vi.advanceTimersByTime(60_000);
  expect(breaker.state).toBe('half-open');
  await settle(breaker, breaks);
  vi.advanceTimersByTime(60_000);
  await settle(breaker, works);
  expect(states).toEqual(['open', 'half-open', 'open', 'half-open', 'closed']);
});

test('D-03 failures older than the window are forgotten', async () => {
  const breaker = breakerOf();
  await settle(breaker, breaks, breaks, breaks, breaks);
  vi.advanceTimersByTime(31_000);
  await settle(breaker, breaks);
  expect(breaker.state).toBe('closed');
});

test('D-03 a document fault does not count', async () => {
  const breaker = breakerOf();
  await settle(breaker, refuses, refuses, refuses, refuses, refuses, refuses);
  expect(breaker.state).toBe('closed');
  await expect(breaker.run(refuses, quiet)).rejects.toThrow('document');
});

test('an error after an abort does not count', async () => {
  const breaker = breakerOf();
  const controller = new AbortController();
  controller.abort();
  for (let call = 0; call < 6; call += 1) await breaker.run(breaks, controller.signal).catch(() => undefined);
  expect(breaker.state).toBe('closed');
});

test('a probe that is cut short does not close', async () => {
  const breaker = breakerOf();
  await settle(breaker, breaks, breaks, breaks, breaks, breaks);
  vi.advanceTimersByTime(60_000);
  const controller = new AbortController();
  controller.abort();
  await breaker.run(breaks, controller.signal).catch(() => undefined);
  expect(breaker.state).toBe('open');
});

test('slow successes open it as well', async () => {
  const breaker = breakerOf({ slowCall: { slowerThanMs: 10_000, ratio: 0.5 } });
  const slow = (): Promise<string> => {
    vi.advanceTimersByTime(4_000);
    return works();
  };
  const slower = (): Promise<string> => {
    vi.advanceTimersByTime(11_000);
    return works();
  };
  await settle(breaker, slow, slow, slow, slow, slow);
  expect(breaker.state).toBe('closed');
  await settle(breaker, slower, slower);
  expect(breaker.state).toBe('closed');
});

test('slow successes beyond their share open it', async () => {
  const breaker = breakerOf({ windowMs: 60_000, slowCall: { slowerThanMs: 10_000, ratio: 0.5 } });
  const slower = (): Promise<string> => {
    vi.advanceTimersByTime(11_000);
    return works();
  };
  await settle(breaker, works, works, slower, slower);
  expect(breaker.state).toBe('closed');
  await settle(breaker, slower);
  expect(breaker.state).toBe('open');
});
