import {
  poolOf,
  stageTopics,
  topicInPool,
  type ExtractionTask,
  type RunContext,
  type TopicName,
} from '@docfleet/contracts';
import { revisionKey } from '@docfleet/integration';
import type { RecordLog } from '@docfleet/record-log';
import { workStages } from '../plan/plan.ts';
import type { World } from './world.ts';

type Redrivable = { readonly context: RunContext } & Partial<Pick<ExtractionTask, 'documents'>>;

/** A fake operator: redrives dead letters as the next revision, when the previous one has ended. */
export class Operator {
  /** Revisions that were created by redrives, by `<runId> r<revision>`. */
  readonly redriven = new Set<string>();
  readonly #world: World;
  readonly #log: RecordLog;
  readonly #handled = new Set<string>();

  constructor(world: World) {
    this.#world = world;
    this.#log = world.cluster.log('operator');
  }

  /** Redrives all dead letters; returns true when there was none left. */
  async redriveAll(): Promise<boolean> {
    let idle = true;
    for (const stage of workStages) {
      const { deadLetter, lanes } = stageTopics(stage);
      if (deadLetter === null || stage === 'preprocess') continue;
      for (const { state, record, offset, partition } of this.#world.cluster.dump(deadLetter)) {
        const name = `${deadLetter} ${String(partition)} ${String(offset)}`;
        if (record === null || state !== 'committed' || this.#handled.has(name)) continue;
        const redriven = await this.#redrive(
          deadLetter,
          record.value ?? Buffer.alloc(0),
          (lane) => lanes.find((each) => each.lane === lane)?.topic,
        );
        if (redriven !== 'wait') this.#handled.add(name);
        if (redriven !== 'undecodable') idle = false;
      }
    }
    return idle;
  }

  /** A task of extraction goes to the pool that its documents have now. */
  #routed(topic: TopicName, task: Redrivable): TopicName {
    if (!topic.startsWith('extraction.')) return topic;
    return topicInPool(topic, poolOf(task.documents ?? [], this.#world.pools));
  }

  async #redrive(
    from: TopicName,
    bytes: Buffer,
    topicOf: (lane: string) => TopicName | undefined,
  ): Promise<'sent' | 'wait' | 'undecodable'> {
    const { codec, outcomes, history } = this.#world;
    let task: Redrivable;
    try {
      task = (await codec.decode(from, bytes)) as Redrivable;
    } catch {
      return 'undecodable';
    }
    const { context } = task;
    const own = topicOf(context.lane);
    const topic = own === undefined ? undefined : this.#routed(own, task);
    if (topic === undefined || outcomes.find(context.runId, context.revision)?.state !== 'published')
      return 'wait';
    const revision = context.revision + 1;
    const key = revisionKey(context.runId, revision);
    if (this.redriven.has(key)) return 'sent';
    this.redriven.add(key);
    const value = await codec.encode(topic, {
      ...task,
      context: {
        ...context,
        revision,
        usedMs: 0,
        timings: [],
        expiresAt: this.#world.clock.now() + 3_600_000,
      },
    } as never);
    history.count('redrives');
    history.note(() => `operator redrives ${key} to ${topic}`);
    await this.#log.produce([{ topic, key: Buffer.from(context.runId), value, headers: {} }]);
    return 'sent';
  }
}
