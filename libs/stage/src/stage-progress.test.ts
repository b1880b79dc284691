import { expect, test } from 'vitest';
import { progressOf, stageInputs, type GroupPositions } from './stage-progress.ts';
import { encodeFinished } from './window-metadata.ts';

test('O-03: every stage has its lanes and retry topics, and those of every pool that exists', () => {
  const inputs = stageInputs(['extraction.bank.tasks.high']);
  const summary = inputs.map(({ stage, groups }) => [
    stage,
    ...groups.map(
      ({ group, queueOf }) => `${group}: ${[...queueOf.keys()][0] ?? ''} and ${queueOf.size - 1}`,
    ),
  ]);
  expect(summary).toEqual([
    ['preprocess', 'preprocess: documents.urgent and 5'],
    ['ocr', 'ocr: ocr.tasks.urgent and 5'],
    ['classification', 'classification: classification.tasks.urgent and 5'],
    [
      'extraction',
      'extraction: extraction.tasks.urgent and 5',
      'extraction.bank: extraction.bank.tasks.urgent and 5',
    ],
    ['validation', 'validation: validation.tasks.urgent and 5'],
    ['review', 'review: review.tasks.urgent and 5'],
    ['integration', 'integration: integration.tasks.urgent and 2'],
  ]);
});

test('O-03: progress is read for every group of the stage; a partition whose end is not known is left out', async () => {
  const brokers: GroupPositions = {
    committed: (group, topics) =>
      Promise.resolve(
        topics.flatMap((topic) => [
          { topic, partition: 0, offset: group === 'extraction' ? 4n : null, metadata: '' },
          {
            topic,
            partition: 1,
            offset: 7n,
            metadata: encodeFinished({ offset: 7n, finished: [{ from: 8n, to: 10n }] }),
          },
        ]),
      ),
    endOffsets: (partitions) =>
      Promise.resolve(
        partitions
          .filter(({ topic }) => topic.includes('.tasks.urgent'))
          .map((each) => ({ ...each, offset: 20n })),
      ),
  };
  const [, , , extraction] = stageInputs(['extraction.bank.tasks.high']);
  if (extraction === undefined) throw new Error('there is no extraction');
  const progress = await progressOf(brokers, extraction);
  expect(progress.map(({ finished }) => finished)).toEqual([0n, 2n, 0n, 2n]);
  expect(
    progress.map(({ topic, partition, queue, committed }) => [topic, partition, queue, committed]),
  ).toEqual([
    ['extraction.tasks.urgent', 0, 'urgent', 4n],
    ['extraction.tasks.urgent', 1, 'urgent', 7n],
    ['extraction.bank.tasks.urgent', 0, 'urgent', null],
    ['extraction.bank.tasks.urgent', 1, 'urgent', 7n],
  ]);
});
