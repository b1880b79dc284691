import { createMetrics } from '@docfleet/telemetry';
import { virtualClock } from '@docfleet/testing';
import { once } from 'node:events';
import { expect, it } from 'vitest';
import { eventStreams, readableOf } from './event-streams.ts';

const text = 'x'.repeat(1_000);

/** A source without end, and what became of it. */
function endless() {
  const state = { made: 0, isEnded: false };
  const texts = async function* (): AsyncGenerator<string> {
    try {
      for (;;) {
        await Promise.resolve();
        state.made += 1;
        yield text;
      }
    } finally {
      state.isEnded = true;
    }
  };
  return { state, texts: texts() };
}

it('makes no more than the buffer holds for a client that takes nothing, and gives it up', async () => {
  const clock = virtualClock();
  const { state, texts } = endless();
  const readable = readableOf(texts, { slowMs: 30_000, clock });
  readable.read(0);
  await clock.advance(29_999);
  expect([state.made <= 18, readable.destroyed]).toEqual([true, false]);
  const closed = once(readable, 'close');
  await clock.advance(1);
  await closed;
  expect(state.isEnded).toBe(true);
});

it('goes on for as long as the client takes something now and then', async () => {
  const clock = virtualClock();
  const { state, texts } = endless();
  const readable = readableOf(texts, { slowMs: 30_000, clock });
  for (let turn = 0; turn < 20; turn += 1) {
    await clock.advance(20_000);
    readable.read();
  }
  expect([readable.destroyed, state.made > 100]).toEqual([false, true]);
  readable.destroy();
});

it('counts streams by caller and in all, and each end once', () => {
  const streams = eventStreams({ perCaller: 2, inAll: 3, metrics: createMetrics('gateway') });
  const close = streams.open('a');
  streams.open('a');
  expect(() => streams.open('a')).toThrow(expect.objectContaining({ code: 'RATE_LIMITED' }));
  streams.open('b');
  expect(() => streams.open('c')).toThrow(expect.objectContaining({ code: 'SERVICE_UNAVAILABLE' }));
  close();
  close();
  expect(streams.size).toBe(2);
  streams.open('a');
  expect(streams.size).toBe(3);
});
