import { lanes, pooledStages, stageNames, type Lane, type StageName } from '@docfleet/domain';
import type { TopicName } from './codec.ts';
import { topicTable } from './generated/topics.ts';
import { topicInPool } from './pools.ts';

/** Which partition counts are used: `published` for production, `local` for one machine. */
export type TopicPreset = 'published' | 'local';

/** One topic of `schemas/topics.yaml`. */
export interface Topic {
  readonly name: TopicName;
  readonly lane: Lane | null;
  readonly stage: string | null;
  /** How long a retry topic holds a record back, in milliseconds. */
  readonly delayMs: number | null;
  readonly partitions: Readonly<Record<TopicPreset, number>>;
  readonly cleanup: 'delete' | 'compact' | 'compact+delete';
  readonly retentionMs: number;
}

export const topics: readonly Topic[] = topicTable;

const byName = new Map(topics.map((topic) => [topic.name as string, topic]));

type TopicRow = (typeof topicTable)[number];

/** Families of tasks that stages write, one topic a lane; `documents` is written by tenants. */
export type TaskFamily = Exclude<Extract<TopicRow, { lane: 'urgent' }>['family'], 'documents'>;

/**
 * A stage whose tasks carry the context of their run and can become dead letters: not the first, which reads
 * submissions, and not the last, which never gives a task up.
 */
export type TaskStage = Exclude<
  Extract<TopicRow, { family: 'dead-letter' }>,
  { value: 'DocumentSubmitted' }
>['stage'];

/** Every `TaskStage`, in the order a document passes them. */
export const taskStages: readonly TaskStage[] = stageNames.filter(isTaskStage);

/** Whether a stage's tasks carry the context of their run and can become dead letters. */
export function isTaskStage(stage: string): stage is TaskStage {
  return topicTable.some(
    (topic) => topic.stage === stage && topic.family === 'dead-letter' && topic.value !== 'DocumentSubmitted',
  );
}

/** @throws Error for a name that `schemas/topics.yaml` does not have */
export function topicOf(name: string): Topic {
  const topic = byName.get(name);
  if (topic === undefined) throw new Error(`unknown topic ${name}`);
  return topic;
}

/** The topics of one stage: lanes, most urgent first; retry topics, shortest delay first; the dead letters. */
export interface StageTopics {
  readonly lanes: readonly { readonly lane: Lane; readonly topic: TopicName }[];
  readonly retries: readonly { readonly topic: TopicName; readonly delayMs: number }[];
  readonly deadLetter: TopicName | null;
}

/** The topics of a stage, or of one of its pools: that has lanes and retry topics of its own, and shares the dead letters. */
export function stageTopics(stage: StageName, pool: string | null = null): StageTopics {
  const own = topics.filter((topic) => topic.stage === stage);
  const inLane = (lane: Lane): Topic[] => own.filter((topic) => topic.lane === lane);
  const delayed = own.filter((topic) => topic.delayMs !== null);
  return {
    lanes: lanes.flatMap((lane) =>
      inLane(lane).map((topic) => ({ lane, topic: topicInPool(topic.name, pool) })),
    ),
    retries: delayed
      .map((topic) => ({ topic: topicInPool(topic.name, pool), delayMs: topic.delayMs ?? 0 }))
      .sort((a, b) => a.delayMs - b.delayMs),
    deadLetter: own.find((topic) => topic.lane === null && topic.delayMs === null)?.name ?? null,
  };
}

/** Every topic of a deployment with these pools. */
export function topicsWithPools(pools: readonly string[]): readonly Topic[] {
  const pooled = topics.filter(
    ({ stage, lane, delayMs }) => pooledStages.some((each) => each === stage) && (lane ?? delayMs) !== null,
  );
  const inPools = pools.flatMap((pool) =>
    pooled.map((topic) => ({ ...topic, name: topicInPool(topic.name, pool) })),
  );
  return [...topics, ...inPools];
}
