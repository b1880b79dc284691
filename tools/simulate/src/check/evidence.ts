import {
  groupOf,
  stageTopics,
  type DocumentCompleted,
  type DocumentFailed,
  type DocumentRejected,
  type StageEvent,
  type TopicName,
  type TopicValues,
} from '@docfleet/contracts';
import { partitionName, stageNames, type StageName } from '@docfleet/domain';
import { revisionKey } from '@docfleet/integration';
import type { LogRecord } from '@docfleet/record-log';
import { existingPools } from '../world/pools.ts';
import type { World } from '../world/world.ts';

export interface Terminal {
  readonly topic: 'documents.completed' | 'documents.failed';
  readonly record: LogRecord;
  readonly value: DocumentCompleted | DocumentFailed;
}

/** An input partition of a stage in its final state. */
export interface InputPartition {
  readonly stage: StageName;
  readonly name: string;
  readonly isRetry: boolean;
  /** Committed offset; null when there was no commit. */
  readonly committed: bigint | null;
  readonly end: bigint;
  /** Committed records only. */
  readonly records: readonly LogRecord[];
}

/** Final contents of the log. */
export interface Evidence {
  /** By `<runId> r<revision>`. */
  readonly terminals: ReadonlyMap<string, readonly Terminal[]>;
  readonly events: readonly StageEvent[];
  readonly rejected: readonly DocumentRejected[];
  readonly inputs: readonly InputPartition[];
}

export async function gather(world: World): Promise<Evidence> {
  const terminals = new Map<string, Terminal[]>();
  for (const topic of ['documents.completed', 'documents.failed'] as const) {
    for (const { record, value } of await read(world, topic)) {
      const key = revisionKey(value.runId, value.revision);
      terminals.set(key, [...(terminals.get(key) ?? []), { topic, record, value }]);
    }
  }
  return {
    terminals,
    events: (await read(world, 'documents.events')).map(({ value }) => value),
    rejected: (await read(world, 'documents.rejected')).map(({ value }) => value),
    inputs: stageNames.flatMap((stage) => inputsOf(world, stage)),
  };
}

/** Input partitions of a stage and of every pool of it that was ever there. */
export function inputsOf(world: World, stage: StageName): readonly InputPartition[] {
  const pools = stage === 'extraction' ? existingPools(world) : [];
  return [null, ...pools].flatMap((pool) => inputsOfGroup(world, stage, pool));
}

function inputsOfGroup(world: World, stage: StageName, pool: string | null): readonly InputPartition[] {
  const { lanes, retries } = stageTopics(stage, pool);
  const committed = new Map(
    world.cluster.committed(groupOf(stage, pool)).map(({ at, offset }) => [partitionName(at), offset]),
  );
  const partitions = new Map<string, InputPartition & { records: LogRecord[] }>();
  for (const { topic } of [...lanes, ...retries]) {
    for (const { partition, offset, state, record } of world.cluster.dump(topic)) {
      const name = partitionName({ topic, partition });
      const before = partitions.get(name);
      const records = before?.records ?? [];
      if (record !== null && state === 'committed') records.push(record);
      const isRetry = retries.some((retry) => retry.topic === topic);
      const end = offset + 1n;
      partitions.set(name, { stage, name, isRetry, committed: committed.get(name) ?? null, end, records });
    }
  }
  return [...partitions.values()];
}

/** Committed records of a topic; undecodable ones are counted and skipped. */
async function read<T extends TopicName>(
  world: World,
  topic: T,
): Promise<readonly { readonly record: LogRecord; readonly value: TopicValues[T] }[]> {
  const found: { record: LogRecord; value: TopicValues[T] }[] = [];
  for (const { record, state } of world.cluster.dump(topic)) {
    if (record === null || state !== 'committed') continue;
    try {
      found.push({ record, value: await world.codec.decode(topic, record.value ?? Buffer.alloc(0)) });
    } catch {
      world.history.count(`undecodable records on ${topic}`);
    }
  }
  return found;
}
