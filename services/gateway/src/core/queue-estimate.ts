import { pagedStages, stageNames, type Lane } from '@docfleet/domain';

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
export interface PassedStage {
  readonly stage: string;
  readonly lane: Lane;
  /** Of the document; 0 when unknown. */
  readonly pageCount: number;
  /** When it left the stage, in milliseconds since the epoch. */
  readonly at: number;
  /** How long it waited before it and was worked on in it, in milliseconds. */
  readonly queuedMs: number;
  readonly activeMs: number;
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

/** Mean and variance of times in milliseconds, and how many there were. */
interface Times {
  readonly mean: number;
  readonly variance: number;
  readonly count: number;
}

/** Times of documents in a stage, in milliseconds: their mean, and what one, five and nine of ten are below. */
interface WorkTimes {
  readonly mean: number;
  readonly low: number;
  readonly typical: number;
  readonly high: number;
}

/** What is known of a stage. */
interface StageTimes {
  /** From the end of one stage to that of this one, for a document of so many pages (0: unknown) that nobody is ahead of. */
  readonly workOn: (pageCount: number) => WorkTimes | undefined;
  /** Between two documents that leave it while others wait; undefined: none waits, so it holds nobody up. */
  readonly gapOf: (lane: Lane) => Times | undefined;
}

/** What was seen of the stages lately, in their order. */
export type FleetTimes = readonly StageTimes[];

/** Quantile of the normal distribution below which nine of ten values are. */
const spread = 1.28;

/** Fewer gaps than this say nothing. */
const leastGaps = 3;

/** So many of the newest passages of a stage are looked at: how fast it is changes. */
const newest = 100;

/** A document that is estimated. */
export interface WaitingDocument extends OpenDocument {
  /** Time since it came to its stage, in milliseconds. */
  readonly sinceMs: number;
  /** 0 when unknown. */
  readonly pageCount: number;
}

/** What an estimate is made from. */
export interface FleetState {
  readonly open: readonly OpenDocument[];
  readonly times: FleetTimes;
}

/** What recent passages say about each stage. */
export function fleetTimesOf(passed: readonly PassedStage[]): FleetTimes {
  return stageNames.map((stage) => {
    const own = passed
      .filter((each) => each.stage === stage)
      .toSorted((a, b) => a.at - b.at)
      .slice(-newest);
    const ofAll = gapsOf(own);
    const byLane = new Map(
      [...Map.groupBy(own, ({ lane }) => lane)].map(([lane, inLane]) => [lane, gapsOf(inLane)]),
    );
    const isPaged = pagedStages.some((name) => name === stage);
    return {
      workOn: (pageCount) => workOf(own, isPaged ? pageCount : 0),
      gapOf: (lane) => byLane.get(lane) ?? ofAll,
    };
  });
}

/**
 * The place of a document among those of its lane and, from what was seen lately, when it will end.
 *
 * A stage lets documents pass one after the other, in the time that was measured while documents waited for it, and tenants
 * in turn, so of each other tenant as many go first as of one's own, and one more. A document ends when the stage that takes
 * longest for those ahead has let it pass, and the work of the later stages is done: the longest path through a line of
 * queues (fluid limit of a tandem queue).
 */
export function estimate(document: WaitingDocument, fleet: FleetState): QueueEstimate {
  const ahead = aheadOf(document, fleet.open);
  const position = 1 + (ahead.at(-1) ?? 0);
  const eta = timeToEnd(document, ahead, fleet);
  if (eta === undefined) return { position, etaSeconds: null, etaLowSeconds: null, etaHighSeconds: null };
  return {
    position,
    etaSeconds: secondsOf(eta.typical),
    etaLowSeconds: secondsOf(Math.max(0, eta.typical - Math.sqrt(eta.below))),
    etaHighSeconds: secondsOf(eta.typical + Math.sqrt(eta.above)),
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
    for (let stage = indexOf(other.stage); stage < stageNames.length; stage += 1)
      counts[stage] = (counts[stage] ?? 0) + 1;
  }
  return stageNames.map((_, stage) => {
    if (stage < first) return 0;
    const mine = own[stage] ?? 0;
    return [...others.values()].reduce((sum, counts) => sum + Math.min(counts[stage] ?? 0, mine + 1), mine);
  });
}

function emptyCounts(): number[] {
  return stageNames.map(() => 0);
}

function indexOf(stage: string | null): number {
  return Math.max(
    0,
    stageNames.findIndex((name) => name === stage),
  );
}

function isBefore(one: OpenDocument, other: OpenDocument): boolean {
  return one.createdAt < other.createdAt || (one.createdAt === other.createdAt && one.runId < other.runId);
}

/** A time in milliseconds, and the squares of how far one of ten is below it and one of ten above. */
interface Estimated {
  readonly typical: number;
  readonly below: number;
  readonly above: number;
}

function timeToEnd(
  { lane, stage, sinceMs, pageCount }: WaitingDocument,
  ahead: readonly number[],
  { times }: FleetState,
): Estimated | undefined {
  const first = indexOf(stage);
  let longest: Estimated | undefined;
  let later: Estimated = { typical: 0, below: 0, above: 0 };
  for (let at = stageNames.length - 1; at >= first; at -= 1) {
    const work = times[at]?.workOn(pageCount);
    if (work === undefined) return undefined;
    // With nobody ahead it is being worked on since it came.
    const own = workLeft(work, at === first && ahead[at] === 0 ? sinceMs : 0);
    const path = sumOf(sumOf(waitFor(ahead[at] ?? 0, times[at]?.gapOf(lane), work), own), later);
    later = sumOf(own, later);
    if (longest === undefined || path.typical > longest.typical) longest = path;
  }
  return longest === undefined || later.typical > longest.typical ? later : longest;
}

function workLeft({ low, typical, high }: WorkTimes, doneMs: number): Estimated {
  const left = Math.max(0, typical - doneMs);
  return {
    typical: left,
    below: (left - Math.max(0, low - doneMs)) ** 2,
    above: (Math.max(left, high - doneMs) - left) ** 2,
  };
}

/**
 * How long a document waits for its turn behind so many: they leave one after the other, the first after half a gap on average.
 * Those that are worked on at the same time as it are not waited for: by Little's law as many as gaps fit into the work on one.
 * What the mean gap is, is itself only estimated, from so many gaps.
 */
function waitFor(documents: number, gap: Times | undefined, work: WorkTimes): Estimated {
  if (gap === undefined || documents === 0) return { typical: 0, below: 0, above: 0 };
  const variance = documents * gap.variance + (documents ** 2 * gap.variance) / gap.count;
  const typical = Math.max(0, (documents + 0.5) * gap.mean - work.mean);
  return { typical, below: variance * spread ** 2, above: variance * spread ** 2 };
}

function sumOf(one: Estimated, other: Estimated): Estimated {
  return {
    typical: one.typical + other.typical,
    below: one.below + other.below,
    above: one.above + other.above,
  };
}

/**
 * Time of a document in a stage: the work, for a known number of pages in proportion to them, and what passes before it begins
 * even when nobody waits.
 */
function workOf(passed: readonly PassedStage[], pageCount: number): WorkTimes | undefined {
  if (passed.length === 0) return undefined;
  const pages = meanOf(passed.map((each) => Math.max(1, each.pageCount)));
  const share = pageCount === 0 ? 1 : pageCount / pages;
  const leastQueuedMs = Math.min(...passed.map(({ queuedMs }) => queuedMs));
  const active = passed.map(({ activeMs }) => activeMs * share + leastQueuedMs).toSorted((a, b) => a - b);
  const at = (part: number): number =>
    active[Math.min(active.length - 1, Math.floor(part * active.length))] ?? 0;
  return { mean: meanOf(active), low: at(0.1), typical: at(0.5), high: at(0.9) };
}

/** Times between neighbours of which the first left while another document waited. `passed` is in order of time. */
function gapsOf(passed: readonly PassedStage[]): Times | undefined {
  const starts = passed.map(({ at, activeMs }) => at - activeMs).toSorted((a, b) => a - b);
  const arrivals = passed
    .map(({ at, activeMs, queuedMs }) => at - activeMs - queuedMs)
    .toSorted((a, b) => a - b);
  const gaps = passed.slice(1).flatMap(({ at }, index) => {
    const before = passed[index]?.at ?? at;
    return countBefore(arrivals, before) > countBefore(starts, before) ? [at - before] : [];
  });
  return gaps.length < leastGaps ? undefined : timesOf(gaps);
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

function timesOf(values: readonly number[]): Times | undefined {
  if (values.length === 0) return undefined;
  const mean = meanOf(values);
  return { mean, variance: meanOf(values.map((value) => (value - mean) ** 2)), count: values.length };
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
