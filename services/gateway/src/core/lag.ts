import {
  lagOf as lagOfPartition,
  lanes,
  stageNames,
  type Lane,
  type PartitionProgress,
  type StageName,
  type StageQueue,
} from '@docfleet/domain';

/** What waits in one lane of a stage. */
export interface LaneLag {
  readonly lane: Lane;
  /** Offsets that the stage has neither committed nor finished. */
  readonly records: number;
  /** Estimated time until they are done; null where nothing is known to estimate it from. */
  readonly seconds: number | null;
  readonly paused: boolean;
}

export interface StageLag {
  readonly stage: StageName;
  /** Processes in its consumer groups: the common one and those of its pools. */
  readonly members: number;
  /** Mean seconds of work on a document; null when no run has passed the stage lately. */
  readonly secondsPerDocument: number | null;
  readonly lanes: readonly LaneLag[];
  /** Positions of its retry topics, due or not. */
  readonly retrying: number;
}

export interface LagFacts {
  /** By stage. */
  readonly positions: ReadonlyMap<StageName, readonly PartitionProgress[]>;
  readonly members: ReadonlyMap<string, number>;
  readonly secondsPerDocument: ReadonlyMap<string, number>;
  readonly pausedLanes: (stage: StageName) => ReadonlySet<Lane>;
}

/**
 * What waits before each stage. Records of transactions and the markers that end them have positions, so a lane of which
 * everything is done has 0, because stages commit past the markers, and one with a backlog at most two positions a document.
 */
export function lagOf({
  positions,
  members,
  secondsPerDocument,
  pausedLanes,
}: LagFacts): readonly StageLag[] {
  return stageNames.map((stage) => {
    const own = positions.get(stage) ?? [];
    const count = members.get(stage) ?? 0;
    const seconds = secondsPerDocument.get(stage) ?? null;
    const paused = pausedLanes(stage);
    const waiting = (queue: StageQueue): number =>
      own.filter((each) => each.queue === queue).reduce((sum, each) => sum + lagOfPartition(each), 0);
    return {
      stage,
      members: count,
      secondsPerDocument: seconds,
      lanes: lanes.map((lane) => {
        const records = waiting(lane);
        return { lane, records, seconds: estimate(records, seconds, count), paused: paused.has(lane) };
      }),
      retrying: waiting('retry'),
    };
  });
}

/** Time for so many records with each process working on one at a time: an upper bound where they work on several. */
function estimate(records: number, secondsPerDocument: number | null, members: number): number | null {
  if (records === 0) return 0;
  if (secondsPerDocument === null || members === 0) return null;
  return Math.ceil((records * secondsPerDocument) / members);
}
