import { createMetrics } from '@docfleet/telemetry';
import { virtualClock } from '@docfleet/testing';
import { expect, it } from 'vitest';
import { exportWaiting } from './waiting-metrics.ts';

it('H-01: shows how many tasks wait and for how long, and no more of those that are done', async () => {
  const clock = virtualClock();
  const metrics = createMetrics('review');
  const show = exportWaiting(metrics, clock);
  const valueOf = async (series: string) =>
    (await metrics.text())
      .split('\n')
      .find((line) => line.startsWith(series))
      ?.split(' ')
      .at(-1);
  const waiting = 'docfleet_review_tasks_waiting{lane="high",kind="before-end"';
  const oldest = 'docfleet_review_oldest_task_age_seconds{lane="high"';
  show([
    { lane: 'high', afterwards: true, tasks: 7, since: 0 },
    { lane: 'high', afterwards: false, tasks: 2, since: clock.now() - 90_000 },
  ]);
  expect([await valueOf(waiting), await valueOf(oldest)]).toEqual(['2', '90']);
  show([]);
  expect([await valueOf(waiting), await valueOf(oldest)]).toEqual(['0', '0']);
});
