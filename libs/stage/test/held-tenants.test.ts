import { ocrTask, runContext } from '@docfleet/testing';
import { expect, test } from 'vitest';
import type { TenantPace } from '../src/index.ts';
import { createStageHarness, ocrStage, passOn, type StageHarness } from './stage-harness.ts';

async function give(harness: StageHarness, tenantId: string, count: number): Promise<void> {
  for (let index = 0; index < count; index += 1) {
    const context = runContext({ tenantId, requestId: `${tenantId}-${String(index)}` });
    await harness.produce('ocr.tasks.normal', ocrTask({ context }), { partition: 0 });
  }
}

/** Notes whose records were started; the tenant `loud` is held until `release`. */
function setUp() {
  const harness = createStageHarness({ maxFetchRecords: 5 });
  const started: string[] = [];
  let isHeld = true;
  let told: () => void = () => undefined;
  const pace: TenantPace = {
    isPaced: () => true,
    isHeld: (tenantId) => isHeld && tenantId === 'loud',
    started: () => undefined,
    onChange: (listener) => {
      told = listener;
      return () => undefined;
    },
  };
  const stage = ocrStage((task, { run }) => {
    started.push(run.tenantId);
    return Promise.resolve(passOn(task));
  });
  const release = (): void => {
    isHeld = false;
    told();
  };
  return { harness, started, pace, stage, release };
}

test('M-20: a tenant that is held waits in the look-ahead, and others in its partition do not', async () => {
  const { harness, started, pace, stage, release } = setUp();
  await give(harness, 'loud', 10);
  await give(harness, 'small', 10);
  await harness.start('a', { stage, pace, maxRecords: 100 });
  await harness.advance(10_000);
  expect(started).toEqual(Array<string>(10).fill('small'));
  release();
  await harness.advance(10_000);
  expect(started).toHaveLength(20);
  expect(harness.lag()).toBe(0);
});

test('M-20: what is held fills half of the look-ahead at most, so that what others have behind it is reached', async () => {
  const { harness, started, pace, stage } = setUp();
  await give(harness, 'loud', 60);
  await give(harness, 'small', 10);
  await harness.start('a', { stage, pace, maxRecords: 20 });
  await harness.advance(60_000);
  expect(started.filter((tenantId) => tenantId === 'small')).toHaveLength(10);
  const waiting = 60 - started.filter((tenantId) => tenantId === 'loud').length;
  expect(waiting).toBeGreaterThan(0);
  expect(waiting).toBeLessThanOrEqual(10);
});
