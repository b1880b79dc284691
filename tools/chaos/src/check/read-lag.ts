import { createRequire } from 'node:module';
import { stageTopics, topics } from '@docfleet/contracts';
import { stageNames } from '@docfleet/domain';
import kafkajs from 'kafkajs';
import type { LagOf } from './facts.ts';

const { Kafka, logLevel } = kafkajs;

/** What every group reads: the stages their lanes and retry topics, the ledger events and endings. */
export function inputTopics(): ReadonlyMap<string, readonly string[]> {
  const known = new Set(topics.map(({ name }) => name as string));
  const groups = new Map<string, readonly string[]>();
  for (const stage of stageNames) {
    const { lanes, retries } = stageTopics(stage);
    const own = [...lanes, ...retries]
      .map(({ topic }) => topic as string)
      .filter((topic) => known.has(topic));
    if (own.length > 0) groups.set(stage, own);
  }
  groups.set('ledger', ['documents.events', 'documents.completed', 'documents.failed']);
  return groups;
}

/** kafkajs' offsets of a topic end at the last stable one; asked without an isolation level they are the true ends. */
function readTrueEnds(): void {
  const { prototype } = createRequire(import.meta.url)('kafkajs/src/cluster') as {
    readonly prototype: { fetchTopicsOffset: (...given: unknown[]) => unknown };
  };
  const original = prototype.fetchTopicsOffset;
  prototype.fetchTopicsOffset = function trueEnds(this: { isolationLevel?: number }, ...given: unknown[]) {
    this.isolationLevel ??= 0;
    return Reflect.apply(original, this, given);
  };
}

/** Opens a reader of committed positions and ends. */
export async function openLagReader(broker: string): Promise<{
  read(): Promise<readonly LagOf[]>;
  close(): Promise<void>;
}> {
  readTrueEnds();
  const kafka = new Kafka({ clientId: 'chaos-lag', brokers: broker.split(','), logLevel: logLevel.NOTHING });
  const admin = kafka.admin();
  await admin.connect();
  return {
    async read() {
      const lag: LagOf[] = [];
      for (const [group, names] of inputTopics()) {
        const committed = await admin.fetchOffsets({ groupId: group, topics: [...names] });
        for (const { topic, partitions } of committed) {
          const ends = await admin.fetchTopicOffsets(topic);
          for (const { partition, offset } of partitions) {
            const end = Number(ends.find((each) => each.partition === partition)?.high ?? 0);
            lag.push({ group, topic, partition, committed: Number(offset), end });
          }
        }
      }
      return lag;
    },
    close: () => admin.disconnect(),
  };
}

export function isBehind({ committed, end }: LagOf): boolean {
  return Math.max(committed, 0) !== end;
}
