import { createMetrics } from '@docfleet/telemetry';
import { virtualClock } from '@docfleet/testing';
import { expect, test } from 'vitest';
import type { GroupPositions } from '@docfleet/stage';
import { exportLag } from './lag-metrics.ts';

/** Every group has committed 3 of the 10 offsets of partition 0 of each topic. */
function brokers(failing: Set<string>): GroupPositions {
  return {
    committed: (group, topics) =>
      failing.has(group)
        ? Promise.reject(new Error('not authorised'))
        : Promise.resolve(topics.map((topic) => ({ topic, partition: 0, offset: 3n, metadata: '' }))),
    // The end of a partition without a leader is not known.
    endOffsets: (partitions) =>
      Promise.resolve(
        partitions
          .filter(({ topic }) => topic !== 'ocr.tasks.high')
          .map(({ topic, partition }) => ({ topic, partition, offset: 10n })),
      ),
  };
}

const lagsOf = (text: string, stage: string): string[] =>
  [...text.matchAll(/^docfleet_stage_lag\{stage="(\w+)",lane="(\w+)",service="ledger"\} (\d+)$/gm)].flatMap(
    ([, of, lane = '', value = '']) => (of === stage ? [`${lane} ${value}`] : []),
  );

test('O-03: one stage whose positions cannot be read keeps no other from being measured, and ends after two minutes', async () => {
  const clock = virtualClock();
  const metrics = createMetrics('ledger');
  const failing = new Set(['validation']);
  const warnings: unknown[] = [];
  const measure = exportLag(metrics, {
    brokers: brokers(failing),
    topicNames: () => Promise.resolve([]),
    clock,
    log: { warn: (_message, facts) => warnings.push(facts?.['group']) },
  });
  await measure();
  const first = await metrics.text();
  expect([lagsOf(first, 'ocr'), lagsOf(first, 'validation'), warnings]).toEqual([
    ['urgent 7', 'normal 7', 'retry 21'],
    [],
    ['validation'],
  ]);
  failing.add('ocr');
  await clock.advance(119_000);
  await measure();
  const second = await metrics.text();
  expect(lagsOf(second, 'ocr').length).toBe(3);
  expect(second).toContain(
    'docfleet_stage_stalled_seconds{stage="extraction",lane="urgent",service="ledger"} 119',
  );
  await clock.advance(1_000);
  const third = await metrics.text();
  expect([lagsOf(third, 'ocr').length, lagsOf(third, 'extraction').length]).toEqual([0, 4]);
});
