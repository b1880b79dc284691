import { pooledStages, stageNames } from '@docfleet/domain';
import { groupOf, poolsAmong, stageTopics, type TopicName } from '@docfleet/contracts';

/** Topics whose records are work of runs, and the consumer group that processes them. */
export interface PipelineTopics {
  readonly group: string;
  readonly topics: readonly TopicName[];
}

/**
 * Every topic that may hold a record of an accepted run, in the order in which runs pass them: a run that moves on
 * during a scan is found again in a later entry. Topics of new submissions are left out: they are not accepted yet. Pools
 * are those that have topics among the `existing` ones: what a removed pool has left counts, too.
 */
export function pipelineTopics(existing: readonly string[]): readonly PipelineTopics[] {
  const pools = poolsAmong(existing);
  return stageNames.flatMap((stage): PipelineTopics[] => {
    const hasPools = pooledStages.some((each) => each === stage);
    return [null, ...(hasPools ? pools : [])].flatMap((pool): PipelineTopics[] => {
      const { lanes: tasks, retries } = stageTopics(stage, pool);
      const group = groupOf(stage, pool);
      const later = retries.map(({ topic }): PipelineTopics => ({ group, topics: [topic] }));
      return stage === 'preprocess' ? later : [{ group, topics: tasks.map(({ topic }) => topic) }, ...later];
    });
  });
}
