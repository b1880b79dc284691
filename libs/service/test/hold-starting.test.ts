import type { IntegrationTask } from '@docfleet/contracts';
import { failure } from '@docfleet/domain';
import { createBreaker } from '@docfleet/resilience';
import { deadLetter } from '@docfleet/stage';
import { expect, test, vi } from 'vitest';
import { holdWhileOpen } from '../src/start-holds.ts';
import { forward, startedStage } from './started-stage.ts';

test('no task is started while starting is held, and no attempt is used', async () => {
  const fleet = await startedStage(forward);
  fleet.gate.set('object-store', true);
  await fleet.submit('first');
  await fleet.submit('second');
  await fleet.clock.advance(600_000);
  expect({ handled: fleet.handled, retries: fleet.cluster.dump('classification.retry.30s').length }).toEqual({
    handled: [],
    retries: 0,
  });
  fleet.gate.set('fleet-level', true);
  fleet.gate.set('object-store', false);
  await fleet.clock.advance(1000);
  expect(fleet.handled).toEqual([]);
  fleet.gate.set('fleet-level', false);
  await fleet.clock.runUntil(() => fleet.handled.length === 2);
  await fleet.clock.settle(fleet.running.drain(1000));
});

test('R-01 no task is started while the breaker of the database is open or tries again', async () => {
  const fleet = await startedStage(forward);
  const breaker = createBreaker({
    name: 'database',
    failureRatio: 1,
    windowMs: 10_000,
    minCalls: 1,
    openMs: 200,
    counts: () => true,
  });
  holdWhileOpen(fleet.gate, 'database', breaker);
  expect(fleet.gate.isOpen()).toBe(true);
  const { signal } = new AbortController();
  await breaker.run(() => Promise.reject(new Error('away')), signal).catch(() => undefined);
  await fleet.submit('first');
  await fleet.clock.advance(60_000);
  expect([breaker.state, fleet.handled]).toEqual(['open', []]);
  await vi.waitFor(() => {
    expect(breaker.state).toBe('half-open');
  });
  await fleet.clock.advance(60_000);
  expect(fleet.handled).toEqual([]);
  await breaker.run(() => Promise.resolve(), signal);
  await fleet.clock.runUntil(() => fleet.handled.length === 1);
  await fleet.clock.settle(fleet.running.drain(1000));
  breaker.close();
});

test('R-02 results have the worst level at which a stage executed', async () => {
  const fleet = await startedStage(forward);
  await fleet.submit('normal before');
  await fleet.submit('degraded before', 'L4');
  await fleet.clock.advance(5000);
  const levels = (await fleet.written('extraction.tasks.normal')).map(({ context }) => [
    context.requestId,
    context.degradation,
  ]);
  expect(Object.fromEntries(levels)).toEqual({ 'normal before': 'L2', 'degraded before': 'L4' });
  await fleet.clock.settle(fleet.running.drain(1000));
});

test('R-02 endings have the worst level as well', async () => {
  const fleet = await startedStage(() => deadLetter(failure('INTERNAL_ERROR')));
  await fleet.submit('broken');
  await fleet.clock.advance(5000);
  const endings: readonly IntegrationTask[] = await fleet.written('integration.tasks.normal');
  expect(endings.map(({ context, ending }) => [ending.status, context.degradation])).toEqual([
    ['failed', 'L2'],
  ]);
  await fleet.clock.settle(fleet.running.drain(1000));
});
