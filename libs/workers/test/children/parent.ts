import { sandboxLevels, startWorkerPool } from '../../src/index.ts';
import { descendantsOf } from './descendants.ts';
import type { Command } from './scripted.ts';

/** Starts one child, prints the processes that this took, makes it wait or loop, and waits to be killed. */
const [state, level] = process.argv.slice(2);
const sandbox = sandboxLevels.find((known) => known === level);
const pool = startWorkerPool<Command, number>({
  name: 'orphans',
  module: new URL('./scripted.ts', import.meta.url),
  size: 1,
  maxOldSpaceMb: 64,
  recycleAfter: 10,
  readRoots: [new URL('../../../..', import.meta.url).pathname],
  ...(sandbox === undefined ? {} : { sandbox }),
  setup: { greeting: 'hello' },
});
const options = { signal: new AbortController().signal, timeoutMs: 60_000, priority: 0 };
await pool.run({ do: 'pid' }, options);
process.stdout.write(`${JSON.stringify(descendantsOf(process.pid))}\n`);
await pool.run({ do: state === 'spin' ? 'spin' : 'wait' }, options);
