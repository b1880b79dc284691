import type { Run } from '@docfleet/contracts';
import { FailureError } from '@docfleet/domain';
import { createLog, createMetrics } from '@docfleet/telemetry';
import { virtualClock } from '@docfleet/testing';
import { describe, expect, it } from 'vitest';
import { createWaitingRows, type WaitingRowsLimits } from './waiting-rows.ts';

const run = (runId: string, fileName = '') => ({ runId, tenantId: 'acme', fileName }) as unknown as Run;

/** Waiting rows of a database that is away at first. */
function setUp(limits?: WaitingRowsLimits) {
  const clock = virtualClock();
  const database = { isAway: true, stored: [] as string[], refuses: new Set<string>() };
  const rows = createWaitingRows(
    {
      runsOf: (tenantId) => ({
        insertFirst: (stored) => {
          if (database.isAway) return Promise.reject(new FailureError('DATABASE_UNAVAILABLE'));
          if (database.refuses.has(stored.runId)) return Promise.reject(new FailureError('INTERNAL_ERROR'));
          database.stored.push(`${tenantId}/${stored.runId}`);
          return Promise.resolve({ inserted: true, run: stored });
        },
      }),
      clock,
      log: createLog({ service: 'gateway', level: 'silent' }),
      metrics: createMetrics('gateway'),
    },
    limits,
  );
  const stopping = new AbortController();
  const running = rows.run(stopping.signal);
  const stop = async (): Promise<void> => {
    stopping.abort(new Error('stopped'));
    await clock.settle(running);
  };
  return { clock, database, rows, stop };
}

describe('R-01: first rows that wait for the database', () => {
  it('are stored in their order when it is back, each once', async () => {
    const { clock, database, rows, stop } = setUp();
    for (const id of ['a', 'b', 'a']) rows.add(run(id));
    await clock.advance(5_000);
    expect(database.stored).toEqual([]);
    database.isAway = false;
    await clock.advance(5_000);
    expect(database.stored).toEqual(['acme/a', 'acme/b']);
    await stop();
  });

  it('are found by their own tenant until they are stored', async () => {
    const { clock, database, rows, stop } = setUp();
    rows.add(run('a'));
    const found = () => [rows.findOfTenant('acme', 'a')?.runId, rows.findOfTenant('other', 'a')?.runId];
    expect(found()).toEqual(['a', undefined]);
    database.isAway = false;
    await clock.advance(5_000);
    expect(found()).toEqual([undefined, undefined]);
    await stop();
  });

  it.each([
    ['rows', { maxRows: 2, maxBytes: 10_000 }, ''],
    ['bytes', { maxRows: 100, maxBytes: 300 }, 'x'.repeat(100)],
  ])('are bounded in their %s', async (_, limits, fileName) => {
    const { clock, database, rows, stop } = setUp(limits);
    rows.add(run('a', fileName));
    rows.add(run('b', fileName));
    expect(() => {
      rows.add(run('c', fileName));
    }).toThrow(new FailureError('DATABASE_UNAVAILABLE'));
    rows.add(run('b', fileName));
    database.isAway = false;
    await clock.advance(5_000);
    rows.add(run('c', fileName));
    expect(database.stored).toEqual(['acme/a', 'acme/b']);
    await stop();
  });

  it('do not wait behind one that the database refuses', async () => {
    const { clock, database, rows, stop } = setUp();
    for (const id of ['a', 'b']) rows.add(run(id));
    database.refuses.add('a');
    database.isAway = false;
    await clock.advance(5_000);
    expect(database.stored).toEqual(['acme/b']);
    await stop();
  });

  it('are tried once more when the process stops', async () => {
    const { database, rows, stop } = setUp();
    rows.add(run('a'));
    database.isAway = false;
    await stop();
    expect(database.stored).toEqual(['acme/a']);
  });
});
