import { lanes, stageNames } from '@docfleet/domain';
import { stageTopics, topics, type TopicName } from '@docfleet/contracts';

/** Topics whose records are work of runs, and the consumer group that processes them. */
export interface PipelineTopics {
  readonly group: string;
  readonly topics: readonly TopicName[];
}

/**
 * Every topic that may hold a record of an accepted run, in the order in which runs pass them: a run that moves on
 * during a scan is found again in a later entry. Topics of new submissions are left out: they are not accepted yet.
 */
export const pipelineTopics: readonly PipelineTopics[] = stageNames.flatMap((stage): PipelineTopics[] => {
  const { lanes: own, retries } = stageTopics(stage);
  const tasks: PipelineTopics = { group: stage, topics: own.map(({ topic }) => topic) };
  const later = retries.map(({ topic }): PipelineTopics => ({ group: stage, topics: [topic] }));
  if (stage === 'preprocess') return later;
  return stage === 'integration' ? [reviewTopics(), tasks, ...later] : [tasks, ...later];
});

/** Documents that wait for a human review, between validation and integration. */
function reviewTopics(): PipelineTopics {
  const names = new Set<string>(lanes.map((lane) => `review.tasks.${lane}`));
  return { group: 'review', topics: topics.map(({ name }) => name).filter((name) => names.has(name)) };
}
