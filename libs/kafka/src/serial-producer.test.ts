import type { OutgoingRecord } from '@docfleet/record-log';
import { describe, expect, it } from 'vitest';
import { fakeProducers, textsOf } from '../test/fake-producers.ts';
import { SerialProducer } from './serial-producer.ts';

const record = (text: string): OutgoingRecord => ({
  topic: 't',
  partition: 0,
  key: null,
  value: Buffer.from(text),
  headers: {},
});

describe('SerialProducer', () => {
  it('sends one batch at a time, also for concurrent callers', async () => {
    const { kafka, seen } = fakeProducers(() => new Promise((resolve) => setImmediate(resolve)));
    const producer = new SerialProducer(kafka);
    await Promise.all([
      producer.send([record('a'), record('b')]),
      producer.send([record('c')]),
      producer.send([record('d')]),
    ]);
    expect(seen.atOnce).toBe(1);
    expect(textsOf(seen.batches)).toEqual([['a', 'b'], ['c'], ['d']]);
  });

  it('continues with a new producer after a failure', async () => {
    const { kafka, seen } = fakeProducers((_, number) =>
      number === 1 ? Promise.reject(new Error('connection lost')) : Promise.resolve(),
    );
    const producer = new SerialProducer(kafka);
    await expect(producer.send([record('a')])).rejects.toThrow('connection lost');
    await producer.send([record('b')]);
    expect(textsOf(seen.batches)).toEqual([['a'], ['b']]);
  });
});
