import { FailureError, type Clock } from '@docfleet/domain';
import { describe, expect, it } from 'vitest';
import { followValues, type FollowOptions } from './follow-values.ts';
import type { LogRecord } from './record-log.ts';

/** Time that stands still until it is moved. */
function manualClock() {
  let now = 1_000_000;
  const timers = new Set<{ readonly at: number; readonly action: () => void }>();
  const clock: Clock = {
    now: () => now,
    after: (ms, action) => {
      const timer = { at: now + ms, action };
      timers.add(timer);
      return () => timers.delete(timer);
    },
  };
  const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
  const advance = async (ms: number): Promise<void> => {
    now += ms;
    for (const timer of [...timers].filter(({ at }) => at <= now)) {
      timers.delete(timer);
      timer.action();
    }
    await settle();
  };
  return { clock, settle, advance };
}

/** A topic whose records are text; `old` are those before the call. */
function follow(
  options: Partial<FollowOptions<string>> & { readonly old?: readonly (readonly [string, string | null])[] },
) {
  const { clock, settle, advance } = manualClock();
  const received: string[] = [];
  const stop = new AbortController();
  let offset = 0n;
  let deliver: (record: LogRecord) => void = () => undefined;
  const write = (key: string, text: string | null): void => {
    const value = text === null ? null : Buffer.from(text);
    const place = { topic: 'values', partition: 0, offset: offset++, timestampMs: clock.now() - 5_000 };
    deliver({ ...place, key: Buffer.from(key), value, headers: {} });
  };
  const state = { caughtUp: false };
  void followValues<string>({
    recordLog: {
      follow: ({ onRecord }) => {
        deliver = onRecord;
        for (const [key, text] of options.old ?? []) write(key, text);
        return Promise.resolve();
      },
    },
    topic: 'values',
    counts: 'latest-of-key',
    decode: (bytes) => Promise.resolve(bytes.toString()),
    clock,
    signal: stop.signal,
    onValue: ({ key, value }) => received.push(`${key}=${value}`),
    onRemoved: ({ key }) => received.push(`${key} removed`),
    report: {
      unusable: (error, { topic, partition, offset: at }) =>
        received.push(`unusable ${topic}/${partition}/${at}: ${String(error)}`),
      waiting: (_, { records }) => received.push(`waiting ${records}`),
    },
    ...options,
  }).then(() => (state.caughtUp = true));
  return {
    received,
    write,
    settle,
    advance,
    state,
    stop: () => {
      stop.abort(new Error('the test ends'));
    },
  };
}

/** Decodes texts; while `isAway` says so, a text with "new" in it needs the registry. */
function registry() {
  const state = { isAway: true, calls: 0 };
  const decode = (bytes: Buffer): Promise<string> => {
    state.calls += 1;
    const text = bytes.toString();
    if (state.isAway && text.includes('new')) return Promise.reject(new FailureError('REGISTRY_UNAVAILABLE'));
    if (text === 'x') return Promise.reject(new FailureError('RECORD_UNDECODABLE'));
    return Promise.resolve(text);
  };
  return { state, decode };
}

describe('followValues', () => {
  it('passes on only the newest value of each key, then every new one', async () => {
    const { received, write, settle } = follow({
      old: [
        ['a', '1'],
        ['b', '1'],
        ['a', '2'],
      ],
    });
    await settle();
    expect(received).toEqual(['a=2', 'b=1']);
    write('a', '3');
    await settle();
    expect(received).toEqual(['a=2', 'b=1', 'a=3']);
  });

  it('passes on every record when each one counts', async () => {
    const { received, settle } = follow({
      counts: 'every-record',
      old: [
        ['a', '1'],
        ['a', '2'],
      ],
    });
    await settle();
    expect(received).toEqual(['a=1', 'a=2']);
  });

  it('R-06: is not caught up while the registry is away, waits for it, and loses nothing', async () => {
    const { state: registryState, decode } = registry();
    const followed = follow({
      counts: 'every-record',
      decode,
      old: [
        ['a', 'new 1'],
        ['a', 'new 2'],
      ],
    });
    await followed.settle();
    for (let second = 0; second < 40; second += 1) await followed.advance(1_000);
    expect(followed).toMatchObject({ received: ['waiting 2', 'waiting 2'], state: { caughtUp: false } });
    registryState.isAway = false;
    await followed.advance(1_000);
    expect(followed.received.slice(2)).toEqual(['a=new 1', 'a=new 2']);
    expect(followed.state.caughtUp).toBe(true);
  });

  it('R-06: a record that waits for the registry holds no other', async () => {
    const { state: registryState, decode } = registry();
    const { received, write, settle, advance } = follow({ decode });
    await settle();
    write('a', 'new');
    write('b', 'known');
    await settle();
    expect(received).toEqual([expect.stringContaining('waiting'), 'b=known']);
    registryState.isAway = false;
    await advance(1_000);
    expect(received.slice(2)).toEqual(['a=new']);
  });

  it('drops what waits when a newer record of its key comes', async () => {
    const { state: registryState, decode } = registry();
    const { received, write, settle, advance } = follow({ decode });
    await settle();
    write('a', 'new');
    write('a', 'known');
    await settle();
    registryState.isAway = false;
    await advance(1_000);
    expect(received.filter((line) => line.startsWith('a'))).toEqual(['a=known']);
  });

  it('R-06: passes over a record that cannot be decoded, and reports its position', async () => {
    const { decode } = registry();
    const { received, settle } = follow({
      decode,
      old: [
        ['a', 'x'],
        ['b', '1'],
      ],
    });
    await settle();
    expect(received).toEqual([
      'unusable values/0/0: FailureError: The record cannot be decoded with a published schema.',
      'b=1',
    ]);
  });

  it('R-06: a receiver that throws is reported and ends nothing', async () => {
    const seen: string[] = [];
    const { received, write, settle } = follow({
      onValue: ({ value }) => {
        if (value === 'bad') throw new Error('refused');
        seen.push(value);
      },
      old: [['a', 'bad']],
    });
    await settle();
    write('a', 'good');
    await settle();
    expect({ received, seen }).toEqual({ received: ['unusable values/0/0: Error: refused'], seen: ['good'] });
  });

  it('tells a removed key from a value that cannot be decoded', async () => {
    const { received, write, settle } = follow({
      old: [
        ['a', '1'],
        ['a', null],
        ['b', '2'],
      ],
    });
    await settle();
    write('b', null);
    await settle();
    expect(received).toEqual(['a removed', 'b=2', 'b removed']);
  });

  it('old records are as old as their timestamp, new ones are received now', async () => {
    const ages: number[] = [];
    const { clock } = manualClock();
    const { write, settle } = follow({
      onValue: ({ receivedAt }) => ages.push(clock.now() - receivedAt),
      old: [['a', '1']],
    });
    await settle();
    write('b', '2');
    await settle();
    expect(ages).toEqual([5_000, 0]);
  });

  it('tries nothing more after the signal aborted', async () => {
    const { state: registryState, decode } = registry();
    const { received, settle, advance, stop } = follow({ decode, old: [['a', 'new']] });
    await settle();
    stop();
    await settle();
    const callsBefore = registryState.calls;
    registryState.isAway = false;
    await advance(5_000);
    expect({ received, calls: registryState.calls }).toEqual({ received: ['waiting 1'], calls: callsBefore });
  });
});
