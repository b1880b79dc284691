import type { StageName } from '@docfleet/domain';
import { expect, it } from 'vitest';
import { waitingWork } from './backlog.ts';
import type { StageLag } from './lag.ts';

const stage = (
  name: StageName,
  facts: { records: number; members: number; seconds: number | null },
): StageLag => ({
  stage: name,
  members: facts.members,
  secondsPerDocument: facts.seconds,
  lanes: [
    { lane: 'urgent', records: 0, seconds: 0, paused: false },
    { lane: 'high', records: 2, seconds: null, paused: false },
    { lane: 'normal', records: facts.records, seconds: null, paused: false },
  ],
  retrying: 0,
});

it('M-20: the backlog is that of the slowest stage', () => {
  const work = waitingWork([
    stage('preprocess', { records: 98, members: 2, seconds: 1 }),
    stage('ocr', { records: 18, members: 4, seconds: 5 }),
    // Nobody works here, and nothing is known of it.
    stage('classification', { records: 8, members: 0, seconds: null }),
  ]);
  expect(work).toEqual({ seconds: 50, secondsBehindIntake: 25, lanes: { urgent: 0, high: 3, normal: 49 } });
});

it('M-20: nothing waits in a fleet that is idle', () => {
  expect(waitingWork([])).toEqual({
    seconds: 0,
    secondsBehindIntake: 0,
    lanes: { urgent: 0, high: 0, normal: 0 },
  });
});
