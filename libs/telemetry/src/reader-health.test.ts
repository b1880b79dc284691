import { describe, expect, it } from 'vitest';
import { judgeReader, type ReaderFacts } from './reader-health.ts';

const hour = 3_600_000;
const kafka = { name: 'Kafka', answersSince: 0 };
const database = { name: 'the database', answersSince: 0 };

function judged(facts: Partial<ReaderFacts>): { health: readonly string[]; ready: readonly string[] } {
  const { live, ready } = judgeReader({
    nowMs: hour,
    waitingSinceMs: undefined,
    idleMs: 0,
    dependencies: [kafka, database],
    longestWaitMs: 60_000,
    ...facts,
  });
  return { health: live.reasons, ready: ready.reasons };
}

const well = { health: [], ready: [] };

describe('R-06: judgeReader', () => {
  it('is well when everything is read, however long nothing came', () => {
    expect(judged({})).toEqual(well);
  });

  it('is not live when an unread record has not moved for 60 s', () => {
    expect(judged({ waitingSinceMs: hour - 59_999 })).toEqual(well);
    expect(judged({ waitingSinceMs: hour - 60_000 })).toEqual({
      health: ['the oldest unread record has not moved for 60 s although everything needed answers'],
      ready: [],
    });
  });

  it('is live and not ready while a dependency is away, and names it', () => {
    const away = { ...database, answersSince: undefined };
    expect(judged({ waitingSinceMs: 0, idleMs: hour, dependencies: [kafka, away] })).toEqual({
      health: [],
      ready: ['the database does not answer'],
    });
  });

  it('has 60 s after a dependency has come back', () => {
    const back = (ms: number) => [kafka, { ...database, answersSince: hour - ms }];
    expect(judged({ waitingSinceMs: 0, dependencies: back(59_999) })).toEqual(well);
    expect(judged({ waitingSinceMs: 0, dependencies: back(60_000) }).health).toHaveLength(1);
  });

  it('is not live when the fetch loop stands still while the broker answers', () => {
    expect(judged({ idleMs: 90_001 }).health).toEqual(['the Kafka fetch loop makes no progress']);
    const back = { ...kafka, answersSince: hour - 10_000 };
    expect(judged({ idleMs: 90_001, dependencies: [back, database] })).toEqual(well);
  });
});
