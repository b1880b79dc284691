import type { Lane } from '@docfleet/domain';
import type { DocumentKind, Worked } from './similar-work.ts';
import { workStages } from './work-stages.ts';

/** A document that is in the fleet and has not ended. Times are in milliseconds since the epoch. */
export interface OpenDocument extends DocumentKind {
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

/** Fewer gaps than this say nothing. */
const leastGaps = 3;

/** What is known of a stage. */
export interface StageTimes {
  /** Work on a document, in milliseconds; 0 where none was seen. One document may be left out of what it is estimated from. */
  readonly workOn: (document: DocumentKind, leftOut?: string) => number;
  /** Mean time between two documents that leave it while others wait; undefined: none waits, so it holds nobody up. */
  readonly gapOf: (lane: Lane) => number | undefined;
}

/** How many documents pass each stage before this one; 0 for stages that it has passed. */
export function aheadOf(document: OpenDocument, open: readonly OpenDocument[]): readonly number[] {
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
export function indexOf(stage: string | null): number {
  if (stage === 'review') return workStages.length - 1;
  return Math.max(
    0,
    workStages.findIndex((name) => name === stage),
  );
}

function isBefore(one: OpenDocument, other: OpenDocument): boolean {
  return one.createdAt < other.createdAt || (one.createdAt === other.createdAt && one.runId < other.runId);
}

/** What the queues and the work on documents of its kind say about a document, in milliseconds. */
export interface Parts {
  /** In the queues. */
  readonly wait: number;
  /** Work on documents of all lanes that are ahead: they share the processors. */
  readonly load: number;
  /** Work on it in the stage that it is at, and in that and all that follow. */
  readonly workHere: number;
  readonly work: number;
}

/**
 * A document ends when the stage that takes longest for those ahead has let it pass, and the work of the later stages is done:
 * the longest path through a line of queues (fluid limit of a tandem queue).
 */
export function partsOf(
  document: OpenDocument,
  open: readonly OpenDocument[],
  stages: readonly StageTimes[],
  { leftOut, mostLoad = Infinity }: { readonly leftOut?: string; readonly mostLoad?: number } = {},
): Parts {
  const ahead = aheadOf(document, open);
  let longest = 0;
  let work = 0;
  let workHere = 0;
  for (let at = workStages.length - 1; at >= indexOf(document.stage); at -= 1) {
    workHere = stages[at]?.workOn(document, leftOut) ?? 0;
    work += workHere;
    longest = Math.max(longest, waitFor(ahead[at] ?? 0, stages[at]?.gapOf(document.lane), workHere) + work);
  }
  return {
    wait: Math.max(0, longest - work),
    load: loadOf(document, open, { stages, mostLoad }),
    workHere,
    work,
  };
}

/** Not summed up further than `mostLoad`. */
function loadOf(
  document: OpenDocument,
  open: readonly OpenDocument[],
  { stages, mostLoad }: { readonly stages: readonly StageTimes[]; readonly mostLoad: number },
): number {
  let load = 0;
  for (const other of open) {
    if (load >= mostLoad) return mostLoad;
    if (other.runId === document.runId) continue;
    if (other.lane === document.lane && !isBefore(other, document)) continue;
    const first = Math.max(indexOf(document.stage), indexOf(other.stage));
    for (let at = first; at < workStages.length; at += 1) load += stages[at]?.workOn(other) ?? 0;
  }
  return load;
}

/**
 * How long a document waits for its turn behind so many: they leave one after the other, the first after half a gap on average.
 * Those that are worked on at the same time as it are not waited for: by Little's law as many as gaps fit into the work on one.
 */
function waitFor(documents: number, gapMs: number | undefined, workMs: number): number {
  return gapMs === undefined || documents === 0 ? 0 : Math.max(0, (documents + 0.5) * gapMs - workMs);
}

/** When a document came to a stage. */
export function arrivalAt({ at, activeMs, queuedMs }: PassedStage): number {
  return at - activeMs - queuedMs;
}

/** Mean time between neighbours of which the first left while another document waited. `passed` is in order of time. */
export function meanGapOf(passed: readonly PassedStage[]): number | undefined {
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

export function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
