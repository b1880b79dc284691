import { pagedStages, type Lane } from '@docfleet/domain';
import { estimatedMs, experienceOf, type Experience } from './queue-experience.ts';
import {
  aheadOf,
  indexOf,
  meanGapOf,
  partsOf,
  type OpenDocument,
  type PassedStage,
  type StageTimes,
} from './queue-model.ts';
import { workOf } from './similar-work.ts';
import { workStages } from './work-stages.ts';

/** When a document will end: seconds from now. Four of five documents end between low and high. */
export interface QueueEstimate {
  /** Documents of the lane that are expected to end up to this one: 1 is the next. */
  readonly position: number;
  /** Null while nothing is known to estimate it from. */
  readonly etaSeconds: number | null;
  readonly etaLowSeconds: number | null;
  readonly etaHighSeconds: number | null;
}

/** A document that is estimated. */
export interface WaitingDocument extends OpenDocument {
  /** Time since it came to its stage, in milliseconds. */
  readonly sinceMs: number;
}

/** What was seen of the stages lately, in their order. */
export interface FleetTimes {
  readonly stages: readonly StageTimes[];
  /** By stage; undefined where no document has come that far and ended. */
  readonly experience: readonly (Experience | undefined)[];
}

/** What an estimate is made from. */
export interface FleetState {
  readonly open: readonly OpenDocument[];
  readonly times: FleetTimes;
}

/** So many of the newest passages of a stage are looked at: how fast it is changes. */
const newestPassages = 100;

/**
 * What recent passages say about each stage, and how good estimates for the documents that ended lately would have been. What
 * the model leaves out (lanes that take turns, processors that stages share, how fetching goes) shows there and is made good.
 */
export function fleetTimesOf(passed: readonly PassedStage[]): FleetTimes {
  const stages = workStages.map((stage) => {
    const own = passed
      .filter((each) => each.stage === stage)
      .toSorted((a, b) => a.at - b.at)
      .slice(-newestPassages);
    const ofAll = meanGapOf(own);
    const byLane = new Map(
      [...Map.groupBy(own, ({ lane }) => lane)].map(([lane, inLane]) => [lane, meanGapOf(inLane)]),
    );
    const isPaged = pagedStages.some((name) => name === stage);
    return {
      workOn: workOf(own, { isPaged }),
      gapOf: (lane: Lane) => byLane.get(lane) ?? ofAll,
    };
  });
  return { stages, experience: experienceOf(passed, stages) };
}

/**
 * The place of a document among those of its lane and, from what was seen lately, when it will end.
 *
 * A stage lets documents pass one after the other, in the time that was measured while documents waited for it, and tenants
 * in turn, so of each other tenant as many go first as of one's own, and one more. To that comes the work on documents of its
 * kind. The sum is corrected by what documents that ended lately took beside theirs.
 */
export function estimate(document: WaitingDocument, fleet: FleetState): QueueEstimate {
  const ahead = aheadOf(document, fleet.open);
  const position = 1 + (ahead.at(-1) ?? 0);
  const first = indexOf(document.stage);
  const experience = fleet.times.experience[first];
  if (experience === undefined)
    return { position, etaSeconds: null, etaLowSeconds: null, etaHighSeconds: null };
  const parts = partsOf(document, fleet.open, fleet.times.stages, experience);
  // With nobody ahead it is being worked on since it came, and is there at most for what precedes the next stage.
  const here = Math.max(0, experience.extraOf(document.lane)) + parts.workHere;
  const doneMs = ahead[first] === 0 ? Math.min(document.sinceMs, here) : 0;
  const left = estimatedMs(parts, experience, document.lane) - doneMs;
  const { low, typical, high } = experience.ratiosOf(document.lane);
  return {
    position,
    etaSeconds: secondsOf(left * typical),
    etaLowSeconds: secondsOf(left * low),
    etaHighSeconds: secondsOf(left * high),
  };
}

function secondsOf(timeMs: number): number {
  return Math.round(timeMs / 100) / 10;
}
