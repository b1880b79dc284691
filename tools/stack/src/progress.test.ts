import { expect, test } from 'vitest';
import { durationText, finalLine, reportTo, runningLine, type ProgressEvent } from './progress.ts';

test('a step reports its start and its end and gives its result', async () => {
  const events: ProgressEvent[] = [];
  const progress = reportTo((event) => events.push(event));
  expect(await progress.step('Kafka', () => Promise.resolve(7))).toBe(7);
  expect(events.map((event) => [event.kind, 'label' in event && event.label])).toEqual([
    ['started', 'Kafka'],
    ['finished', 'Kafka'],
  ]);
});

test('a step that fails is reported and still fails', async () => {
  const events: ProgressEvent[] = [];
  const progress = reportTo((event) => events.push(event));
  await expect(progress.step('Kafka', () => Promise.reject(new Error('no disk')))).rejects.toThrow('no disk');
  expect(events.map((event) => event.kind)).toEqual(['started', 'failed']);
});

test.each([
  [400, '0.4 s'],
  [12_340, '12.3 s'],
  [65_000, '1 min 05 s'],
])('%d ms reads %s', (ms, text) => {
  expect(durationText(ms)).toBe(text);
});

test('only what ended leaves a line', () => {
  expect(finalLine({ kind: 'started', id: 1, label: 'Kafka' })).toBeUndefined();
  expect(finalLine({ kind: 'finished', id: 1, label: 'Kafka', ms: 2800 })).toMatch(
    /^ {2}done {4}Kafka +2\.8 s$/,
  );
});

test('what runs fits into the terminal', () => {
  expect(runningLine(['Kafka', 'registry'], 3200, 80)).toBe('  ...     Kafka, registry (3 s)');
  expect(runningLine(['Kafka', 'registry'], 3200, 20)).toBe('  ...     Kafka,...');
});
