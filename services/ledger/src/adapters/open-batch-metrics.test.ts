import type { OpenBatches } from '@docfleet/database';
import { createMetrics } from '@docfleet/telemetry';
import { expect, it } from 'vitest';
import { exportOpenBatches } from './open-batch-metrics.ts';

it('O-03: tells how many batches are open, and how long one of them stands still', async () => {
  const metrics = createMetrics('ledger');
  let found: OpenBatches = { count: 2, unchangedSince: 40_000 };
  const update = exportOpenBatches(metrics, {
    read: () => Promise.resolve(found),
    clock: { now: () => 100_000 },
  });
  await update();
  expect(await metrics.text()).toContain('docfleet_batch_unchanged_seconds{service="ledger"} 60');
  found = { count: 0, unchangedSince: null };
  await update();
  const text = await metrics.text();
  expect(text).toContain('docfleet_batches_open{service="ledger"} 0');
  expect(text).toContain('docfleet_batch_unchanged_seconds{service="ledger"} 0');
});
