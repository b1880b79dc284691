import { stageNames, type StageName } from '@docfleet/domain';
import type { Draw } from './draw.ts';
import type { Boundary, PlannedFault } from './plan.ts';

export type FaultKind = PlannedFault['kind'];

/** What a schedule is mostly about. Some situations need several unlikely things at once and would hardly ever come up. */
export interface Theme {
  readonly documents: readonly [min: number, max: number];
  /** Share of the documents after the third that are in the crowded lane. */
  readonly crowd: number;
  /** Half of the documents are submitted within the first of these times, half within the second. */
  readonly spreadMs: readonly [number, number];
  readonly workMs: readonly [min: number, max: number];
  /** Share of work that takes many times as long. */
  readonly longShare: number;
  /** Share of documents that give trouble somewhere. */
  readonly trouble: number;
  readonly slots: readonly [min: number, max: number];
  readonly partitions: readonly (1 | 2)[];
  /** The store takes up to one of these longer. */
  readonly storeSlowMs: readonly number[];
  /** Where most faults strike, and of which kinds they are; none: everywhere and all. */
  readonly stage: StageName | null;
  readonly kinds: readonly FaultKind[];
  /** Where processes are mostly stopped; none: anywhere. */
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

/** Much work in one partition, out of order, while its group changes and its commits are in doubt. */
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

/** Many endings at once, contested and interrupted. */
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

/** More than the stages can work at once, of two tenants, in little time: whose turn is it? */
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
  kinds: ['breaker-open', 'cancel', 'pause', 'scale-down', 'database-away', 'registry-away'],
  boundaries: [],
  faultsWithinMs: 20_000,
};

export function drawTheme(draw: Draw): Theme {
  const share = draw.number();
  if (share < 0.02) return flood;
  if (share < 0.5) return mixed;
  return share < 0.75 ? { ...crowded, stage: draw.pick(stageNames) } : endings;
}
