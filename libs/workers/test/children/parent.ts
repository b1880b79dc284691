import { startWorkerPool } from '../../src/index.ts';
import type { Order } from './obedient.ts';

/** Starts one child, prints its pid, sets it spinning, and waits to be killed. */
const pool = startWorkerPool<Order, number>({
  name: 'orphans',
  module: new URL('./obedient.ts', import.meta.url),
  size: 1,
  maxOldSpaceMb: 64,
  recycleAfter: 10,
  setup: { greeting: 'hello' },
});
const options = { signal: new AbortController().signal, timeoutMs: 60_000, priority: 0 };
const pid = await pool.run({ do: 'pid' }, options);
process.stdout.write(`${String(pid)}\n`);
await pool.run({ do: process.argv[2] === 'spin' ? 'spin' : 'wait' }, options);
