import { stageNames, type PartitionProgress } from '@docfleet/domain';
import { expect, test } from 'vitest';
import { lagOf } from './lag.ts';

const position = (queue: PartitionProgress['queue'], committed: bigint, end: bigint): PartitionProgress => ({
  topic: 'ocr.tasks',
  partition: 0,
  queue,
  committed,
  finished: 0n,
  end,
});

test('O-10: a lane is behind by what lies between its position and the end, over all partitions', () => {
  const lag = lagOf({
    positions: new Map([
      [
        'ocr',
        [
          position('high', 10n, 14n),
          position('high', 5n, 7n),
          position('urgent', 3n, 3n),
          position('retry', 0n, 2n),
        ],
      ],
    ]),
    members: new Map([['ocr', 2]]),
    secondsPerDocument: new Map([['ocr', 1.5]]),
    pausedLanes: (stage) => new Set(stage === 'ocr' ? (['normal'] as const) : []),
  });
  expect(lag.map(({ stage }) => stage)).toEqual(stageNames);
  expect(lag.find(({ stage }) => stage === 'ocr')).toEqual({
    stage: 'ocr',
    members: 2,
    secondsPerDocument: 1.5,
    lanes: [
      { lane: 'urgent', records: 0, seconds: 0, paused: false },
      { lane: 'high', records: 6, seconds: 5, paused: false },
      { lane: 'normal', records: 0, seconds: 0, paused: true },
    ],
    retrying: 2,
  });
});

test('O-10: no time is estimated without a process or without a run to go by', () => {
  const facts = {
    positions: new Map([['ocr' as const, [position('high', 0n, 4n)]]]),
    pausedLanes: () => new Set<never>(),
  };
  const seconds = (members: number, each: [string, number][]) =>
    lagOf({ ...facts, members: new Map([['ocr', members]]), secondsPerDocument: new Map(each) })
      .find(({ stage }) => stage === 'ocr')
      ?.lanes.map((lane) => lane.seconds);
  expect([seconds(0, [['ocr', 2]]), seconds(2, []), seconds(2, [['ocr', 2]])]).toEqual([
    [0, null, 0],
    [0, null, 0],
    [0, 4, 0],
  ]);
});
