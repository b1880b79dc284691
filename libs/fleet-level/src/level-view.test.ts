import { nothingSet, type FleetLevel } from '@docfleet/contracts';
import { describe, expect, test } from 'vitest';
import { LevelView } from './level-view.ts';

const timing = { reportEveryMs: 10_000, silentAfterMs: 60_000, holdMs: 30_000, restateEveryMs: 20_000 };
const healthy = { level: 'L0', reasons: [] } as const;
const degraded = { level: 'L2', reasons: ['ocr-down'] } as const;

const levelRecord = (level: FleetLevel['level'], setBy: string | null = null): FleetLevel => ({
  level,
  reasons: [`reason of ${level}`],
  since: 0,
  ...nothingSet,
  setBy,
});

describe('R-02 the level of a process', () => {
  test('is its own judgement while it has received no level', () => {
    const view = new LevelView(timing);
    view.judge(degraded, 1000);
    expect(view.now).toEqual({ ...degraded, source: 'self' });
  });

  test('is the level of the fleet, whatever its own judgement', () => {
    const view = new LevelView(timing);
    view.setFleetLevel(levelRecord('L4'), 1000);
    view.judge(degraded, 1000);
    expect(view.now).toEqual({ level: 'L4', reasons: ['reason of L4'], source: 'fleet' });
  });

  test('is its own judgement again after 60 s of silence', () => {
    const view = new LevelView(timing);
    view.setFleetLevel(levelRecord('L0'), 1000);
    view.judge(degraded, 60_999);
    expect(view.now.level).toBe('L0');
    view.judge(degraded, 61_000);
    expect(view.now).toEqual({ ...degraded, source: 'self' });
  });

  test('is the level set by an operator, until it is released', () => {
    const view = new LevelView(timing);
    view.setFleetLevel(levelRecord('L0'), 1000);
    view.setOrder(levelRecord('L4', 'anna'));
    view.judge(healthy, 100_000);
    expect(view.now).toEqual({ level: 'L4', reasons: ['reason of L4'], source: 'operator' });
    view.setOrder(levelRecord('L0'));
    view.judge(healthy, 100_001);
    expect(view.now).toEqual({ ...healthy, source: 'self' });
  });

  test('R-01 is the level set by an operator until its time is over', () => {
    const view = new LevelView(timing);
    view.setFleetLevel({ ...levelRecord('L4', 'anna'), until: 50_000 }, 1000);
    view.setOrder({ ...levelRecord('L4', 'anna'), until: 50_000 });
    view.judge(healthy, 49_999);
    expect(view.now).toMatchObject({ level: 'L4', source: 'operator' });
    view.judge(healthy, 50_000);
    expect(view.now).toEqual({ ...healthy, source: 'self' });
  });

  test('its own judgement holds for 30 s', () => {
    const view = new LevelView(timing);
    view.judge(degraded, 1000);
    view.judge(healthy, 30_999);
    expect(view.now.level).toBe('L2');
    expect(view.judge(healthy, 31_000)).toBe(true);
    expect(view.now.level).toBe('L0');
  });

  test('the worst level of a period is known', () => {
    const view = new LevelView(timing);
    view.setFleetLevel(levelRecord('L4'), 1000);
    view.judge(healthy, 1000);
    view.setFleetLevel(levelRecord('L0'), 5000);
    view.judge(healthy, 5000);
    expect([view.worstSince(900), view.worstSince(4999), view.worstSince(5000)]).toEqual(['L4', 'L4', 'L0']);
  });
});
