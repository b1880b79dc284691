import { lanes, stageNames } from '@docfleet/domain';
import { stageTopics, topics, type TopicName } from '@docfleet/contracts';

/** Topics that hold work of runs, and the group that works them. */
export interface Station {
  readonly group: string;
  readonly topics: readonly TopicName[];
}

/**
 * Where accepted runs can be, in the order of their way: a run that moves on while the stations are looked at one
 * after the other is met at the next one. Submissions are no part of it: what stands there is not accepted yet.
 */
export const way: readonly Station[] = stageNames.flatMap((stage): Station[] => {
  const { lanes: own, retries } = stageTopics(stage);
  const tasks: Station = { group: stage, topics: own.map(({ topic }) => topic) };
  const later = retries.map(({ topic }): Station => ({ group: stage, topics: [topic] }));
  if (stage === 'preprocess') return later;
  return stage === 'integration' ? [withPeople(), tasks, ...later] : [tasks, ...later];
});

/** Documents that wait for a person, between validation and the end. */
function withPeople(): Station {
  const names = new Set<string>(lanes.map((lane) => `review.tasks.${lane}`));
  return { group: 'review', topics: topics.map(({ name }) => name).filter((name) => names.has(name)) };
}
