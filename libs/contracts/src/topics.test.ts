import { expect, test } from 'vitest';
import { stageTopics, topicOf, topics } from './topics.ts';

test('M-03: partition counts are those of the published table', () => {
  const counts = Object.fromEntries(topics.map((topic) => [topic.name, topic.partitions.published]));
  expect(counts).toMatchObject({
    'documents.urgent': 3,
    'documents.high': 6,
    'documents.normal': 12,
    'ocr.tasks.normal': 24,
    'classification.tasks.normal': 12,
    'extraction.tasks.urgent': 24,
    'validation.tasks.high': 15,
    'integration.tasks.normal': 10,
    'documents.completed': 6,
    'documents.failed': 3,
    'documents.rejected': 3,
    'documents.events': 12,
    'documents.control': 1,
  });
});

test('M-13: a stage has its lanes, retry topics by rising delay, and dead letters', () => {
  expect(stageTopics('ocr')).toEqual({
    lanes: [
      { lane: 'urgent', topic: 'ocr.tasks.urgent' },
      { lane: 'high', topic: 'ocr.tasks.high' },
      { lane: 'normal', topic: 'ocr.tasks.normal' },
    ],
    retries: [
      { topic: 'ocr.retry.30s', delayMs: 30_000 },
      { topic: 'ocr.retry.5m', delayMs: 300_000 },
      { topic: 'ocr.retry.30m', delayMs: 1_800_000 },
    ],
    deadLetter: 'ocr.dead-letter',
  });
});

test('M-13: integration has neither retry topics nor dead letters: it waits', () => {
  const { retries, deadLetter } = stageTopics('integration');
  expect({ retries, deadLetter }).toEqual({ retries: [], deadLetter: null });
});

test('an unknown topic is an error', () => {
  expect(() => topicOf('documents.later')).toThrow('unknown topic documents.later');
});
