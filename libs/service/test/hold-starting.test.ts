import { localCodec, topics, worstLevel, type IntegrationTask } from '@docfleet/contracts';
import { failure } from '@docfleet/domain';
import { createMemoryCluster } from '@docfleet/memory-log';
import {
  deadLetter,
  done,
  next,
  silentObserver,
  type Stage,
  type StageResult,
  startStage,
  type TaskOf,
} from '@docfleet/stage';
import { createMetrics } from '@docfleet/telemetry';
import { classificationTask, runContext, virtualClock } from '@docfleet/testing';
import { expect, test } from 'vitest';
import { startHolds } from '../src/start-holds.ts';

type Tasks = 'classification.tasks.normal';

const codec = localCodec();

/** A stage on the memory log that returns `result` for every record. */
async function startedStage(result: (task: TaskOf<Tasks>) => StageResult) {
  const clock = virtualClock();
  const cluster = createMemoryCluster({
    clock,
    topics: Object.fromEntries(topics.map(({ name }) => [name, 1])),
  });
  const gate = startHolds(createMetrics('classification'));
  const handled: string[] = [];
  const stage: Stage<Tasks> = {
    name: 'classification',
    version: '1',
    maxConcurrentRuns: 4,
    timeoutMs: () => 60_000,
    timeoutCode: 'TIMEOUT_LLM',
    runOf: ({ context }) => context,
    acceptsRuns: false,
    retries: 'topics',
    restartWhenInDoubt: false,
    cancellable: true,
    handle: (task) => {
      handled.push(task.context.requestId ?? '');
      return Promise.resolve(result(task));
    },
  };
  const starting = startStage({
    stage,
    log: cluster.log('worker'),
    codec,
    clock,
    stops: { isStopped: () => false, onStop: () => () => undefined },
    observer: silentObserver,
    gate,
    mark: (run) => ({ ...run, degradation: worstLevel([run.degradation, 'L2']) }),
  });
  const submit = async (requestId: string, degradation = 'L0'): Promise<void> => {
    const context = runContext({ requestId, degradation });
    const topic = 'classification.tasks.normal';
    const value = await codec.encode(topic, { ...classificationTask(), context });
    const record = { topic, key: Buffer.from(context.runId), value, headers: {} };
    await clock.settle(cluster.log('tenant').produce([record]));
  };
  const written = async <T extends 'extraction.tasks.normal' | 'integration.tasks.normal'>(topic: T) =>
    Promise.all(
      cluster
        .dump(topic)
        .flatMap(({ record }) => (record?.value == null ? [] : [codec.decode(topic, record.value)])),
    );
  return { clock, cluster, gate, handled, submit, written, running: await clock.settle(starting) };
}

const forward = (task: TaskOf<Tasks>): StageResult =>
  done([
    next('extraction.tasks', task.context, (context) => ({
      context,
      input: task.input,
      manifest: task.manifest,
      readings: task.readings,
      pageCount: 1,
      documents: [],
    })),
  ]);

test('no task is started while starting is held, and no attempt is used', async () => {
  const fleet = await startedStage(forward);
  fleet.gate.set('object-store', true);
  await fleet.submit('first');
  await fleet.submit('second');
  await fleet.clock.advance(600_000);
  expect({ handled: fleet.handled, retries: fleet.cluster.dump('classification.retry.30s').length }).toEqual({
    handled: [],
    retries: 0,
  });
  fleet.gate.set('fleet-level', true);
  fleet.gate.set('object-store', false);
  await fleet.clock.advance(1000);
  expect(fleet.handled).toEqual([]);
  fleet.gate.set('fleet-level', false);
  await fleet.clock.runUntil(() => fleet.handled.length === 2);
  await fleet.clock.settle(fleet.running.drain(1000));
});

test('R-02 results have the worst level at which a stage executed', async () => {
  const fleet = await startedStage(forward);
  await fleet.submit('normal before');
  await fleet.submit('degraded before', 'L4');
  await fleet.clock.advance(5000);
  const levels = (await fleet.written('extraction.tasks.normal')).map(({ context }) => [
    context.requestId,
    context.degradation,
  ]);
  expect(Object.fromEntries(levels)).toEqual({ 'normal before': 'L2', 'degraded before': 'L4' });
  await fleet.clock.settle(fleet.running.drain(1000));
});

test('R-02 endings have the worst level as well', async () => {
  const fleet = await startedStage(() => deadLetter(failure('INTERNAL_ERROR')));
  await fleet.submit('broken');
  await fleet.clock.advance(5000);
  const endings: readonly IntegrationTask[] = await fleet.written('integration.tasks.normal');
  expect(endings.map(({ context, ending }) => [ending.status, context.degradation])).toEqual([
    ['failed', 'L2'],
  ]);
  await fleet.clock.settle(fleet.running.drain(1000));
});
