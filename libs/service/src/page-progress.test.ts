import { localCodec, type PageProgress } from '@docfleet/contracts';
import type { OutgoingRecord } from '@docfleet/record-log';
import { builtAtMs, runContext, virtualClock } from '@docfleet/testing';
import { expect, it } from 'vitest';
import { pageProgressSender } from './page-progress.ts';

const codec = localCodec();

/** A sender with a log that remembers what it was given; `answer` is what each write resolves to. */
function started(answer: () => Promise<void> = () => Promise.resolve()) {
  const clock = virtualClock(builtAtMs);
  const written: (readonly OutgoingRecord[])[] = [];
  const stop = new AbortController();
  const report = pageProgressSender({
    stage: 'ocr',
    recordLog: {
      produce: (records) => {
        written.push(records);
        return answer();
      },
    },
    codec,
    clock,
    signal: stop.signal,
  });
  const read = (): Promise<(readonly PageProgress[])[]> =>
    Promise.all(
      written.map((records) =>
        Promise.all(records.map(({ value }) => codec.decode('documents.progress', value ?? Buffer.alloc(0)))),
      ),
    );
  return { clock, report, read, written, stop };
}

const [one, other] = [runContext({ runId: 'run-1' }), runContext({ runId: 'run-2' })];

it('sends the first state at once, and afterwards the newest of every run, once a second', async () => {
  const { clock, report, read, written } = started();
  report(one, { pagesDone: 0, pageCount: 9 });
  await clock.advance(10);
  for (const pagesDone of [1, 2, 3]) report(one, { pagesDone, pageCount: 9 });
  report(other, { pagesDone: 1, pageCount: 2 });
  await clock.advance(900);
  expect(written).toHaveLength(1);
  await clock.advance(200);
  await clock.advance(5_000);
  expect((await read()).map((records) => records.map(({ runId, pagesDone }) => [runId, pagesDone]))).toEqual([
    [['run-1', 0]],
    [
      ['run-1', 3],
      ['run-2', 1],
    ],
  ]);
  expect(clock.pending).toBe(0);
});

it('keys a record by its run, and says whose and which stage it is', async () => {
  const { clock, report, read, written } = started();
  report(one, { pagesDone: 4, pageCount: 9 });
  await clock.advance(10);
  const { revision, tenantId } = one;
  expect(await read()).toEqual([
    [{ runId: 'run-1', revision, tenantId, stage: 'ocr', pagesDone: 4, pageCount: 9, at: builtAtMs }],
  ]);
  expect(written[0]?.map(({ topic, key }) => [topic, key?.toString()])).toEqual([
    ['documents.progress', 'run-1'],
  ]);
});

it('loses what cannot be written, and goes on with what comes later', async () => {
  let fails = true;
  const { clock, report, read } = started(() =>
    fails ? Promise.reject(new Error('no leader')) : Promise.resolve(),
  );
  report(one, { pagesDone: 1, pageCount: 9 });
  await clock.advance(2_000);
  fails = false;
  report(one, { pagesDone: 2, pageCount: 9 });
  await clock.advance(2_000);
  expect((await read()).map((records) => records.map(({ pagesDone }) => pagesDone))).toEqual([[1], [2]]);
});

it('does not wait for the log: one write at a time, whatever is reported meanwhile', async () => {
  const { clock, report, written } = started(() => new Promise(() => undefined));
  for (let page = 0; page < 50; page += 1) {
    report(one, { pagesDone: page, pageCount: 50 });
    await clock.advance(1_000);
  }
  expect(written).toHaveLength(1);
});
