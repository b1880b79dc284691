import { lanes, stageNames, type Lane } from '@docfleet/domain';
import { etaErrorsOf, type EstimatedDocument, type EtaErrors } from './eta.ts';
import { spreadOf, type Spread } from './percentile.ts';

/** A document of the benchmark that has ended. */
export interface EndedDocument extends EstimatedDocument {
  readonly lane: Lane;
  readonly status: string;
  /** One entry an attempt of a stage, and one for each part of a stage that is timed on its own. */
  readonly timings: readonly {
    readonly stage: string;
    readonly queuedMs: number;
    readonly activeMs: number;
  }[];
}

/** What processes used at one moment. */
export interface Usage {
  /** Seconds of processor time since their start, by name of the process. */
  readonly cpuSeconds: Readonly<Record<string, number>>;
  /** Seconds that all processors of the machine were busy since its start, whoever kept them busy. */
  readonly machineBusySeconds: number;
  /** Memory of the services, pages that several share counted once, in bytes. */
  readonly memoryBytes: number;
}

/** Usage before the first document, when a number of documents had ended, and at the end. */
export interface UsageOverTime {
  readonly before: Usage;
  readonly afterFirst: Usage | null;
  readonly after: Usage;
}

/** What was measured in one run of the benchmark. */
export interface Figures {
  readonly documents: number;
  /** Documents that have a result. */
  readonly completed: number;
  /** Documents that ended without one. */
  readonly failed: number;
  readonly wallSeconds: number;
  readonly documentsPerHour: number;
  /** From sending to the end, in seconds. */
  readonly latencySeconds: Spread;
  readonly latencySecondsByLane: Readonly<Partial<Record<Lane, Spread>>>;
  /** Waiting for the stage, and at work in it, in seconds. */
  readonly stages: Readonly<Record<string, { readonly queued: Spread; readonly active: Spread }>>;
  /** Of the estimated times to the end, for the documents that were asked about. */
  readonly etaErrors: EtaErrors;
  readonly cpuSecondsPerDocument: Readonly<Record<string, number>>;
  readonly memoryMegabytes: number;
  /** Growth of memory over the first 50 documents, in percent; null with fewer. */
  readonly memoryGrowthPercentOver50: number | null;
  /** The same over all documents. */
  readonly memoryGrowthPercent: number;
  /** Busy time of the machine's processors / that of fleet and servers: 1 on a machine of its own. */
  readonly otherWork: number;
}

/** Number of documents after which memory is compared (O-06). */
export const memoryDocuments = 50;

/** @throws Error when no document has ended */
export function figuresOf(ended: readonly EndedDocument[], usage: UsageOverTime): Figures {
  if (ended.length === 0) throw new Error('no document has ended');
  const beganAtMs = Math.min(...ended.map(({ submittedAtMs }) => submittedAtMs));
  const wallSeconds = (Math.max(...ended.map(({ endedAtMs }) => endedAtMs)) - beganAtMs) / 1000;
  const completed = ended.filter(({ status }) => status.startsWith('completed')).length;
  const { before, afterFirst, after } = usage;
  const used = Object.keys(after.cpuSeconds).map(
    (name) => [name, (after.cpuSeconds[name] ?? 0) - (before.cpuSeconds[name] ?? 0)] as const,
  );
  const all = used.reduce((sum, [, seconds]) => sum + seconds, 0);
  const perDocument = (seconds: number): number => rounded(seconds / ended.length, 1000);
  return {
    documents: ended.length,
    completed,
    failed: ended.length - completed,
    wallSeconds: rounded(wallSeconds, 10),
    documentsPerHour: Math.round((ended.length / wallSeconds) * 3600),
    latencySeconds: latencyOf(ended),
    latencySecondsByLane: Object.fromEntries(
      lanes.flatMap((lane) => {
        const own = ended.filter((document) => document.lane === lane);
        return own.length === 0 ? [] : [[lane, latencyOf(own)] as const];
      }),
    ),
    stages: Object.fromEntries(
      stageNames.flatMap((stage) => {
        const timings = ended.flatMap((document) => document.timings.filter((each) => each.stage === stage));
        if (timings.length === 0) return [];
        const queued = spreadOf(timings.map(({ queuedMs }) => queuedMs / 1000));
        return [
          [stage, { queued, active: spreadOf(timings.map(({ activeMs }) => activeMs / 1000)) }] as const,
        ];
      }),
    ),
    etaErrors: etaErrorsOf(ended),
    cpuSecondsPerDocument: Object.fromEntries([
      ['all', perDocument(all)],
      ...used.map(([name, seconds]) => [name, perDocument(seconds)] as const),
    ]),
    memoryMegabytes: Math.round(after.memoryBytes / 1e6),
    memoryGrowthPercentOver50: afterFirst === null ? null : growthPercent(before, afterFirst),
    memoryGrowthPercent: growthPercent(before, after),
    otherWork: rounded(Math.max(1, (after.machineBusySeconds - before.machineBusySeconds) / all), 100),
  };
}

function latencyOf(ended: readonly EndedDocument[]): Spread {
  return spreadOf(ended.map(({ submittedAtMs, endedAtMs }) => (endedAtMs - submittedAtMs) / 1000));
}

function growthPercent(before: Usage, after: Usage): number {
  return rounded((after.memoryBytes / before.memoryBytes - 1) * 100, 10);
}

function rounded(value: number, parts: number): number {
  return Math.round(value * parts) / parts;
}

/** The floors of O-06. Times are compared without the share that other work on the machine took. */
export const floors = {
  documentsPerHour: 170,
  p50Seconds: 12,
  p95Seconds: 21.2,
  memoryGrowthPercentOver50: 20,
} as const;

/** A floor, and what was measured beside it. */
export interface ComparedFloor {
  readonly name: string;
  readonly floor: number;
  /** As measured; null: too few documents for it. */
  readonly ours: number | null;
  readonly isKept: boolean;
  /** What falls short, as a sentence without a full stop. */
  readonly shortfall: string;
}

/** Each floor with what was measured. One that was not measured is kept. */
export function compareWithFloors(figures: Figures): readonly ComparedFloor[] {
  const { documentsPerHour, latencySeconds, memoryGrowthPercentOver50: growth, otherWork, failed } = figures;
  const { p50, p95 } = latencySeconds;
  return [
    {
      name: 'documents without a result, at most',
      floor: 0,
      ours: failed,
      isKept: failed === 0,
      shortfall: `${failed} documents ended without a result`,
    },
    {
      name: 'documents an hour, at least',
      floor: floors.documentsPerHour,
      ours: documentsPerHour,
      isKept: documentsPerHour * otherWork >= floors.documentsPerHour,
      shortfall: `${documentsPerHour} documents an hour are fewer than ${floors.documentsPerHour}`,
    },
    {
      name: 'p50 from sending to the end in seconds, at most',
      floor: floors.p50Seconds,
      ours: p50,
      isKept: p50 / otherWork <= floors.p50Seconds,
      shortfall: `p50 of ${p50} s is longer than ${floors.p50Seconds} s`,
    },
    {
      name: 'p95, at most',
      floor: floors.p95Seconds,
      ours: p95,
      isKept: p95 / otherWork <= floors.p95Seconds,
      shortfall: `p95 of ${p95} s is longer than ${floors.p95Seconds} s`,
    },
    {
      name: `growth of memory over ${memoryDocuments} documents in percent, at most`,
      floor: floors.memoryGrowthPercentOver50,
      ours: growth,
      isKept: growth === null || growth <= floors.memoryGrowthPercentOver50,
      shortfall: `memory grew by ${growth} % over ${memoryDocuments} documents, more than ${floors.memoryGrowthPercentOver50} %`,
    },
  ];
}

/** What falls short of the floors, one line each. */
export function belowFloors(figures: Figures): readonly string[] {
  return compareWithFloors(figures).flatMap(({ isKept, shortfall }) => (isKept ? [] : [shortfall]));
}
