import { startWorkerPool } from '../../src/index.ts';
import type { Command } from './scripted.ts';

/** Starts one child, prints its pid, makes it wait or loop, and waits to be killed. */
const pool = startWorkerPool<Command, number>({
  name: 'orphans',
  module: new URL('./scripted.ts', import.meta.url),
  size: 1,
  maxOldSpaceMb: 64,
  recycleAfter: 10,
  setup: { greeting: 'hello' },
});
const options = { signal: new AbortController().signal, timeoutMs: 60_000, priority: 0 };
const pid = await pool.run({ do: 'pid' }, options);
process.stdout.write(`${String(pid)}\n`);
await pool.run({ do: process.argv[2] === 'spin' ? 'spin' : 'wait' }, options);
