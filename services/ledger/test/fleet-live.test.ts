import { degradationMatrix, type DegradationMatrix } from '@docfleet/contracts';
import { systemClock } from '@docfleet/domain';
import { openKafkaLog } from '@docfleet/kafka';
import { openRegistryCodec } from '@docfleet/registry';
import { createBreaker, type SettableBreaker } from '@docfleet/resilience';
import { fleetMember, type FleetMember, fleetOrders } from '@docfleet/fleet-level';
import { createLog, createMetrics } from '@docfleet/telemetry';
import { classificationTask, endpoints, openTcpProxy, runContext, until } from '@docfleet/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { writeFleetLevel } from '../src/adapters/fleet-level-writer.ts';
import { startService } from './fleet-process.ts';

/** The real matrix; its times are shorter, so that a level comes and goes within seconds. */
const matrix: DegradationMatrix = {
  ...degradationMatrix,
  timing: { reportEveryMs: 1000, silentAfterMs: 30_000, holdMs: 2000, restateEveryMs: 1500 },
};

const { broker, registry } = endpoints();
const codec = openRegistryCodec({ url: registry });
const log = createLog({ service: 'test', level: 'silent' });
const ledgerMetrics = createMetrics('ledger');
const closers: (() => Promise<void>)[] = [];

function openLog(clientId: string) {
  const recordLog = openKafkaLog({ brokers: [broker], clientId, sessionTimeoutMs: 6000 });
  const stop = new AbortController();
  const close = async (): Promise<void> => {
    stop.abort(new Error('closed'));
    await recordLog.close();
  };
  closers.push(close);
  return { recordLog, signal: stop.signal, close };
}

function startLedger(name: string) {
  const { recordLog, signal, close } = openLog(name);
  const clock = systemClock;
  const metrics = ledgerMetrics;
  const ended = writeFleetLevel({ recordLog, codec, clock, log, metrics, signal, matrix });
  return async (): Promise<void> => {
    await Promise.all([close(), ended]);
  };
}

/** An OCR process with its breaker, and what it measures. */
async function startReader(
  name: string,
): Promise<{ member: FleetMember; breaker: SettableBreaker; measures: Map<string, number> }> {
  const { recordLog, signal } = openLog(name);
  const breaker = createBreaker({
    name: 'ocr',
    failureRatio: 0.5,
    windowMs: 10_000,
    minCalls: 5,
    openMs: 500,
    counts: () => true,
  });
  const metrics = createMetrics('ocr');
  const clock = systemClock;
  const member = fleetMember({
    service: 'ocr',
    process: name,
    recordLog,
    codec,
    clock,
    metrics,
    log,
    matrix,
  });
  member.watch(breaker);
  const measures = new Map<string, number>();
  for (const measure of ['gpu-share', 'database-write-seconds']) {
    member.measure(measure, () => measures.get(measure));
  }
  await member.join(signal);
  return { member, breaker, measures };
}

let readers: Awaited<ReturnType<typeof startReader>>[] = [];
let bystander: FleetMember;
let endFirstLedger: () => Promise<void>;

beforeAll(async () => {
  endFirstLedger = startLedger('fleet-ledger-1');
  startLedger('fleet-ledger-2');
  readers = [await startReader('fleet-ocr-1'), await startReader('fleet-ocr-2')];
  const { recordLog, signal } = openLog('fleet-preprocess');
  bystander = fleetMember({
    service: 'preprocess',
    process: 'fleet-preprocess',
    recordLog,
    codec,
    clock: systemClock,
    metrics: createMetrics('preprocess'),
    log,
    matrix,
  });
  await bystander.join(signal);
  await until('the fleet has a level', () => bystander.currentLevel().source === 'fleet', 60_000);
}, 120_000);

afterAll(async () => {
  for (const { breaker } of readers) breaker.close();
  await Promise.all(closers.map((close) => close()));
}, 60_000);

const fails = (): Promise<never> => Promise.reject(new Error('the engine is broken'));
const works = (): Promise<string> => Promise.resolve('read');
const quiet = new AbortController().signal;

test('R-01 R-02 a breaker that opens takes the whole fleet to L2, and back when it has closed', async () => {
  const [first] = readers;
  for (let call = 0; call < 5; call += 1) await first?.breaker.run(fails, quiet).catch(() => undefined);
  await until('a process that has no such breaker works at L2', () => bystander.level() === 'L2');
  expect(bystander.currentLevel()).toEqual({ level: 'L2', reasons: ['ocr-down'], source: 'fleet' });
  await until('the breaker tries again', () => first?.breaker.state === 'half-open');
  await first?.breaker.run(works, quiet);
  await until('the fleet is back at L0', () => bystander.level() === 'L0');
}, 90_000);

test('R-02 an operator sets the fleet to L4 and releases it', async () => {
  const { recordLog } = openLog('fleet-operator');
  const orders = fleetOrders({ recordLog, codec, clock: systemClock });
  await orders.give({ kind: 'level', level: 'L4' }, { by: 'anna', reason: 'drill' });
  await until('everybody works at L4', () =>
    [bystander, ...readers.map(({ member }) => member)].every((member) => member.level() === 'L4'),
  );
  expect(bystander.currentLevel()).toEqual({ level: 'L4', reasons: ['drill'], source: 'operator' });
  await orders.give({ kind: 'breaker', breaker: 'ocr', state: 'open' }, { by: 'anna', reason: 'drill' });
  await until('every breaker is open', () => readers.every(({ breaker }) => breaker.state === 'open'));
  await orders.give({ kind: 'breaker', breaker: 'ocr', state: null }, { by: 'anna', reason: 'done' });
  await orders.give({ kind: 'level', level: null }, { by: 'anna', reason: 'done' });
  await until('everybody works at L0', () =>
    [bystander, ...readers.map(({ member }) => member)].every((member) => member.level() === 'L0'),
  );
}, 90_000);

test('R-02 slow writes take the fleet to L2, with lost GPUs to L4, and back', async () => {
  const [first, second] = readers;
  // One report has both measures.
  first?.measures.set('gpu-share', 1).set('database-write-seconds', 6);
  await until('the fleet is at L2', () => bystander.level() === 'L2');
  expect(bystander.currentLevel().reasons).toEqual(['database-slow']);
  second?.measures.set('gpu-share', 0);
  first?.measures.set('gpu-share', 0);
  await until('the fleet is at L4', () => bystander.level() === 'L4');
  expect(bystander.currentLevel().reasons).toEqual(['gpu-lost', 'database-slow', 'several-gone']);
  first?.measures.delete('database-write-seconds');
  await until('the fleet is at L2', () => bystander.level() === 'L2');
  expect(bystander.currentLevel().reasons).toEqual(['gpu-lost']);
  for (const reader of readers) reader.measures.clear();
  await until('the fleet is back at L0', () => bystander.level() === 'L0');
}, 90_000);

test('R-02 the other ledger takes over when one has stopped', async () => {
  await endFirstLedger();
  readers[0]?.breaker.set({ state: 'open', reason: 'drill', by: 'anna' });
  await until(
    'the fleet is at L2',
    () => bystander.level() === 'L2' && bystander.currentLevel().source === 'fleet',
  );
  expect(bystander.currentLevel().reasons).toEqual(['ocr-down']);
  readers[0]?.breaker.release();
  await until('the fleet is back at L0', () => bystander.level() === 'L0');
}, 90_000);

test('R-01 R-02 without its object store a stage uses up no attempts, the fleet is at L4, and both recover', async () => {
  const { recordLog } = openLog('fleet-tenant');
  const proxy = await openTcpProxy(endpoints().s3.endpoint);
  const service = await startService('classification', {
    S3_ENDPOINT: new URL(proxy.url).origin,
    MAX_CONCURRENT_RUNS: '1',
  });
  const submit = async (...requestIds: string[]): Promise<void> => {
    const topic = 'classification.tasks.normal';
    for (const requestId of requestIds) {
      const acceptedAt = Date.now();
      const context = runContext({
        tenantId: 'fleet-live',
        requestId: `${requestId} ${acceptedAt}`,
        acceptedAt,
      });
      const value = await codec.encode(topic, { ...classificationTask(), context });
      await recordLog.produce([{ topic, key: Buffer.from(context.runId), value, headers: {} }]);
    }
  };
  const count = async (metric: string): Promise<number> =>
    (await service.metrics(metric)).reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);

  proxy.cut();
  await submit('first');
  await until('starting is held', async () => (await count('docfleet_starting_held')) === 1);
  await submit('second', 'third', 'fourth');
  await until('the fleet is at L4', () => bystander.level() === 'L4');
  expect(bystander.currentLevel().reasons).toEqual(['store-gone']);
  await until('the three are buffered', async () => (await count('docfleet_window_records')) >= 3);
  expect(await count('docfleet_stage_retries_total')).toBe(1);

  proxy.mend();
  await until('starting is no longer held', async () => (await count('docfleet_starting_held')) === 0);
  await until(
    'the three are processed',
    async () => (await count('docfleet_stage_duration_seconds_count')) === 4,
  );
  expect(await count('docfleet_stage_retries_total')).toBe(1);
  await until('the fleet is back at L0', () => bystander.level() === 'L0');
  await service.stop();
  await proxy.close();
}, 180_000);

test('R-02 at L4 preprocess starts nothing', async () => {
  const { recordLog } = openLog('fleet-operator-2');
  const orders = fleetOrders({ recordLog, codec, clock: systemClock });
  await orders.give({ kind: 'level', level: 'L4' }, { by: 'anna', reason: 'drill' });
  const service = await startService('preprocess', { PAGE_WORKERS: '1' });
  expect([
    ...(await service.metrics('docfleet_starting_held')),
    ...(await service.metrics('docfleet_degradation_level')),
  ]).toEqual([
    'docfleet_starting_held{reason="object-store",service="preprocess"} 0',
    'docfleet_starting_held{reason="fleet-level",service="preprocess"} 1',
    'docfleet_degradation_level{service="preprocess"} 4',
  ]);
  await service.stop();
  await orders.give({ kind: 'level', level: null }, { by: 'anna', reason: 'done' });
}, 120_000);
