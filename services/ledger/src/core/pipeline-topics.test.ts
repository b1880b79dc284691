import { taskStages } from '@docfleet/contracts';
import { expect, it } from 'vitest';
import { pipelineTopics } from './pipeline-topics.ts';

it('lists the topics from the first stage to the last, without those of submissions', () => {
  expect(pipelineTopics([]).map(({ group, topics: [first] }) => `${group}: ${first ?? ''}`)).toEqual([
    'preprocess: preprocess.retry.30s',
    'preprocess: preprocess.retry.5m',
    'preprocess: preprocess.retry.30m',
    ...taskStages.flatMap((stage) => [
      `${stage}: ${stage}.tasks.urgent`,
      `${stage}: ${stage}.retry.30s`,
      `${stage}: ${stage}.retry.5m`,
      `${stage}: ${stage}.retry.30m`,
    ]),
    'integration: integration.tasks.urgent',
  ]);
});

it('M-21: lists the topics of every pool that exists, behind those of its stage', () => {
  const entries = pipelineTopics(['extraction.tasks.high', 'extraction.bank.retry.30s']);
  const names = entries.map(({ group, topics: [first] }) => `${group}: ${first ?? ''}`);
  const at = names.indexOf('extraction: extraction.retry.30m');
  expect(names.slice(at + 1, at + 5)).toEqual([
    'extraction.bank: extraction.bank.tasks.urgent',
    'extraction.bank: extraction.bank.retry.30s',
    'extraction.bank: extraction.bank.retry.5m',
    'extraction.bank: extraction.bank.retry.30m',
  ]);
  expect(names.length).toBe(pipelineTopics([]).length + 4);
});
