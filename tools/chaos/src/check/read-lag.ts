import { createRequire } from 'node:module';
import { stageTopics, topics } from '@docfleet/contracts';
import { stageNames } from '@docfleet/domain';
import kafkajs from 'kafkajs';
import type { LagOf } from './facts.ts';

const { Kafka, logLevel } = kafkajs;

/** Input topics of every group: lanes and retry topics of stages; events and endings of the ledger; endings of webhooks. */
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
  groups.set('webhooks', ['documents.completed', 'documents.failed']);
  return groups;
}

/** Makes kafkajs return high watermarks instead of last stable offsets, by a request without an isolation level. */
function patchEndOffsets(): void {
  const { prototype } = createRequire(import.meta.url)('kafkajs/src/cluster') as {
    readonly prototype: { fetchTopicsOffset: (...args: unknown[]) => unknown };
  };
  const original = prototype.fetchTopicsOffset;
  prototype.fetchTopicsOffset = function fetchTopicsOffset(
    this: { isolationLevel?: number },
    ...args: unknown[]
  ) {
    this.isolationLevel ??= 0;
    return Reflect.apply(original, this, args);
  };
}

/** Opens a reader of committed offsets and end offsets. */
export async function openLagReader(broker: string): Promise<{
  read(): Promise<readonly LagOf[]>;
  close(): Promise<void>;
}> {
  patchEndOffsets();
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
