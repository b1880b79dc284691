import { degradationMatrix, nothingSet, type FleetHealth, type FleetLevel } from '@docfleet/contracts';
import { describe, expect, test } from 'vitest';
import { FleetFold } from './fleet-fold.ts';

const report = (process: string, ...open: string[]): FleetHealth => ({
  process,
  service: 'ocr',
  at: 0,
  breakers: ['ocr', 'object-store'].map((name) => ({ name, state: open.includes(name) ? 'open' : 'closed' })),
  measures: {},
  models: [],
});

const normal = (since: number): FleetLevel => ({
  level: 'L0',
  reasons: [],
  since,
  ...nothingSet,
});

const order: FleetLevel = { ...normal(500), level: 'L4', reasons: ['move of the store'], setBy: 'anna' };

describe('R-02 the fleet folds to a level', () => {
  test('half of the readers in trouble are L2', () => {
    const fold = new FleetFold(degradationMatrix, 0);
    fold.heardHealth(report('a', 'ocr'), 1000);
    fold.heardHealth(report('b'), 1000);
    expect(fold.fold(1000)).toEqual({ ...normal(1000), level: 'L2', reasons: ['ocr-down'] });
  });

  test('a store that is gone is L4', () => {
    const fold = new FleetFold(degradationMatrix, 0);
    fold.heardHealth(report('a', 'object-store'), 1000);
    expect(fold.fold(1000)).toMatchObject({ level: 'L4', reasons: ['store-gone'] });
  });

  test('a database that takes 6 s for a write slows the fleet down', () => {
    const fold = new FleetFold(degradationMatrix, 0);
    fold.heardHealth({ ...report('ledger'), measures: { 'database-write-seconds': 6 } }, 1000);
    expect(fold.fold(1000)).toMatchObject({ level: 'L2', reasons: ['database-slow'] });
  });

  test('it comes back by itself, 30 s after the last trouble', () => {
    const fold = new FleetFold(degradationMatrix, 0);
    fold.heardHealth(report('a', 'ocr'), 1000);
    fold.fold(1000);
    fold.heardHealth(report('a'), 5000);
    expect(fold.fold(30_999).level).toBe('L2');
    expect(fold.fold(31_000)).toEqual(normal(31_000));
  });

  test('a process that was silent for 60 s counts no more', () => {
    const fold = new FleetFold(degradationMatrix, 0);
    fold.heardHealth(report('gone', 'ocr'), 1000);
    fold.heardHealth(report('here'), 50_000);
    expect(fold.fold(60_999).level).toBe('L2');
    fold.heardHealth(report('here'), 61_000);
    expect(fold.fold(61_000).level).toBe('L2');
    expect(fold.fold(90_999)).toEqual(normal(90_999));
  });

  test('an operator sets the level; after the release the fleet is where it would have been', () => {
    const fold = new FleetFold(degradationMatrix, 0);
    fold.heardOrder(order);
    expect(fold.fold(1000)).toEqual(order);
    fold.heardHealth(report('a', 'ocr'), 2000);
    expect(fold.fold(2000)).toEqual(order);
    fold.heardOrder(normal(3000));
    expect(fold.fold(3000)).toEqual({ ...normal(2000), level: 'L2', reasons: ['ocr-down'] });
  });

  test('an order that has an end is over at that time', () => {
    const fold = new FleetFold(degradationMatrix, 0);
    fold.heardOrder({ ...order, until: 5000 });
    expect(fold.fold(4999)).toMatchObject({ level: 'L4', setBy: 'anna' });
    expect(fold.fold(5000)).toMatchObject({ level: 'L0', setBy: null });
  });

  test('who takes over keeps the level and its hold', () => {
    const fold = new FleetFold(degradationMatrix, 0);
    fold.heardLevel({ ...normal(1000), level: 'L4', reasons: ['several-gone'] }, 20_000);
    expect(fold.fold(49_999)).toEqual({ ...normal(1000), level: 'L4', reasons: ['several-gone'] });
    expect(fold.fold(50_000)).toEqual(normal(50_000));
  });
});

describe('R-02 a fleet of which nothing was heard', () => {
  test('is at its normal level', () => {
    expect(new FleetFold(degradationMatrix, 100).fold(200)).toEqual(normal(100));
  });

  test('does not take over the level that an operator has set', () => {
    const fold = new FleetFold(degradationMatrix, 100);
    fold.heardLevel(order, 200);
    expect(fold.fold(300)).toEqual(normal(100));
  });
});
