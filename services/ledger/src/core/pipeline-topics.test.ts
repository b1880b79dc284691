import { taskStages } from '@docfleet/contracts';
import { expect, it } from 'vitest';
import { pipelineTopics } from './pipeline-topics.ts';

it('lists the topics from the first stage to the last, without those of submissions', () => {
  expect(pipelineTopics.map(({ group, topics: [first] }) => `${group}: ${first ?? ''}`)).toEqual([
    'preprocess: preprocess.retry.30s',
    'preprocess: preprocess.retry.5m',
    'preprocess: preprocess.retry.30m',
    ...taskStages.flatMap((stage) => [
      `${stage}: ${stage}.tasks.urgent`,
      `${stage}: ${stage}.retry.30s`,
      `${stage}: ${stage}.retry.5m`,
      `${stage}: ${stage}.retry.30m`,
    ]),
    'review: review.tasks.urgent',
    'integration: integration.tasks.urgent',
  ]);
});
