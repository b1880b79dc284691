import { expect, it } from 'vitest';
import { PartitionLog } from './partition-log.ts';

function keyed(key: string | null, text: string) {
  return {
    topic: 't',
    key: key === null ? null : Buffer.from(key),
    value: Buffer.from(text),
    headers: {},
  };
}

function texts(log: PartitionLog): [bigint, string | undefined][] {
  return log
    .read(0, Infinity)
    .records.map((record): [bigint, string | undefined] => [record.offset, record.value?.toString()]);
}

it('keeps the newest record of each key when compacted, at its old offset', () => {
  const log = new PartitionLog({ topic: 't', partition: 0 });
  for (const [key, text] of [
    ['a', 'a1'],
    ['b', 'b1'],
    ['a', 'a2'],
    [null, 'plain'],
    ['b', 'b2'],
    ['c', 'c1'],
  ] as const) {
    log.append(keyed(key, text), 0, null);
  }
  log.compact();
  expect([texts(log), log.end]).toEqual([
    [
      [2n, 'a2'],
      [3n, 'plain'],
      [4n, 'b2'],
      [5n, 'c1'],
    ],
    6,
  ]);
});

it('reads at most the given number of records, and returns the next offset', () => {
  const log = new PartitionLog({ topic: 't', partition: 0 });
  for (const text of ['a', 'b', 'c']) log.append(keyed(null, text), 7, null);
  const first = log.read(0, 2);
  expect([first.records.map((record) => record.value?.toString()), first.nextOffset]).toEqual([
    ['a', 'b'],
    2,
  ]);
  expect(log.read(2, 2)).toEqual({
    records: [
      {
        topic: 't',
        partition: 0,
        offset: 2n,
        timestampMs: 7,
        key: null,
        value: Buffer.from('c'),
        headers: {},
      },
    ],
    nextOffset: 3,
  });
});
