import { stageNames, type StageName } from '@docfleet/domain';
import type { Draw } from './draw.ts';
import type { Boundary, PlannedFault } from './plan.ts';

export type FaultKind = PlannedFault['kind'];

/** Emphasis of a schedule. Some situations need several unlikely events at once and would be too rare without it. */
export interface Theme {
  readonly documents: readonly [min: number, max: number];
  /** Share of the documents after the third that are in the crowded lane. */
  readonly crowd: number;
  /** Half of the documents are submitted within the first of these times, half within the second. */
  readonly spreadMs: readonly [number, number];
  readonly workMs: readonly [min: number, max: number];
  /** Share of tasks that take many times as long. */
  readonly longShare: number;
  /** Share of documents that fail in some stage. */
  readonly trouble: number;
  readonly slots: readonly [min: number, max: number];
  readonly partitions: readonly (1 | 2)[];
  /** Choices for the additional latency of the store, in milliseconds. */
  readonly storeSlowMs: readonly number[];
  /** Stage and kinds of most faults; null and empty: any. */
  readonly stage: StageName | null;
  readonly kinds: readonly FaultKind[];
  /** Boundaries at which processes are mostly stopped; empty: any. */
  readonly boundaries: readonly Boundary[];
  readonly faultsWithinMs: number;
}

const usual = { longShare: 0.12, trouble: 0.45 };

const mixed: Theme = {
  ...usual,
  documents: [5, 8],
  crowd: 0.6,
  spreadMs: [2000, 90_000],
  workMs: [1, 1500],
  slots: [1, 3],
  partitions: [1, 2, 2],
  storeSlowMs: [0, 0, 300, 3000],
  stage: null,
  kinds: [],
  boundaries: [],
  faultsWithinMs: 30_000,
};

/** Many tasks in one partition that finish out of order, with rebalances and commits in doubt. */
const crowded: Theme = {
  ...usual,
  documents: [7, 11],
  crowd: 0.9,
  spreadMs: [5000, 60_000],
  workMs: [1, 12_000],
  slots: [2, 4],
  partitions: [1],
  storeSlowMs: [0, 0, 300],
  stage: null,
  kinds: [
    'rebalance',
    'rebalance',
    'stop-at',
    'stop-at',
    'pause',
    'commit-answer-lost',
    'metadata-lost',
    'membership-lost',
  ],
  boundaries: ['doubt', 'worked', 'records', 'commit'],
  faultsWithinMs: 60_000,
};

/** Many concurrent endings, contested and interrupted. */
const endings: Theme = {
  ...usual,
  documents: [6, 10],
  crowd: 0.8,
  spreadMs: [300, 5000],
  workMs: [1, 200],
  slots: [2, 4],
  partitions: [1, 2, 2],
  storeSlowMs: [0, 300, 3000, 3000],
  stage: 'integration',
  kinds: [
    'stop-at',
    'stop-at',
    'stop-at',
    'cancel',
    'ending-elsewhere',
    'rewind',
    'metadata-lost',
    'rebalance',
    'terminal-transaction-open',
    'database-answers-lost',
    'commit-answer-lost',
  ],
  boundaries: ['doubt', 'doubt', 'outcome', 'look'],
  faultsWithinMs: 12_000,
};

/** More documents of two tenants than the stages can execute at once, to check fairness. */
const flood: Theme = {
  documents: [24, 32],
  crowd: 0.7,
  spreadMs: [300, 3000],
  workMs: [300, 1500],
  longShare: 0,
  trouble: 0,
  slots: [1, 2],
  partitions: [1, 2],
  storeSlowMs: [0],
  stage: null,
  kinds: ['breaker-open', 'lane-paused', 'cancel', 'pause', 'scale-down', 'database-down', 'registry-down'],
  boundaries: [],
  faultsWithinMs: 20_000,
};

export function drawTheme(draw: Draw): Theme {
  const share = draw.number();
  if (share < 0.02) return flood;
  if (share < 0.5) return mixed;
  return share < 0.75 ? { ...crowded, stage: draw.pick(stageNames) } : endings;
}
