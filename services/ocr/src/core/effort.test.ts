import { describe, expect, test } from 'vitest';
import { effortAt, pageSlots, type PageSlots } from './effort.ts';

const quiet = new AbortController().signal;

test.each([
  ['L0', 4, { pagesAtOnce: Number.POSITIVE_INFINITY, retries: true }],
  ['L1', 4, { pagesAtOnce: Number.POSITIVE_INFINITY, retries: true }],
  ['L2', 4, { pagesAtOnce: 2, retries: false }],
  ['L4', 3, { pagesAtOnce: 2, retries: false }],
  ['L2', 1, { pagesAtOnce: 1, retries: false }],
] as const)('R-02 at %s %i engine processes read with %j', (level, processes, effort) => {
  expect(effortAt(level, processes)).toEqual(effort);
});

describe('pageSlots', () => {
  /** Starts an action that the test ends. */
  function begin(slots: PageSlots, started: string[], name: string, priority = 0, signal = quiet) {
    const gate = Promise.withResolvers<undefined>();
    const ended = slots.run(
      () => {
        started.push(name);
        return gate.promise;
      },
      { priority, signal },
    );
    return {
      end: async () => {
        gate.resolve(undefined);
        await ended;
      },
      ended,
    };
  }

  test('the limit is kept; the most urgent waiting action is next', async () => {
    const started: string[] = [];
    const slots = pageSlots(() => 1);
    const first = begin(slots, started, 'first', 2);
    const normal = begin(slots, started, 'normal', 2);
    const urgent = begin(slots, started, 'urgent', 0);
    await first.end();
    await urgent.end();
    await normal.end();
    expect(started).toEqual(['first', 'urgent', 'normal']);
  });

  test('more actions run as soon as the limit rises', async () => {
    const started: string[] = [];
    let atOnce = 1;
    const slots = pageSlots(() => atOnce);
    const [one, two, three] = ['one', 'two', 'three'].map((name) => begin(slots, started, name));
    await Promise.resolve();
    expect(started).toEqual(['one']);
    atOnce = 2;
    await one?.end();
    expect(started).toEqual(['one', 'two', 'three']);
    await Promise.all([two?.end(), three?.end()]);
  });

  test('an aborted waiting action does not run', async () => {
    const started: string[] = [];
    const slots = pageSlots(() => 1);
    const first = begin(slots, started, 'first');
    const controller = new AbortController();
    const impatient = begin(slots, started, 'impatient', 0, controller.signal);
    const patient = begin(slots, started, 'patient');
    controller.abort(new Error('too late'));
    await expect(impatient.ended).rejects.toThrow('too late');
    await first.end();
    await patient.end();
    expect(started).toEqual(['first', 'patient']);
  });
});
