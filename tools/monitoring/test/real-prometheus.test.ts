import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { createMetrics, healthy, startHealthServer, type HealthServer } from '@docfleet/telemetry';
import { until } from '@docfleet/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  bringPrometheus,
  dashboardQueries,
  readRules,
  runbookQueries,
  startPrometheus,
  type RunningPrometheus,
} from '../src/index.ts';

const root = join(import.meta.dirname, '../../..');
const rules = join(root, 'charts/docfleet/alerts');
const runId = '6a1d4c0e-5b0f-5a67-9d0a-6f1f2f6f7c11';

const metrics = createMetrics('ocr');
let folder: string;
let health: HealthServer;
let prometheus: RunningPrometheus;

/** A Prometheus that scrapes one process, as every service answers. */
beforeAll(async () => {
  // eslint-disable-next-line no-restricted-properties -- a test has no main.ts in front of it
  const { PATH = '' } = process.env;
  const programs = await bringPrometheus(join(root, '.docfleet/servers'), PATH);
  folder = mkdtempSync(join(tmpdir(), 'docfleet-prometheus-'));
  health = await startHealthServer({
    host: '127.0.0.1',
    port: 0,
    metrics,
    live: () => healthy,
    ready: () => healthy,
  });
  prometheus = await startPrometheus({
    prometheus: programs.prometheus,
    folder,
    port: await freePort(),
    targets: [`127.0.0.1:${String(health.port)}`],
    rules,
  });
}, 120_000);

afterAll(async () => {
  await prometheus.stop();
  await health.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Time for a change to be scraped and evaluated on a machine that does other things as well, in milliseconds. */
const noticedMs = 120_000;

/** Waits with pauses between two questions, so that asking keeps nothing from working. */
const comes = (what: string, condition: () => Promise<boolean>): Promise<void> =>
  until(
    what,
    async () => {
      await new Promise((resolve) => setTimeout(resolve, 200));
      return condition();
    },
    noticedMs,
  );

const firing = async (alert: string): Promise<boolean> =>
  (await prometheus.alerts()).some(
    ({ state, labels }) => state === 'firing' && labels['alertname'] === alert,
  );

test('O-04: every file of rules loads, and every rule is evaluated', async () => {
  const { alerts, records } = readRules(rules);
  await comes(
    'all rules were evaluated',
    async () => Object.keys(await prometheus.unhealthyRules()).length === 0,
  );
  expect(await prometheus.ruleCount()).toBe(alerts.length + records.length);
}, 300_000);

const queries = [
  ...dashboardQueries(),
  ...runbookQueries(join(root, 'docs/runbooks')).map(({ runbook, expr }) => ({ place: runbook, expr })),
];

test.each(queries)('O-04: Prometheus runs the query of $place', async ({ expr }) => {
  await expect(prometheus.query(expr)).resolves.toBeInstanceOf(Array);
});

test('O-04: a breaker that opens fires its alert, which goes away when it closes', async () => {
  metrics.breakerState.set({ breaker: 'object-store', position: 'open' }, 1);
  await comes('the alert fires', () => firing('DocfleetBreakerOpen'));
  metrics.breakerState.set({ breaker: 'object-store', position: 'open' }, 0);
  await comes('the alert is gone', async () => !(await firing('DocfleetBreakerOpen')));
  expect(await firing('DocfleetBreakerOpen')).toBe(false);
}, 300_000);

test('O-05: the trace of a run arrives as exemplar of its bucket, and counters keep their names', async () => {
  metrics.stageDuration.observe({ stage: 'ocr', lane: 'high', outcome: 'done' }, 3.5, runId);
  metrics.documentsProcessed.inc({ status: 'completed' }, 4);
  await comes('the exemplar has arrived', async () => {
    const found = await prometheus.exemplars('docfleet_stage_duration_seconds_bucket');
    return found.includes(runId.replaceAll('-', ''));
  });
  const [sample] = await prometheus.query('documents_processed_total{service="ocr"}');
  expect(sample?.value).toBe(4);
}, 300_000);

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
