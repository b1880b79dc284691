import { expect, test } from 'vitest';
import { changeLine, ReplicaLog } from './replica-log.ts';

test('notes changes only, and what was taken away while documents were in flight', () => {
  const log = new ReplicaLog();
  const seen = [
    log.observe('ocr', { wanted: 1, ready: 1 }, { seconds: 0, inFlight: 0 }),
    log.observe('ocr', { wanted: 3, ready: 1 }, { seconds: 2.04, inFlight: 30 }),
    log.observe('ocr', { wanted: 3, ready: 1 }, { seconds: 3, inFlight: 30 }),
    log.observe('ocr', { wanted: 3, ready: 3 }, { seconds: 4, inFlight: 20 }),
    log.observe('ocr', { wanted: 2, ready: 3 }, { seconds: 5, inFlight: 4 }),
    log.observe('ocr', { wanted: 1, ready: 1 }, { seconds: 9, inFlight: 0 }),
  ];
  expect(seen.map((change) => change && changeLine(change))).toEqual([
    undefined,
    '+   2.0 s  ocr            1 -> 3 replicas, 1 ready, 30 documents in flight',
    undefined,
    '+   4.0 s  ocr            3 replicas, 3 ready, 20 documents in flight',
    '+   5.0 s  ocr            3 -> 2 replicas, 3 ready, 4 documents in flight',
    '+   9.0 s  ocr            2 -> 1 replicas, 1 ready, 0 documents in flight',
  ]);
  expect([log.mostReady('ocr'), log.downInFlight('ocr'), log.mostReady('none')]).toEqual([3, 1, 0]);
});
