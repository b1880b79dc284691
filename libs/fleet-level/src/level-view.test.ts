import type { FleetLevel } from '@docfleet/contracts';
import { describe, expect, test } from 'vitest';
import { LevelView } from './level-view.ts';

const timing = { reportEveryMs: 10_000, silentAfterMs: 60_000, holdMs: 30_000, restateEveryMs: 20_000 };
const well = { level: 'L0', reasons: [] } as const;
const ill = { level: 'L2', reasons: ['ocr-down'] } as const;

const said = (level: FleetLevel['level'], setBy: string | null = null): FleetLevel => ({
  level,
  reasons: [`said ${level}`],
  since: 0,
  setBy,
  breaker: null,
});

describe('R-02 the level of a process', () => {
  test('is its own judgement while it has heard nothing', () => {
    const view = new LevelView(timing);
    view.judge(ill, 1000);
    expect(view.now).toEqual({ ...ill, source: 'self' });
  });

  test('is what the fleet says, whatever it would say itself', () => {
    const view = new LevelView(timing);
    view.heardFleet(said('L4'), 1000);
    view.judge(ill, 1000);
    expect(view.now).toEqual({ level: 'L4', reasons: ['said L4'], source: 'fleet' });
  });

  test('is its own judgement again after 60 s of silence', () => {
    const view = new LevelView(timing);
    view.heardFleet(said('L0'), 1000);
    view.judge(ill, 60_999);
    expect(view.now.level).toBe('L0');
    view.judge(ill, 61_000);
    expect(view.now).toEqual({ ...ill, source: 'self' });
  });

  test('is what an operator has set, until it is released', () => {
    const view = new LevelView(timing);
    view.heardFleet(said('L0'), 1000);
    view.heardOrder(said('L4', 'anna'));
    view.judge(well, 100_000);
    expect(view.now).toEqual({ level: 'L4', reasons: ['said L4'], source: 'operator' });
    view.heardOrder(said('L0'));
    view.judge(well, 100_001);
    expect(view.now).toEqual({ ...well, source: 'self' });
  });

  test('its own judgement holds for 30 s', () => {
    const view = new LevelView(timing);
    view.judge(ill, 1000);
    view.judge(well, 30_999);
    expect(view.now.level).toBe('L2');
    expect(view.judge(well, 31_000)).toBe(true);
    expect(view.now.level).toBe('L0');
  });

  test('the worst of a time is remembered', () => {
    const view = new LevelView(timing);
    view.heardFleet(said('L4'), 1000);
    view.judge(well, 1000);
    view.heardFleet(said('L0'), 5000);
    view.judge(well, 5000);
    expect([view.worstSince(900), view.worstSince(4999), view.worstSince(5000)]).toEqual(['L4', 'L4', 'L0']);
  });
});
