import { lanes, stageNames, type Lane, type StageName } from '@docfleet/domain';
import type { TopicName } from './codec.ts';
import { topicTable } from './generated/topics.ts';

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

export function stageTopics(stage: StageName): StageTopics {
  const own = topics.filter((topic) => topic.stage === stage);
  const inLane = (lane: Lane): Topic[] => own.filter((topic) => topic.lane === lane);
  const delayed = own.filter((topic) => topic.delayMs !== null);
  return {
    lanes: lanes.flatMap((lane) => inLane(lane).map((topic) => ({ lane, topic: topic.name }))),
    retries: delayed
      .map((topic) => ({ topic: topic.name, delayMs: topic.delayMs ?? 0 }))
      .sort((a, b) => a.delayMs - b.delayMs),
    deadLetter: own.find((topic) => topic.lane === null && topic.delayMs === null)?.name ?? null,
  };
}
