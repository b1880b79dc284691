import { localCodec, stageTopics, topicsWithPools, type ExtractionTask } from '@docfleet/contracts';
import { createMemoryCluster } from '@docfleet/memory-log';
import { extractionTask, runContext, virtualClock } from '@docfleet/testing';
import { beforeEach, describe, expect, it } from 'vitest';
import {
  done,
  silentObserver,
  startCommonStage,
  startStage,
  type RunnerOptions,
  type RunningStage,
  type Stage,
} from '../src/index.ts';

type ExtractionStage = Stage<'extraction.tasks.normal'>;

const codec = localCodec();
let clock: ReturnType<typeof virtualClock>;
let cluster: ReturnType<typeof createMemoryCluster>;
/** Process and requestId of every executed task, in order. */
let executed: string[];

beforeEach(() => {
  clock = virtualClock();
  executed = [];
  const own = topicsWithPools(['bank']).map(({ name, partitions }) => [name, partitions.local] as const);
  cluster = createMemoryCluster({ clock, latencyMs: 1, topics: Object.fromEntries(own) });
});

function optionsOf(
  process: string,
  facts: Partial<ExtractionStage> = {},
): RunnerOptions<'extraction.tasks.normal'> {
  return {
    stage: {
      name: 'extraction',
      version: '1',
      maxConcurrentRuns: 2,
      timeoutMs: () => 120_000,
      timeoutCode: 'TIMEOUT_LLM',
      runOf: (task) => task.context,
      acceptsRuns: false,
      retries: 'topics',
      restartWhenInDoubt: false,
      cancellable: true,
      handle: (task) => {
        executed.push(`${process} ${task.context.requestId ?? ''}`);
        return Promise.resolve(done([], task.pageCount));
      },
      ...facts,
    },
    log: cluster.log(process),
    codec,
    clock: cluster.clockOf(process),
    stops: { isStopped: () => false, onStop: () => () => undefined },
    observer: silentObserver,
  };
}

async function settled<T>(promise: Promise<T>): Promise<T> {
  let isSettled = false;
  const settling = promise.finally(() => (isSettled = true));
  await clock.runUntil(() => isSettled, 600_000);
  return settling;
}

async function write(requestId: string, pool: string | null): Promise<void> {
  const task: ExtractionTask = extractionTask({ context: runContext({ requestId }) });
  const topic =
    stageTopics('extraction', pool).lanes.find(({ lane }) => lane === task.context.lane)?.topic ?? '';
  const value = await codec.encode(topic as 'extraction.tasks.normal', task);
  const key = Buffer.from(task.context.runId);
  await settled(cluster.log('writer').produce([{ topic, key, value, headers: {} }]));
}

const common = (process: string, configured: readonly string[]): Promise<RunningStage> =>
  settled(startCommonStage(optionsOf(process), configured));

describe('M-21: a common process of a stage with pools', () => {
  it('leaves the topics of a configured pool to the pool', async () => {
    await common('common', ['bank']);
    await settled(startStage(optionsOf('of-bank', { pool: 'bank' })));
    await write('a', 'bank');
    await write('b', null);
    await clock.advance(60_000);
    expect(executed.toSorted()).toEqual(['common b', 'of-bank a']);
  });

  it('finishes what a removed pool has left, and nothing that the pool has finished', async () => {
    const pool = await settled(startStage(optionsOf('of-bank', { pool: 'bank' })));
    await write('a', 'bank');
    await clock.advance(5_000);
    await settled(pool.drain(1_000));
    await write('b', 'bank');
    await common('common', []);
    await clock.advance(60_000);
    expect(executed).toEqual(['of-bank a', 'common b']);
  });

  it('finds a pool that appears while it runs, as after a roll-back', async () => {
    await common('common', []);
    for (const { name, partitions } of topicsWithPools(['forms']).slice(-6)) {
      cluster.createTopic(name, partitions.local);
    }
    await write('a', 'forms');
    await clock.advance(60_000);
    expect(executed).toEqual(['common a']);
  });

  it('sends what fails in a removed pool to a retry topic of that pool, and tries it again', async () => {
    let failures = 0;
    const options = optionsOf('common');
    const failing: ExtractionStage = {
      ...options.stage,
      handle: (task, context) => {
        failures += 1;
        if (failures <= 3) throw new Error('the model is away');
        return options.stage.handle(task, context);
      },
    };
    await settled(startCommonStage({ ...options, stage: failing }, []));
    await write('a', 'bank');
    await clock.advance(120_000);
    expect(executed).toEqual(['common a']);
    expect(cluster.dump('extraction.bank.retry.30s').filter(({ record }) => record !== null).length).toBe(1);
    expect(cluster.dump('extraction.retry.30s')).toEqual([]);
  });

  it('drains all of its groups', async () => {
    const running = await common('common', []);
    await clock.advance(60_000);
    expect(cluster.assignment('extraction.bank').size).toBe(1);
    await settled(running.drain(1_000));
    expect([cluster.assignment('extraction').size, cluster.assignment('extraction.bank').size]).toEqual([
      0, 0,
    ]);
    await write('a', 'bank');
    await clock.advance(60_000);
    expect(executed).toEqual([]);
  });
});
