import { existsSync } from 'node:fs';
import { FailureError } from '@docfleet/domain';
import {
  startWorkerPool,
  WorkerTimeoutError,
  type WorkerPool,
  type WorkerPoolOptions,
} from '../src/index.ts';
import { afterEach, expect, test, vi } from 'vitest';
import type { Command } from './children/scripted.ts';

// Each test starts processes, which takes seconds on a busy machine.
vi.setConfig({ testTimeout: 30_000 });

const pools: WorkerPool<Command, unknown>[] = [];

function poolOf(options: Partial<WorkerPoolOptions> = {}): WorkerPool<Command, unknown> {
  const pool = startWorkerPool<Command, unknown>({
    name: 'test',
    module: new URL('./children/scripted.ts', import.meta.url),
    size: 1,
    maxOldSpaceMb: 64,
    recycleAfter: 100,
    readRoots: [new URL('../../..', import.meta.url).pathname],
    setup: { greeting: 'hello' },
    ...options,
  });
  pools.push(pool);
  return pool;
}

const neverAborted = new AbortController().signal;
const with_ = (options: Partial<{ signal: AbortSignal; timeoutMs: number; priority: number }> = {}) => ({
  signal: neverAborted,
  timeoutMs: 20_000,
  priority: 0,
  ...options,
});

const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

afterEach(async () => {
  await Promise.all(pools.splice(0).map((pool) => pool.close()));
});

test('a child gets its set-up, and buffers are passed in both directions', async () => {
  const value = { bytes: Buffer.from([1, 2, 3]) };
  expect(await poolOf().run({ do: 'echo', value }, with_())).toEqual({
    greeting: 'hello',
    value: { bytes: Buffer.from([1, 2, 3]) },
  });
});

test('a failure thrown in the child keeps its code and details', async () => {
  const thrown = await poolOf()
    .run({ do: 'fail' }, with_())
    .catch((error: unknown) => error);
  expect(thrown).toBeInstanceOf(FailureError);
  expect(thrown).toMatchObject({ code: 'DOC_CORRUPT', details: { page: 7 } });
});

test('a crash fails only its own job, and the next child executes the next job', async () => {
  const pool = poolOf();
  const crashed = pool.run({ do: 'crash' }, with_());
  const served = pool.run({ do: 'echo', value: 1 }, with_());
  await expect(crashed).rejects.toMatchObject({ code: 'WORKER_CRASHED' });
  expect(await served).toEqual({ greeting: 'hello', value: 1 });
  expect(pool.stats()).toEqual({ children: 1, busy: 0, queued: 0, restarts: 1 });
});

test('idle children exit after a while, except for one', async () => {
  const pool = poolOf({ size: 3, spareMs: 50 });
  const pids = new Set(await Promise.all([1, 2, 3].map(() => pool.run({ do: 'pid' }, with_()).then(Number))));
  await vi.waitFor(() => {
    expect(pool.stats().children).toBe(1);
  }, 20_000);
  const remaining = Number(await pool.run({ do: 'pid' }, with_()));
  await vi.waitFor(() => {
    expect([...pids].filter((pid) => pid !== remaining && isAlive(pid))).toEqual([]);
  }, 20_000);
  expect(await pool.run({ do: 'pid' }, with_())).toBe(remaining);
  expect(pool.stats()).toEqual({ children: 1, busy: 0, queued: 0, restarts: 0 });
});

test('M-11 an endless loop is killed at its timeout, and the pool continues', async () => {
  const pool = poolOf();
  const pid = Number(await pool.run({ do: 'pid' }, with_()));
  await expect(pool.run({ do: 'spin' }, with_({ timeoutMs: 200 }))).rejects.toBeInstanceOf(
    WorkerTimeoutError,
  );
  expect(isAlive(pid)).toBe(false);
  expect(await pool.run({ do: 'echo', value: 2 }, with_())).toEqual({ greeting: 'hello', value: 2 });
});

test('M-12 a child that stops at an abort is reused', async () => {
  const pool = poolOf();
  const pid = await pool.run({ do: 'pid' }, with_());
  const controller = new AbortController();
  const waiting = pool.run({ do: 'wait' }, with_({ signal: controller.signal }));
  controller.abort(new FailureError('RUN_CANCELLED'));
  await expect(waiting).rejects.toMatchObject({ code: 'RUN_CANCELLED' });
  expect(await pool.run({ do: 'pid' }, with_())).toBe(pid);
});

test('M-12 a child that ignores an abort is dead within 2 s', async () => {
  const pool = poolOf();
  const pid = Number(await pool.run({ do: 'pid' }, with_()));
  const controller = new AbortController();
  const spinning = pool.run({ do: 'spin' }, with_({ signal: controller.signal }));
  const started = performance.now();
  controller.abort(new FailureError('RUN_CANCELLED'));
  await expect(spinning).rejects.toMatchObject({ code: 'RUN_CANCELLED' });
  expect(performance.now() - started).toBeLessThan(2000);
  expect(isAlive(pid)).toBe(false);
});

test('queued jobs run by priority, and an aborted one leaves the queue', async () => {
  const pool = poolOf();
  const order: string[] = [];
  const controller = new AbortController();
  const run = (name: string, priority: number, signal = neverAborted): Promise<unknown> =>
    pool.run({ do: 'echo', value: name }, with_({ priority, signal })).then(() => order.push(name));
  const first = run('first', 2);
  const dropped = run('dropped', 0, controller.signal);
  const rest = [run('normal', 2), run('urgent', 0), run('high', 1)];
  controller.abort(new Error('not needed'));
  await expect(dropped).rejects.toThrow('not needed');
  await Promise.all([first, ...rest]);
  expect(order).toEqual(['urgent', 'high', 'first', 'normal']);
});

test('R-05 a child is replaced after its number of jobs', async () => {
  const pool = poolOf({ recycleAfter: 2 });
  const pids = [];
  for (let job = 0; job < 4; job += 1) pids.push(await pool.run({ do: 'pid' }, with_()));
  expect([pids[0] === pids[1], pids[1] === pids[2], pids[2] === pids[3]]).toEqual([true, false, true]);
  expect(pool.stats().restarts).toBe(0);
});

test('a failed set-up rejects jobs with its code, and is not retried at once', async () => {
  const pool = poolOf({ setup: { greeting: '', failSetup: 'throw' } });
  const jobs = [1, 2, 3].map((value) => pool.run({ do: 'echo', value }, with_()));
  for (const job of jobs) await expect(job).rejects.toMatchObject({ code: 'ENGINE_UNAVAILABLE' });
  await expect(pool.run({ do: 'echo', value: 4 }, with_())).rejects.toMatchObject({
    code: 'ENGINE_UNAVAILABLE',
  });
  expect(pool.stats().restarts).toBe(1);
});

test('a child that exits in its set-up is a crashed worker', async () => {
  const pool = poolOf({ setup: { greeting: '', failSetup: 'exit' } });
  await expect(pool.run({ do: 'echo', value: 1 }, with_())).rejects.toMatchObject({ code: 'WORKER_CRASHED' });
});

test('a child inherits nothing of the environment', async () => {
  const seen = await poolOf({ env: { TZ: 'UTC' } }).run({ do: 'environment' }, with_());
  expect(seen).toEqual(['TZ']);
});

test('a child reads below its roots only', async () => {
  const pool = poolOf();
  expect(await pool.run({ do: 'echo', value: 1 }, with_())).toEqual({ greeting: 'hello', value: 1 });
  await expect(pool.run({ do: 'read' }, with_())).rejects.toThrow('--allow-fs-read');
});

test.runIf(existsSync('/usr/bin/prlimit'))(
  'memory above its limit ends the child, not the pool',
  async () => {
    const pool = poolOf({ maxDataMb: 1200 });
    await expect(pool.run({ do: 'grow' }, with_())).rejects.toThrow();
    expect(await pool.run({ do: 'echo', value: 1 }, with_())).toEqual({ greeting: 'hello', value: 1 });
  },
);

test('an input that cannot be sent fails only its job', async () => {
  const pool = poolOf();
  await expect(pool.run({ do: 'echo', value: () => 1 }, with_())).rejects.toThrow('could not be cloned');
  expect(await pool.run({ do: 'echo', value: 1 }, with_())).toEqual({ greeting: 'hello', value: 1 });
});

test('closing rejects all jobs and leaves no process', async () => {
  const pool = poolOf();
  const pid = Number(await pool.run({ do: 'pid' }, with_()));
  const running = pool.run({ do: 'wait' }, with_());
  const queued = pool.run({ do: 'pid' }, with_());
  const both = Promise.allSettled([running, queued]);
  await pool.close();
  expect((await both).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  expect(isAlive(pid)).toBe(false);
  await expect(pool.run({ do: 'pid' }, with_())).rejects.toThrow('closed');
});
