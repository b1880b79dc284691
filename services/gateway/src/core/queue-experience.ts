import type { Lane } from '@docfleet/domain';
import { fitPlane, type Plane } from './fit-plane.ts';
import {
  arrivalAt,
  indexOf,
  meanOf,
  partsOf,
  type OpenDocument,
  type Parts,
  type PassedStage,
  type StageTimes,
} from './queue-model.ts';
import { workStages } from './work-stages.ts';

/** How long documents took from their arrival at a stage to their end, compared with what would have been estimated then. */
export interface Experience extends Fitted {
  /** Times that documents took, divided by their estimate: what one, five and nine of ten are below. */
  readonly ratiosOf: (lane: Lane) => Ratios;
}

/** What is made of the parts of an estimate. */
export interface Fitted extends Plane {
  /** What neither queue nor load nor work explains, in milliseconds. */
  readonly extraOf: (lane: Lane) => number;
  /** The largest load that was seen; beyond it is only guessed. */
  readonly mostLoad: number;
}

export interface Ratios {
  readonly low: number;
  readonly typical: number;
  readonly high: number;
}

/** So many of the newest ended documents are looked at: how fast the fleet is changes. */
const newestEnded = 30;

/** From so many documents of its own on a lane is judged by them alone. */
const leastOfLane = 5;

/** Weight of the assumption that the estimated wait in the queue is right and load says no more, in documents. */
const trustInQueue = 5;

/** Ratios that are assumed before documents have ended. */
const assumedRatios = [0.5, 1, 2];

/** Shortest estimate that something is divided by, in milliseconds. */
const leastEstimateMs = 50;

/** Time to a document's end, in milliseconds, without its spread. */
export function estimatedMs({ wait, load, work }: Parts, fitted: Fitted, lane: Lane): number {
  const { extraOf, first: share, second: slope, mostLoad } = fitted;
  return Math.max(0, extraOf(lane) + share * wait + slope * Math.min(load, mostLoad)) + work;
}

/** A document that has come through stages, in their order; `endedAt` is undefined while it is in the fleet. */
interface PastDocument {
  readonly steps: readonly PassedStage[];
  readonly arrivedAt: number;
  readonly endedAt: number | undefined;
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
    const { runId, tenantId, lane, mediaType, sizeBytes, pageCount } = first;
    const at = steps.find((step) => step.at > time);
    const stage = at?.stage ?? workStages[indexOf(steps.at(-1)?.stage ?? null) + 1] ?? null;
    return [{ runId, tenantId, lane, stage, createdAt: arrivedAt, mediaType, sizeBytes, pageCount }];
  });
}

/** What became of a document since it came to a stage, and what would have been estimated then. */
interface Comparison {
  readonly lane: Lane;
  readonly parts: Parts;
  readonly tookMs: number;
  readonly workedMs: number;
}

/** By stage; undefined where no document has come that far and ended. */
export function experienceOf(
  passed: readonly PassedStage[],
  stages: readonly StageTimes[],
): readonly (Experience | undefined)[] {
  const past = pastDocuments(passed);
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
      const parts = partsOf(document, openAt(cameAt, past), stages, { leftOut: here.runId });
      const workedMs = steps
        .filter((step) => indexOf(step.stage) >= indexOf(stage))
        .reduce((sum, { activeMs }) => sum + activeMs, 0);
      return [{ lane: here.lane, parts, tookMs: endedAt - cameAt, workedMs }];
    });
    return compared.length === 0 ? undefined : learnt(compared);
  });
}

/** Fits what was waited to what would have been estimated, and looks at what is left (as conformal prediction does). */
function learnt(compared: readonly Comparison[]): Experience {
  const waited = ({ tookMs, workedMs }: Comparison): number => tookMs - workedMs;
  const plane = fitPlane(
    compared.map((each) => ({ x: each.parts.wait, y: each.parts.load, value: waited(each) })),
    {
      first: 1,
      second: 0,
      weight: trustInQueue * Math.max(1, meanOf(compared.map(({ tookMs }) => tookMs))) ** 2,
    },
  );
  const extraOf = byLane(compared, (own) =>
    quantile(
      own.map((each) => waited(each) - plane.first * each.parts.wait - plane.second * each.parts.load),
      0.5,
    ),
  );
  const fitted: Fitted = {
    ...plane,
    extraOf,
    mostLoad: Math.max(...compared.map(({ parts }) => parts.load)),
  };
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

/** The value that a share of the values is below, by nearest rank, counting one more value than there are. */
function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const rank = share < 0.5 ? Math.floor(share * (sorted.length + 1)) : Math.ceil(share * (sorted.length + 1));
  return sorted[Math.min(sorted.length, Math.max(1, rank)) - 1] ?? 0;
}
