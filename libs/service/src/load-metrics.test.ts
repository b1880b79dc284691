import { createMetrics } from '@docfleet/telemetry';
import { expect, test } from 'vitest';
import { exportLoad } from './load-metrics.ts';

const linesOf = (text: string): string[] =>
  text.split('\n').filter((line) => /^(queue_depth|docfleet_stage_slots|worker_utilization)/.test(line));

test('O-03: a stage shows what waits for it and how busy it is once it has joined its group, and nothing before', async () => {
  const metrics = createMetrics('ocr');
  const joined = {
    load: () => ({ working: 3, records: 5 }),
    waiting: () => new Map([['urgent', 2] as const, ['retry', 1] as const]),
  };
  const state: { running?: typeof joined } = {};
  exportLoad(metrics, { stage: 'ocr', slots: 4, running: () => state.running });
  expect(linesOf(await metrics.text())).toEqual([]);
  state.running = joined;
  expect(linesOf(await metrics.text())).toEqual([
    'queue_depth{stage="ocr",lane="urgent",service="ocr"} 2',
    'queue_depth{stage="ocr",lane="retry",service="ocr"} 1',
    'docfleet_stage_slots{stage="ocr",service="ocr"} 4',
    'worker_utilization{stage="ocr",service="ocr"} 0.75',
  ]);
});
