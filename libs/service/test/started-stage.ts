import { localCodec, topics, worstLevel } from '@docfleet/contracts';
import type { Lane } from '@docfleet/domain';
import { createMemoryCluster } from '@docfleet/memory-log';
import {
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
import { startHolds } from '../src/start-holds.ts';

export type Tasks = `classification.tasks.${Lane}`;

const codec = localCodec();

/** A stage on the memory log that returns `result` for every record; `maxRecords` is its look-ahead. */
export async function startedStage(
  result: (task: TaskOf<Tasks>) => StageResult,
  { maxRecords = 10_000 }: { readonly maxRecords?: number } = {},
) {
  const clock = virtualClock();
  const cluster = createMemoryCluster({
    clock,
    topics: Object.fromEntries(topics.map(({ name }) => [name, 1])),
  });
  const metrics = createMetrics('classification');
  const gate = startHolds(metrics);
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
    maxRecords,
    mark: (run) => ({ ...run, degradation: worstLevel([run.degradation, 'L2']) }),
  });
  const submit = async (requestId: string, degradation = 'L0', lane: Lane = 'normal'): Promise<void> => {
    const context = runContext({ requestId, degradation, lane });
    const topic = `classification.tasks.${lane}` as const;
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
  return { clock, cluster, gate, metrics, handled, submit, written, running: await clock.settle(starting) };
}

/** Sends every task to the next stage. */
export const forward = (task: TaskOf<Tasks>): StageResult =>
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
