import type { LogHarness } from '@docfleet/testing';
import { until } from '@docfleet/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { kafkaHarness } from './kafka-harness.ts';

let harness: LogHarness;

beforeAll(() => {
  harness = kafkaHarness();
});

afterAll(async () => {
  await harness.close();
});

describe('aborted records', () => {
  it('are never seen, also when transactions overlap and end in another order than they began', async () => {
    const at = { topic: await harness.createTopic('aborted', 1), partition: 0 };
    const log = harness.log('reader');
    const record = (text: string) => ({ ...at, key: null, value: Buffer.from(text), headers: {} });
    const first = await harness.beginTransaction({
      transactionalId: `${at.topic}-1`,
      records: [record('x1')],
    });
    const second = await harness.beginTransaction({
      transactionalId: `${at.topic}-2`,
      records: [record('x2')],
    });
    await second.abort();
    await first.abort();
    await log.produce([record('kept')]);
    await until('markers are written', async () => (await log.endOffset(at)) === 5n);
    const { signal } = new AbortController();
    for (const from of [0n, 1n]) {
      const records = await log.readRange({ at, from, to: 5n, signal });
      expect(records.map(({ value }) => value?.toString())).toEqual(['kept']);
    }
    await log.close();
  });
});
