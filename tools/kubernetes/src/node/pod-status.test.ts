import { expect, test } from 'vitest';
import {
  phaseOf,
  podStatusOf,
  type ContainerFacts,
  type ContainerState,
  type PodFacts,
} from './pod-status.ts';

const at = new Date(0);
const now = new Date(5_000);
const waiting: ContainerState = { kind: 'waiting', reason: 'ContainerCreating' };
const running: ContainerState = { kind: 'running', startedAt: at };
const ended = (exitCode: number): ContainerState => ({
  kind: 'terminated',
  exitCode,
  reason: 'x',
  startedAt: at,
  finishedAt: now,
});

function container(state: ContainerState, more: Partial<ContainerFacts> = {}): ContainerFacts {
  const usual = { name: 'c', image: 'i', lastState: undefined, restartCount: 0, started: true, ready: true };
  return { ...usual, state, ...more };
}

function pod(more: Partial<PodFacts>): PodFacts {
  return {
    restartPolicy: 'Always',
    init: [],
    containers: [container(running)],
    isTerminating: false,
    startTime: at,
    podIp: '10.244.0.1',
    hostIp: '127.0.0.1',
    conditions: [],
    now,
    ...more,
  };
}

test.each<[string, Partial<PodFacts>, string]>([
  ['nothing started', { containers: [container(waiting)] }, 'Pending'],
  ['an init container runs', { init: [container(running)] }, 'Pending'],
  ['an init container failed for good', { init: [container(ended(1))], restartPolicy: 'Never' }, 'Failed'],
  ['an init container is tried again', { init: [container(ended(1))] }, 'Pending'],
  ['a container runs', {}, 'Running'],
  ['a container waits for its restart', { containers: [container(waiting, { restartCount: 1 })] }, 'Running'],
  ['a container ended and is started again', { containers: [container(ended(0))] }, 'Running'],
  ['all ended well', { containers: [container(ended(0))], restartPolicy: 'Never' }, 'Succeeded'],
  [
    'one failed',
    { containers: [container(ended(0)), container(ended(1))], restartPolicy: 'Never' },
    'Failed',
  ],
  ['one is tried again', { containers: [container(ended(1))], restartPolicy: 'OnFailure' }, 'Running'],
  [
    'one still runs',
    { containers: [container(ended(0)), container(running)], restartPolicy: 'Never' },
    'Running',
  ],
])('%s', (_, more, phase) => {
  expect(phaseOf(pod(more))).toBe(phase);
});

const conditionsOf = (more: Partial<PodFacts>): Record<string, string> =>
  Object.fromEntries((podStatusOf(pod(more)).conditions ?? []).map(({ type, status }) => [type, status]));

test('a pod is ready when all its containers are, and not once it is being deleted', () => {
  const ready = { Initialized: 'True', ContainersReady: 'True', Ready: 'True' };
  const unready = { ...ready, ContainersReady: 'False', Ready: 'False' };
  expect(conditionsOf({})).toEqual(ready);
  expect(conditionsOf({ containers: [container(running), container(running, { ready: false })] })).toEqual(
    unready,
  );
  expect(conditionsOf({ isTerminating: true })).toEqual(unready);
  expect(podStatusOf(pod({ isTerminating: true })).containerStatuses?.[0]?.ready).toBe(false);
});

test('conditions of others stay, and times of those that do not change', () => {
  const scheduled = { type: 'PodScheduled', status: 'True', lastTransitionTime: at };
  const before = { type: 'Ready', status: 'True', lastTransitionTime: at };
  const { conditions } = podStatusOf(pod({ conditions: [scheduled, before] }));
  expect(conditions).toEqual([
    scheduled,
    { type: 'Initialized', status: 'True', lastTransitionTime: now },
    { type: 'ContainersReady', status: 'True', lastTransitionTime: now },
    before,
  ]);
});
