import { FailureError } from '@docfleet/domain';
import { createLog } from '@docfleet/telemetry';
import { virtualClock } from '@docfleet/testing';
import { expect, it } from 'vitest';
import { collectKeyUses } from './key-uses.ts';

it('A-07: stores the last use of each key once a minute, and keeps what could not be stored', async () => {
  const clock = virtualClock();
  const written: [string, number][][] = [];
  let down = false;
  const noteUses = (uses: ReadonlyMap<string, number>): Promise<void> => {
    if (down) return Promise.reject(new FailureError('DATABASE_UNAVAILABLE'));
    written.push([...uses]);
    return Promise.resolve();
  };
  const uses = collectKeyUses(
    { noteUses },
    { clock, log: createLog({ service: 'gateway', level: 'silent' }) },
  );
  const stopping = new AbortController();
  const running = uses.run(stopping.signal);
  const start = clock.now();

  uses.note('a');
  uses.note('a');
  await clock.advance(59_999);
  expect(written).toEqual([]);
  await clock.advance(1);
  expect(written).toEqual([[['a', start]]]);

  down = true;
  uses.note('b');
  await clock.advance(60_000);
  down = false;
  uses.note('a');
  await clock.advance(60_000);
  expect(written.slice(1)).toEqual([
    [
      ['b', start + 60_000],
      ['a', start + 120_000],
    ],
  ]);

  uses.note('c');
  stopping.abort(new Error('stopped'));
  await running;
  expect(written.at(-1)).toEqual([['c', start + 180_000]]);
});
