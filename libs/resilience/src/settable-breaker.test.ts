import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { BreakerOpenError } from './breaker.ts';
import { createBreaker } from './create-breaker.ts';
import type { SettableBreaker } from './settable-breaker.ts';

const neverAborted = new AbortController().signal;
const succeed = (): Promise<string> => Promise.resolve('fine');
const fail = (): Promise<string> => Promise.reject(new Error('engine'));
const open = { state: 'open', reason: 'deploying new models', by: 'operator' } as const;
const closed = { state: 'closed', reason: 'counts wrong errors', by: 'operator' } as const;

let breaker: SettableBreaker;

beforeEach(() => {
  breaker = createBreaker({
    name: 'ocr',
    failureRatio: 0.5,
    windowMs: 30_000,
    minCalls: 2,
    openMs: 60_000,
    counts: () => true,
  });
});

afterEach(() => {
  breaker.close();
});

test('R-01 set open, it makes no call until it is released', async () => {
  const states: string[] = [];
  breaker.onChange((state) => states.push(state));
  breaker.set(open);
  const action = vi.fn(succeed);
  await expect(breaker.run(action, neverAborted)).rejects.toBeInstanceOf(BreakerOpenError);
  expect({ state: breaker.state, order: breaker.order }).toEqual({ state: 'open', order: open });
  breaker.release();
  await expect(breaker.run(action, neverAborted)).resolves.toBe('fine');
  expect({ states, calls: action.mock.calls.length }).toEqual({ states: ['open', 'closed'], calls: 1 });
});

test('R-01 set closed, it passes failures on, and opens by failures only after its release', async () => {
  breaker.set(closed);
  for (let call = 0; call < 4; call += 1)
    await expect(breaker.run(fail, neverAborted)).rejects.toThrow('engine');
  expect(breaker.state).toBe('closed');
  breaker.release();
  for (let call = 0; call < 2; call += 1)
    await expect(breaker.run(fail, neverAborted)).rejects.toThrow('engine');
  expect(breaker.state).toBe('open');
});
