import { expect, test } from 'vitest';
import { barsOf, lifeOf, type LifeEvent } from './life.ts';

const at = (second: number): string => new Date(second * 1_000).toISOString();
const done = (stage: string, second: number): LifeEvent => ({
  kind: 'stage',
  revision: 1,
  stage,
  what: 'finished',
  attempt: 1,
  code: null,
  at: at(second),
});

test('what is told twice is shown once, and in the order of time', () => {
  const told = [done('ocr', 2), done('preprocess', 1), done('ocr', 2)];
  expect(told.reduce(lifeOf, [])).toEqual([done('preprocess', 1), done('ocr', 2)]);
});

test('stages stand one after the other on one scale', () => {
  const bars = barsOf([
    { stage: 'preprocess', attempt: 1, queuedMs: 10, activeMs: 40 },
    { stage: 'ocr', attempt: 1, queuedMs: 0, activeMs: 50 },
  ]);
  expect(bars.map(({ start, queued, active }) => [start, queued, active])).toEqual([
    [0, 0.1, 0.4],
    [0.5, 0, 0.5],
  ]);
});

test('a document that took no time has bars without length', () => {
  const [bar] = barsOf([{ stage: 'ocr', attempt: 1, queuedMs: 0, activeMs: 0 }]);
  expect(bar).toMatchObject({ start: 0, queued: 0, active: 0 });
});
