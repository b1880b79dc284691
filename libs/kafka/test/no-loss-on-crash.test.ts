import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import type { RecordLog } from '@docfleet/record-log';
import { until as untilWithin, type LogHarness } from '@docfleet/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { kafkaHarness, testBroker } from './kafka-harness.ts';

let harness: LogHarness;
const workers: ChildProcess[] = [];

beforeAll(() => {
  harness = kafkaHarness();
});

afterAll(async () => {
  for (const worker of workers) worker.kill('SIGKILL');
  await harness.close();
});

interface Worker {
  readonly process: ChildProcess;
  steps: number;
  assignments: number[];
}

function startWorker(...names: string[]): Worker {
  const child = fork(new URL('worker.ts', import.meta.url), [testBroker(), ...names], {
    execArgv: ['--conditions=docfleet-source'],
  });
  workers.push(child);
  const worker: Worker = { process: child, steps: 0, assignments: [] };
  child.on('message', (message) => {
    if (typeof message === 'number') worker.assignments.push(message);
    else worker.steps += 1;
  });
  return worker;
}

/** A killed member is removed only after its session timeout, and the machine may be busy. */
const until = (what: string, condition: () => boolean | Promise<boolean>): Promise<void> =>
  untilWithin(what, condition, 60_000);

/** Records in one batch: so many that a process is killed long before it has copied its share. */
const batchSize = 400;
const batchCount = 4;
const texts = Array.from({ length: batchCount * batchSize }, (_, index) => String(index));

describe('a fleet whose processes are killed', () => {
  it('has every record in the output exactly once (M-17)', async () => {
    const [input, output] = [await harness.createTopic('in', 4), await harness.createTopic('out', 2)];
    const names = [`group-of-${input}`, input, output];
    const log = harness.log('test');
    const write = (batch: number): Promise<void> =>
      log.produce(
        texts.slice(batch * batchSize, (batch + 1) * batchSize).map((text) => ({
          topic: input,
          key: Buffer.from(text),
          value: Buffer.from(text),
          headers: {},
        })),
      );

    const first = startWorker(...names);
    await write(0);
    await until('the first one works', () => first.steps > 30);
    const second = startWorker(...names);
    await until('both have two partitions', () => second.assignments.at(-1) === 2);
    await write(1);
    await until('the second one works', () => second.steps > 30);
    expect(first.assignments).toEqual([4, 2]);
    first.process.kill('SIGKILL');
    await until('the survivor has all partitions', () => second.assignments.at(-1) === 4);
    const third = startWorker(...names);
    await until('the third one has its partitions', () => third.assignments.at(-1) === 2);
    await write(2);
    await until('the third one works', () => third.steps > 30);
    second.process.kill('SIGKILL');
    await write(3);
    await until('everything is committed', async () => (await committed(log, output)).length >= texts.length);
    third.process.kill('SIGTERM');
    await once(third.process, 'exit');

    const written = await committed(log, output);
    expect(written.toSorted((a, b) => Number(a) - Number(b))).toEqual(texts);
    await log.close();
  }, 180_000);
});

/** Values of everything committed in a topic of two partitions. */
async function committed(log: RecordLog, topic: string): Promise<string[]> {
  const { signal } = new AbortController();
  const parts = await Promise.all(
    [0, 1].map(async (partition) => {
      const at = { topic, partition };
      return log.readRange({ at, from: 0n, to: await log.endOffset(at), signal });
    }),
  );
  return parts.flat().map(({ value }) => value?.toString() ?? '');
}
