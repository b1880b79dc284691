import { pagedStages, type Lane } from '@docfleet/domain';
import { workOf, type DocumentKind, type Worked } from './similar-work.ts';
import { workStages } from './work-stages.ts';

/** A document that is in the fleet and has not ended. Times are in milliseconds since the epoch. */
export interface OpenDocument {
  readonly runId: string;
  readonly tenantId: string;
  readonly lane: Lane;
  /** Null before the first stage. */
  readonly stage: string | null;
  readonly createdAt: number;
}

/** A document that has passed a stage lately. */
export interface PassedStage extends Worked {
  readonly runId: string;
  readonly tenantId: string;
  readonly stage: string;
  readonly lane: Lane;
  /** When it left the stage, in milliseconds since the epoch. */
  readonly at: number;
  /** How long it waited before it, in milliseconds. */
  readonly queuedMs: number;
}

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
export interface WaitingDocument extends OpenDocument, DocumentKind {
  /** Time since it came to its stage, in milliseconds. */
  readonly sinceMs: number;
}

/** What is known of a stage. */
interface StageTimes {
  /** Work on a document, in milliseconds; 0 where none was seen. One document may be left out of what it is estimated from. */
  readonly workOn: (document: DocumentKind, leftOut?: string) => number;
  /** Mean time between two documents that leave it while others wait; undefined: none waits, so it holds nobody up. */
  readonly gapOf: (lane: Lane) => number | undefined;
}

/** How long documents took from their arrival at a stage to their end, compared with what would have been estimated then. */
interface Experience {
  /** What is not explained by the queue and the work, in milliseconds. */
  readonly extraOf: (lane: Lane) => number;
  /** Share of the estimated wait in the queue that was waited. */
  readonly share: number;
  /** Times that documents took, divided by their estimate: what one, five and nine of ten are below. */
  readonly ratiosOf: (lane: Lane) => Ratios;
}

interface Ratios {
  readonly low: number;
  readonly typical: number;
  readonly high: number;
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

/** Fewer gaps than this say nothing. */
const leastGaps = 3;

/** So many of the newest passages of a stage, and of the newest ended documents, are looked at: how fast they are changes. */
const newestPassages = 100;
const newestEnded = 60;

/** From so many documents of its own on a lane is judged by them alone. */
const leastOfLane = 5;

/** Weight of the assumption that the estimated wait in the queue is right, in documents. */
const trustInQueue = 5;

/** Ratios that are assumed before documents have ended. */
const assumedRatios = [0.5, 1, 2];

/** Shortest estimate that something is divided by, in milliseconds. */
const leastEstimateMs = 50;

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
  return { stages, experience: experienceOf(pastDocuments(passed), stages) };
}

/**
 * The place of a document among those of its lane and, from what was seen lately, when it will end.
 *
 * A stage lets documents pass one after the other, in the time that was measured while documents waited for it, and tenants
 * in turn, so of each other tenant as many go first as of one's own, and one more. A document ends when the stage that takes
 * longest for those ahead has let it pass, and the work of the later stages is done: the longest path through a line of
 * queues (fluid limit of a tandem queue). The work is that on documents of its kind. The sum is corrected by how documents
 * that ended lately did beside theirs.
 */
export function estimate(document: WaitingDocument, fleet: FleetState): QueueEstimate {
  const ahead = aheadOf(document, fleet.open);
  const position = 1 + (ahead.at(-1) ?? 0);
  const first = indexOf(document.stage);
  const experience = fleet.times.experience[first];
  if (experience === undefined)
    return { position, etaSeconds: null, etaLowSeconds: null, etaHighSeconds: null };
  const parts = partsOf(document, ahead, fleet.times.stages);
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

/** How many documents pass each stage before this one; 0 for stages that it has passed. */
function aheadOf(document: OpenDocument, open: readonly OpenDocument[]): readonly number[] {
  const first = indexOf(document.stage);
  const own = emptyCounts();
  const others = new Map<string, number[]>();
  for (const other of open) {
    if (other.lane !== document.lane || other.runId === document.runId) continue;
    const isOwn = other.tenantId === document.tenantId;
    if (isOwn && !isBefore(other, document)) continue;
    const counts = isOwn ? own : (others.get(other.tenantId) ?? emptyCounts());
    if (!isOwn) others.set(other.tenantId, counts);
    // It still has to pass its own stage and every later one.
    for (let stage = indexOf(other.stage); stage < workStages.length; stage += 1)
      counts[stage] = (counts[stage] ?? 0) + 1;
  }
  return workStages.map((_, stage) => {
    if (stage < first) return 0;
    const mine = own[stage] ?? 0;
    return [...others.values()].reduce((sum, counts) => sum + Math.min(counts[stage] ?? 0, mine + 1), mine);
  });
}

function emptyCounts(): number[] {
  return workStages.map(() => 0);
}

/** A document before the stage of review is as near to its end as one before the last stage. */
function indexOf(stage: string | null): number {
  if (stage === 'review') return workStages.length - 1;
  return Math.max(
    0,
    workStages.findIndex((name) => name === stage),
  );
}

function isBefore(one: OpenDocument, other: OpenDocument): boolean {
  return one.createdAt < other.createdAt || (one.createdAt === other.createdAt && one.runId < other.runId);
}

/** Times until a document ends, as the queues and the work on documents of its kind say, in milliseconds. */
interface Parts {
  /** In the queues. */
  readonly wait: number;
  /** In the stage that it is at, and in all that follow. */
  readonly workHere: number;
  readonly work: number;
}

function partsOf(
  document: OpenDocument & DocumentKind,
  ahead: readonly number[],
  stages: readonly StageTimes[],
  leftOut?: string,
): Parts {
  const first = indexOf(document.stage);
  let longest = 0;
  let work = 0;
  let workHere = 0;
  for (let at = workStages.length - 1; at >= first; at -= 1) {
    workHere = stages[at]?.workOn(document, leftOut) ?? 0;
    work += workHere;
    longest = Math.max(longest, waitFor(ahead[at] ?? 0, stages[at]?.gapOf(document.lane), workHere) + work);
  }
  return { wait: Math.max(0, longest - work), workHere, work };
}

/**
 * How long a document waits for its turn behind so many: they leave one after the other, the first after half a gap on average.
 * Those that are worked on at the same time as it are not waited for: by Little's law as many as gaps fit into the work on one.
 */
function waitFor(documents: number, gapMs: number | undefined, workMs: number): number {
  return gapMs === undefined || documents === 0 ? 0 : Math.max(0, (documents + 0.5) * gapMs - workMs);
}

function estimatedMs(
  { wait, work }: Parts,
  { extraOf, share }: Omit<Experience, 'ratiosOf'>,
  lane: Lane,
): number {
  return Math.max(0, extraOf(lane) + share * wait) + work;
}

/** A document that has come through stages, in their order; `endedAt` is undefined while it is in the fleet. */
interface PastDocument {
  readonly steps: readonly PassedStage[];
  readonly arrivedAt: number;
  readonly endedAt: number | undefined;
}

function arrivalAt({ at, activeMs, queuedMs }: PassedStage): number {
  return at - activeMs - queuedMs;
}

function pastDocuments(passed: readonly PassedStage[]): readonly PastDocument[] {
  return [...Map.groupBy(passed, ({ runId }) => runId).values()].flatMap((own) => {
    const steps = own.toSorted((a, b) => indexOf(a.stage) - indexOf(b.stage));
    const [first, last] = [steps[0], steps.at(-1)];
    if (first === undefined || last === undefined) return [];
    // It took as long as people did.
    if (own.some(({ stage }) => stage === 'review')) return [];
    const endedAt = last.stage === workStages.at(-1) ? last.at : undefined;
    return [{ steps, arrivedAt: arrivalAt(first), endedAt }];
  });
}

/** The documents that were in the fleet at a time, where they were. */
function openAt(time: number, past: readonly PastDocument[]): readonly OpenDocument[] {
  return past.flatMap(({ steps, arrivedAt, endedAt }) => {
    const [first] = steps;
    if (first === undefined || arrivedAt > time || (endedAt ?? Infinity) <= time) return [];
    const { runId, tenantId, lane } = first;
    const at = steps.find((step) => step.at > time);
    const stage = at?.stage ?? workStages[indexOf(steps.at(-1)?.stage ?? null) + 1] ?? null;
    return [{ runId, tenantId, lane, stage, createdAt: arrivedAt }];
  });
}

/** What became of a document since it came to a stage, and what would have been estimated then. */
interface Comparison {
  readonly lane: Lane;
  readonly parts: Parts;
  readonly tookMs: number;
  readonly workedMs: number;
}

function experienceOf(
  past: readonly PastDocument[],
  stages: readonly StageTimes[],
): readonly (Experience | undefined)[] {
  const ended = past
    .flatMap(({ endedAt, ...document }) => (endedAt === undefined ? [] : [{ ...document, endedAt }]))
    .toSorted((a, b) => a.endedAt - b.endedAt)
    .slice(-newestEnded);
  return workStages.map((stage) => {
    const compared = ended.flatMap(({ steps, arrivedAt, endedAt }): Comparison[] => {
      const here = steps.find((step) => step.stage === stage);
      if (here === undefined) return [];
      const cameAt = arrivalAt(here);
      const document = { ...here, createdAt: arrivedAt };
      const parts = partsOf(document, aheadOf(document, openAt(cameAt, past)), stages, here.runId);
      const workedMs = steps
        .filter((step) => indexOf(step.stage) >= indexOf(stage))
        .reduce((sum, { activeMs }) => sum + activeMs, 0);
      return [{ lane: here.lane, parts, tookMs: endedAt - cameAt, workedMs }];
    });
    return compared.length === 0 ? undefined : learnt(compared);
  });
}

/** Fits what was waited to what would have been estimated, and looks at what is left (split conformal prediction, with all at once). */
function learnt(compared: readonly Comparison[]): Experience {
  const waited = ({ tookMs, workedMs }: Comparison): number => tookMs - workedMs;
  const meanWait = meanOf(compared.map(({ parts }) => parts.wait));
  const meanWaited = meanOf(compared.map(waited));
  const trust = trustInQueue * Math.max(1, meanOf(compared.map(({ tookMs }) => tookMs))) ** 2;
  const sumOf = (term: (each: Comparison) => number): number =>
    compared.reduce((sum, each) => sum + term(each), 0);
  const share = Math.max(
    0,
    (sumOf((each) => (each.parts.wait - meanWait) * (waited(each) - meanWaited)) + trust) /
      (sumOf(({ parts }) => (parts.wait - meanWait) ** 2) + trust),
  );
  const extraOf = byLane(compared, (own) =>
    quantile(
      own.map((each) => waited(each) - share * each.parts.wait),
      0.5,
    ),
  );
  const fitted = { extraOf, share };
  const ratiosOf = byLane(compared, (own): Ratios => {
    const ratios = own.map(
      ({ parts, lane, tookMs }) => tookMs / Math.max(leastEstimateMs, estimatedMs(parts, fitted, lane)),
    );
    const all = [...ratios, ...assumedRatios];
    return { low: quantile(all, 0.1), typical: quantile(all, 0.5), high: quantile(all, 0.9) };
  });
  return { ...fitted, ratiosOf };
}

/** A value for each lane, from its own documents where there are enough. */
function byLane<T>(
  compared: readonly Comparison[],
  valueOf: (own: readonly Comparison[]) => T,
): (lane: Lane) => T {
  const ofAll = valueOf(compared);
  const ofLanes = new Map(
    [...Map.groupBy(compared, ({ lane }) => lane)]
      .filter(([, own]) => own.length >= leastOfLane)
      .map(([lane, own]) => [lane, valueOf(own)]),
  );
  return (lane) => ofLanes.get(lane) ?? ofAll;
}

/** Mean time between neighbours of which the first left while another document waited. `passed` is in order of time. */
function meanGapOf(passed: readonly PassedStage[]): number | undefined {
  const starts = passed.map(({ at, activeMs }) => at - activeMs).toSorted((a, b) => a - b);
  const arrivals = passed.map(arrivalAt).toSorted((a, b) => a - b);
  const gaps = passed.slice(1).flatMap(({ at }, index) => {
    const before = passed[index]?.at ?? at;
    return countBefore(arrivals, before) > countBefore(starts, before) ? [at - before] : [];
  });
  return gaps.length < leastGaps ? undefined : meanOf(gaps);
}

/** How many of the sorted values are smaller. */
function countBefore(sorted: readonly number[], value: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] ?? value) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The value that a share of the values is below, by nearest rank, counting one more value than there are. */
function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const rank = share < 0.5 ? Math.floor(share * (sorted.length + 1)) : Math.ceil(share * (sorted.length + 1));
  return sorted[Math.min(sorted.length, Math.max(1, rank)) - 1] ?? 0;
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
