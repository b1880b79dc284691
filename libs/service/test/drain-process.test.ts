import type { Lane } from '@docfleet/domain';
import type { ProcessOrders } from '@docfleet/fleet-level';
import { expect, test } from 'vitest';
import { workUnlessDrained } from '../src/follow-orders.ts';

/** A process that notes what it does, and whose orders the test sets. */
function processOf() {
  const done: string[] = [];
  const listeners = new Set<() => void>();
  let orders: ProcessOrders = { pausedLanes: new Set<Lane>(), isDrained: false, models: null };
  const stop = new AbortController();
  const working = workUnlessDrained({
    fleet: {
      orders: () => orders,
      onOrders: (listener) => {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
    },
    stopping: stop.signal,
    start: () => {
      done.push('joins');
      return Promise.resolve(() => {
        done.push('finishes and leaves');
        return Promise.resolve();
      });
    },
    onDrained: (isDrained) => done.push(isDrained ? 'drained' : 'works'),
  });
  const order = async (isDrained: boolean): Promise<void> => {
    orders = { ...orders, isDrained };
    for (const listener of [...listeners]) listener();
    await new Promise(setImmediate);
  };
  return { done, order, stop, working, listeners };
}

test('O-10: a drained process finishes, leaves its group and stays; after the release it works again', async () => {
  const { done, order, stop, working, listeners } = processOf();
  await order(false);
  await order(true);
  expect(done).toEqual(['works', 'joins', 'finishes and leaves', 'drained']);
  await order(true);
  await order(false);
  expect(done.slice(4)).toEqual(['works', 'joins']);
  stop.abort(new Error('stopped'));
  await working;
  expect(done.slice(6)).toEqual(['finishes and leaves']);
  expect(listeners.size).toBe(0);
});

test('O-10: a process that is drained and told to stop ends', async () => {
  const { done, order, stop, working } = processOf();
  await order(true);
  stop.abort(new Error('stopped'));
  await working;
  expect(done).toEqual(['works', 'joins', 'finishes and leaves', 'drained']);
});
