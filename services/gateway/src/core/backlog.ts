import { lanes, type Lane } from '@docfleet/domain';
import type { StageLag } from './lag.ts';

/** What waits, in estimated seconds until it is done. */
export interface WaitingWork {
  readonly seconds: number;
  /** Without the first stage, where what was let in begins. */
  readonly secondsBehindIntake: number;
  readonly lanes: Readonly<Record<Lane, number>>;
}

/** Seconds of work on a document of a stage that no run has passed lately. */
const assumedSeconds = 1;

/**
 * The backlog of the slowest stage: stages work at the same time, so everything is done when that one is. A stage without
 * processes counts with one, so that work which nobody does is a backlog and not an unknown.
 */
export function waitingWork(stages: readonly StageLag[]): WaitingWork {
  const secondsOf = ({ lanes: own, members, secondsPerDocument }: StageLag, lane?: Lane): number =>
    own
      .filter((each) => lane === undefined || each.lane === lane)
      .reduce((sum, { records }) => sum + records, 0) *
    ((secondsPerDocument ?? assumedSeconds) / Math.max(1, members));
  const slowest = (some: readonly StageLag[], lane?: Lane): number =>
    Math.max(0, ...some.map((stage) => secondsOf(stage, lane)));
  return {
    seconds: slowest(stages),
    secondsBehindIntake: slowest(stages.filter(({ stage }) => stage !== 'preprocess')),
    lanes: Object.fromEntries(lanes.map((lane) => [lane, Math.ceil(slowest(stages, lane))])) as Record<
      Lane,
      number
    >,
  };
}
