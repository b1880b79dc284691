/** About 8 min, with servers: a real Prometheus watches a running fleet; alerts fire when something breaks, and go away after. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createClient, type Client } from '@docfleet/client';
import { fileAt } from '@docfleet/client/node';
import { stageNames } from '@docfleet/domain';
import { dashboardQueries, exportedTypes, parseMetricTables, readRules } from '@docfleet/monitoring';
import { writeSamples } from '@docfleet/samples';
import { until } from '@docfleet/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { serviceNames } from '../../src/names.ts';
import { pause, repository, startWatchedFleet, type WatchedFleet } from '../monitoring/watched-fleet.ts';

/** Time for a change to be noticed, on a machine that does other things as well, in milliseconds. */
const noticedMs = 300_000;

let fleet: WatchedFleet;
let client: Client;
let sample: string;
/** Runs that have ended, oldest first. */
const runIds: string[] = [];

beforeAll(async () => {
  fleet = await startWatchedFleet();
  const samples = await writeSamples(join(fleet.folder, 'samples'));
  sample = samples.find(({ form }) => form === 'digital')?.path ?? '';
  const signal = AbortSignal.timeout(1_500_000);
  client = createClient({ api: fleet.urlOf('gateway'), apiKey: fleet.apiKey, signal });
  await process('first');
}, 900_000);

afterAll(async () => {
  await fleet.stop();
}, 120_000);

/** Sends a document and waits for its result. */
async function process(requestId: string): Promise<void> {
  const { runId } = await client.submitFile(await fileAt(sample), { requestId, review: 'never' });
  expect((await client.waitForEnd(runId)).status).toMatch(/^completed/);
  runIds.push(runId);
}

/** Labels of the alerts of this name that fire. */
async function firing(name: string): Promise<readonly Labels[]> {
  await pause();
  const alerts = await fleet.prometheus.alerts();
  return alerts.flatMap(({ state, labels }) =>
    state === 'firing' && labels['alertname'] === name ? [labels] : [],
  );
}

type Labels = Readonly<Record<string, string>>;

/** The alerts of this name that fire with these labels, once there are some, or none. */
async function settled(name: string, labels: Labels, areFiring: boolean): Promise<readonly Labels[]> {
  let own: readonly Labels[] = [];
  await until(
    `${name} ${areFiring ? 'fires' : 'is gone'}`,
    async () => {
      own = (await firing(name)).filter((each) =>
        Object.entries(labels).every(([key, value]) => each[key] === value),
      );
      return own.length > 0 === areFiring;
    },
    noticedMs,
  );
  return own;
}

const fires = (name: string, labels: Labels = {}) => settled(name, labels, true);
const isGone = (name: string, labels: Labels = {}) => settled(name, labels, false);

test('O-03: running services export what docs/metrics.md lists, each service its own', async () => {
  const { metrics } = parseMetricTables(readFileSync(join(repository, 'docs/metrics.md'), 'utf8'));
  const wrong: string[] = [];
  for (const service of serviceNames) {
    const text = await (await fetch(`${fleet.urlOf(service)}/metrics`)).text();
    const exported = exportedTypes(text);
    const isStage = (stageNames as readonly string[]).includes(service);
    for (const { name, type, services, labels } of metrics) {
      const isOwn =
        services.includes('all') || (isStage && services.includes('stages')) || services.includes(service);
      if (isOwn && exported.get(name) !== type) wrong.push(`${service} lacks ${name} (${type})`);
      const used = text
        .split('\n')
        .find((line) => line.startsWith(`${name}{`) || line.startsWith(`${name}_sum{`));
      const names = [...(used ?? '').matchAll(/([a-z_]+)="/g)].map(([, label = '']) => label);
      const expected = [...labels, 'service'].sort();
      if (used !== undefined && names.sort().join() !== expected.join())
        wrong.push(`${service}: ${name} has the labels ${names.join()}`);
    }
    for (const name of exported.keys())
      if (!/^(process|nodejs)_/.test(name) && !metrics.some((each) => each.name === name))
        wrong.push(`${service} exports ${name}, which is not documented`);
  }
  expect(wrong).toEqual([]);
});

/** Nobody reviews these documents. */
const passedStages = stageNames.filter((stage) => stage !== 'review');

test('O-05: one document is one trace: a span for each stage, each below the one before; buckets name the trace', async () => {
  const [runId = ''] = runIds;
  const traceId = runId.replaceAll('-', '');
  await until(
    'all spans have arrived',
    async () => {
      await pause();
      return fleet.traces.spansOf(traceId).length >= passedStages.length;
    },
    60_000,
  );
  const spans = fleet.traces.spansOf(traceId);
  const of = (stage: string) => spans.find(({ name }) => name === stage);
  expect(passedStages.map((stage) => of(stage)?.parentSpanId)).toEqual([
    traceId.slice(16),
    ...passedStages.slice(0, -1).map((stage) => of(stage)?.spanId),
  ]);
  const found = await Promise.all(
    ['docfleet_stage_duration_seconds_bucket', 'batch_document_processing_latency_seconds_bucket'].map(
      (name) => fleet.prometheus.exemplars(name),
    ),
  );
  expect(found.map((ids) => ids.includes(traceId))).toEqual([true, true]);
});

test('O-04: every rule is evaluated and every query of the dashboards is answered, most of them with values', async () => {
  const { alerts, records } = readRules(join(repository, 'charts/docfleet/alerts'));
  expect(await fleet.prometheus.ruleCount()).toBe(alerts.length + records.length);
  await until('all rules were evaluated', async () => {
    await pause();
    return Object.keys(await fleet.prometheus.unhealthyRules()).length === 0;
  });
  const queries = dashboardQueries();
  // Rates have a value once the document that was processed is in two scrapes.
  await until('most queries of the dashboards have values', async () => {
    await pause();
    const answers = await Promise.all(queries.map(({ expr }) => fleet.prometheus.query(expr)));
    return answers.filter((samples) => samples.length > 0).length > queries.length / 2;
  });
});

test('O-04: tenant proof that is off is told of', async () => {
  expect(await fires('DocfleetTenantProofOff')).toHaveLength(1);
});

test('O-04: a stage that is stopped, and its queue that grows', async () => {
  await isGone('DocfleetStageStopped');
  await fleet.stopService('extraction');
  const records = Array.from({ length: 220 }, (_, index) => ({
    topic: 'extraction.tasks.normal',
    partition: index % 2,
    key: null,
    value: Buffer.from('no task'),
    headers: {},
  }));
  await fleet.recordLog.produce(records);
  await fires('DocfleetStageStopped', { stage: 'extraction' });
  await fires('DocfleetQueueLong', { stage: 'extraction' });
  await fires('DocfleetThroughputCritical');
  await fleet.startService('extraction');
  await isGone('DocfleetStageStopped');
  await isGone('DocfleetQueueLong');
  await isGone('DocfleetThroughputCritical');
  expect(await fires('DocfleetDeadLetters', { stage: 'extraction' })).toMatchObject([
    { code: 'RECORD_UNDECODABLE' },
  ]);
}, 1_200_000);

test('O-04: a lag that was worked off is 0, past the markers of transactions', async () => {
  await process('second');
  const query = 'stage_lane:docfleet_lag:offsets';
  await until(
    'there is no lag',
    async () => {
      await pause();
      return (await fleet.prometheus.query(`max(${query}) == 0`)).length > 0;
    },
    noticedMs,
  );
  // Three lanes of each stage, and the retry topics of all but the last.
  expect(await fleet.prometheus.query(query)).toHaveLength(stageNames.length * 3 + stageNames.length - 1);
}, 600_000);

test('O-04: a record that is set aside', async () => {
  await isGone('DocfleetRecordsWaitSetAside');
  const record = {
    topic: 'documents.events',
    partition: 0,
    key: null,
    value: Buffer.from('no event'),
    headers: {},
  };
  await fleet.recordLog.produce([record]);
  await fires('DocfleetRecordSetAside', { topic: 'documents.events', cause: 'RECORD_UNDECODABLE' });
  await fires('DocfleetRecordsWaitSetAside');
  await fleet.database.session.deleteFrom('setAsideRecords').execute();
  expect(await isGone('DocfleetRecordsWaitSetAside')).toEqual([]);
}, 1_200_000);

test('O-04: accounts that do not close', async () => {
  await isGone('DocfleetAccountingDifference');
  const add = (count: bigint) =>
    fleet.database.session
      .updateTable('tenantAccounts')
      .set(({ eb }) => ({ value: eb('value', '+', count) }))
      .where('name', '=', 'accepted')
      .execute();
  await add(1n);
  await fires('DocfleetAccountingDifference', { tenant: 'development' });
  await add(-1n);
  expect(await isGone('DocfleetAccountingDifference')).toEqual([]);
}, 1_200_000);

test('O-04: a database that is away opens breakers', async () => {
  await isGone('DocfleetBreakerOpen');
  await fleet.servers.stopDatabase();
  await fires('DocfleetBreakerOpen', { service: 'ledger', breaker: 'database' });
  await fires('DocfleetDependencyAway', { service: 'ledger', dependency: 'the database' });
  fleet.servers.startDatabase();
  await isGone('DocfleetBreakerOpen');
  expect(await isGone('DocfleetDependencyAway')).toEqual([]);
}, 1_200_000);
