import { lanes, stageNames, type FailureCode, type Lane, type StageName } from '@docfleet/domain';
import { drawFrom, type Draw } from './draw.ts';
import {
  boundaries,
  plannedClasses,
  workStages,
  type Behaviour,
  type Boundary,
  type Plan,
  type PlannedDocument,
  type PlannedFault,
  type PlannedPools,
  type PlannedReview,
} from './plan.ts';
import { drawTheme, type FaultKind, type Theme } from './theme.ts';

const minute = 60_000;

/** Time window of faults, in milliseconds; longer faults end with it. */
const faultWindowMs = 3 * minute;

/** The schedule of a seed. */
export function makePlan(seed: number): Plan {
  const draw = drawFrom(seed);
  const people = drawFrom(seed ^ 0x2545f491);
  const theme = drawTheme(draw);
  const crowded = draw.pick(lanes);
  const documents = times(draw.between(...theme.documents), (index) =>
    withPeople(people, makeDocument(draw, theme, { index, crowded })),
  );
  const faults = times(draw.between(2, 7), () => makeFault(draw, theme, documents));
  const small = draw.chance(0.3);
  return {
    seed,
    documents,
    faults: faults.toSorted((a, b) => a.atMs - b.atMs),
    membersPerStage: draw.between(2, 3),
    slots: draw.between(...theme.slots),
    maxRecords: small ? draw.between(2, 4) : 10_000,
    maxFetchRecords: small ? draw.between(1, 3) : 500,
    partitions: draw.pick(theme.partitions),
    storeSlowMs: draw.pick(theme.storeSlowMs),
    latencyMs: draw.pick([
      [1, 1],
      [1, 10],
      [1, 60],
      [20, 400],
    ] as const),
    ledgerLagMs: draw.pick([0, 200, 5000, minute]),
    redrives: draw.chance(0.5),
    review: makeReview(people),
    faultsEndAtMs: faultWindowMs + minute,
    pools: makePools(draw, theme),
  };
}

/** Pools that come, change their classes and go while documents are on their way. */
function makePools(draw: Draw, { spreadMs }: Theme): readonly PlannedPools[] {
  if (draw.chance(0.6)) return [];
  const lastMs = draw.chance(0.5) ? spreadMs[0] + 10_000 : faultWindowMs;
  const times = [0, ...Array.from({ length: draw.between(1, 3) }, () => draw.between(1, lastMs))];
  return times
    .toSorted((a, b) => a - b)
    .map((atMs) => ({
      atMs,
      pools: ['left', 'right'].flatMap((name, index) => {
        if (draw.chance(0.4)) return [];
        return [
          {
            name,
            classes: draw.chance(0.8)
              ? [draw.chance(0.5) ? 'letter' : (plannedClasses[index * 2] ?? '')]
              : [],
          },
        ];
      }),
      routersAfterMs: draw.between(0, 30_000),
      commonAfterMs: draw.between(0, 30_000),
      poolsAfterMs: draw.between(0, 30_000),
      kills: draw.chance(0.4),
    }));
}

function makeReview(draw: Draw): PlannedReview {
  return {
    reviewers: draw.between(1, 3),
    awakeFromMs: draw.chance(0.7) ? draw.between(0, 5 * minute) : draw.between(30, 90) * minute,
    thinksForMs: draw.chance(0.7) ? draw.between(100, 20_000) : draw.between(1, 10) * minute,
    sendsBackRounds: draw.pick([0, 0, 1, 2]),
    sendsTwice: draw.chance(0.5),
  };
}

/** A third of the documents need a person, some of them not at every attempt, as when the level of the fleet changes. */
function withPeople(draw: Draw, document: PlannedDocument): PlannedDocument {
  if (draw.chance(0.65)) return document;
  const needsPerson = draw.chance(0.5) ? [true] : times(draw.between(2, 4), () => draw.chance(0.6));
  return { ...document, needsPerson };
}

/** The first three documents are in different lanes; most of the others are in the crowded one. */
function makeDocument(
  draw: Draw,
  theme: Theme,
  { index, crowded }: { readonly index: number; readonly crowded: Lane },
): PlannedDocument {
  const submittedAtMs = draw.between(0, theme.spreadMs[draw.chance(0.5) ? 0 : 1]);
  const named = draw.chance(0.85);
  const lane = lanes[index] ?? (draw.chance(theme.crowd) ? crowded : draw.pick(lanes));
  const repeats = named && draw.chance(0.25) ? times(draw.between(1, 2), () => repeat(draw, lane)) : [];
  return {
    name: `document-${String(index)}`,
    documentClass: plannedClasses[index % plannedClasses.length] ?? 'letter',
    tenantId: tenantOf(index, draw.pick(['beta', 'beta', 'acme'])),
    requestId: named ? `request-${String(index)}` : null,
    lane,
    submittedAtMs,
    behaviour: makeBehaviour(draw, theme),
    repeats,
    needsPerson: [],
    conflictAtMs: named && draw.chance(0.15) ? draw.between(0, 2 * minute) : null,
    expiresAfterMs: draw.chance(0.15) ? draw.between(1, 20) * minute : 24 * 60 * minute,
  };
}

function repeat(draw: Draw, lane: PlannedDocument['lane']): PlannedDocument['repeats'][number] {
  return { atMs: draw.between(0, 2 * minute), lane: draw.chance(0.8) ? lane : draw.pick(lanes) };
}

const documentFaults: readonly FailureCode[] = ['DOC_CORRUPT', 'PASSWORD_REQUIRED', 'PAGE_TOO_LARGE'];
const infrastructureFaults: readonly FailureCode[] = [
  'STORE_UNAVAILABLE',
  'ENGINE_UNAVAILABLE',
  'WORKER_CRASHED',
];

function makeBehaviour(draw: Draw, theme: Theme): PlannedDocument['behaviour'] {
  const behaviour: Partial<Record<(typeof workStages)[number], readonly Behaviour[]>> = {};
  for (const stage of workStages) behaviour[stage] = [works(draw, theme)];
  if (draw.chance(1 - theme.trouble)) return behaviour;
  const stage = draw.pick(workStages);
  behaviour[stage] = [...trouble(draw), works(draw, theme)];
  return behaviour;
}

function works(draw: Draw, { workMs, longShare }: Theme): Behaviour {
  return { kind: 'works', ms: draw.chance(longShare) ? draw.between(5000, 60_000) : draw.between(...workMs) };
}

function trouble(draw: Draw): readonly Behaviour[] {
  const fails = (code: FailureCode): Behaviour => ({ kind: 'fails', ms: draw.between(0, 2000), code });
  switch (draw.between(0, 6)) {
    case 0:
      return times(draw.between(1, 2), () => fails(draw.pick(infrastructureFaults)));
    case 1:
      return times(draw.between(3, 9), () => fails(draw.pick(infrastructureFaults)));
    case 2:
      return times(20, () => fails('ENGINE_UNAVAILABLE'));
    case 3:
      return [fails(draw.pick(documentFaults))];
    case 4:
      return [{ kind: 'hangs', ms: draw.between(100_000, 400_000) }];
    case 5:
      return times(draw.between(1, 2), (): Behaviour => ({ kind: 'kills' }));
    default:
      return [{ kind: 'floods', ms: draw.between(0, 1000) }];
  }
}

/** The boundaries of a stage. */
export function boundariesOf(stage: StageName): readonly Boundary[] {
  return boundaries.filter((boundary) => {
    switch (boundary) {
      case 'claim':
      case 'pages':
        return stage === 'preprocess';
      case 'bundle':
      case 'outcome':
      case 'look':
        return stage === 'integration';
      case 'work':
      case 'worked':
      case 'records':
      case 'offset':
      case 'commit':
      case 'committed':
      case 'doubt':
        return true;
    }
  });
}

/** Half of the faults hit integration, where a missing or duplicated terminal event would come from. */
function anyStage(draw: Draw, { stage }: Theme): StageName {
  if (stage !== null && draw.chance(0.75)) return stage;
  return draw.chance(0.45) ? 'integration' : draw.pick(stageNames);
}

const faultWeights: Readonly<Record<FaultKind, number>> = {
  'stop-at': 24,
  kill: 6,
  pause: 8,
  'commit-answer-lost': 5,
  'commit-lost': 5,
  'commit-late': 5,
  'markers-late': 5,
  rebalance: 8,
  'membership-lost': 3,
  'scale-up': 3,
  'scale-down': 3,
  'rolling-restart': 3,
  'brokers-down': 3,
  'database-down': 4,
  'store-down': 3,
  'registry-down': 3,
  'breaker-open': 4,
  'lane-paused': 5,
  'database-answers-lost': 4,
  'store-answers-lost': 3,
  rewind: 6,
  'metadata-lost': 5,
  'terminal-transaction-open': 5,
  undecodable: 3,
  unverified: 2,
  'log-duplicate': 4,
  'ending-elsewhere': 12,
  cancel: 16,
};

const faultKinds = (Object.keys(faultWeights) as FaultKind[]).flatMap((kind) =>
  Array.from({ length: faultWeights[kind] }, () => kind),
);

function makeFault(draw: Draw, theme: Theme, documents: readonly PlannedDocument[]): PlannedFault {
  const kind = theme.kinds.length > 0 && draw.chance(0.75) ? draw.pick(theme.kinds) : draw.pick(faultKinds);
  const atMs = draw.between(0, draw.chance(0.6) ? theme.faultsWithinMs : faultWindowMs);
  const stage = anyStage(draw, theme);
  const member = draw.between(0, 2);
  switch (kind) {
    case 'stop-at': {
      const favoured = theme.boundaries.filter((boundary) => boundariesOf(stage).includes(boundary));
      const boundary = draw.pick(favoured.length > 0 && draw.chance(0.6) ? favoured : boundariesOf(stage));
      const how = draw.chance(0.5) ? 'kill' : 'pause';
      // A pause is shorter or longer than the session timeout: partitions stay or move.
      const pauseMs = draw.chance(0.3) ? draw.between(100, 5000) : draw.between(9000, 60_000);
      const forMs = how === 'kill' ? draw.between(1000, 30_000) : pauseMs;
      const after = draw.between(0, 3);
      const common = { atMs, kind, stage, boundary, after, losesMetadata: draw.chance(0.4) };
      // The owner is paused between claim and event, shorter than the session timeout.
      if (boundary === 'outcome' && draw.chance(0.5))
        return { ...common, how: 'pause', forMs: draw.between(500, 6000), sendsElsewhere: true };
      // Removed metadata matters to an owner that still has the partition.
      if (boundary === 'doubt' && common.losesMetadata)
        return { ...common, how: 'pause', forMs: draw.between(10, 3000), sendsElsewhere: false };
      if (draw.chance(0.25)) return { ...common, how: 'rebalance', forMs, sendsElsewhere: false };
      return { ...common, how, forMs, sendsElsewhere: false };
    }
    case 'kill':
    case 'pause':
      return { atMs, kind, stage, member, forMs: draw.between(1000, minute) };
    case 'commit-answer-lost':
    case 'commit-lost':
    case 'commit-late':
    case 'markers-late':
      return { atMs, kind, stage, forMs: draw.between(1, 30_000), times: draw.between(1, 3) };
    case 'rebalance':
      return { atMs, kind, stage, rotate: draw.chance(0.5) };
    case 'membership-lost':
    case 'scale-down':
      return { atMs, kind, stage, member };
    case 'scale-up':
    case 'rolling-restart':
      return { atMs, kind, stage };
    case 'brokers-down':
    case 'database-down':
    case 'store-down':
    case 'registry-down':
      return { atMs, kind, forMs: draw.between(1000, minute) };
    case 'breaker-open':
      return { atMs, kind, stage, forMs: draw.between(1000, minute) };
    case 'lane-paused': {
      const lane = draw.chance(0.7) ? draw.pick(lanes) : null;
      return { atMs, kind, stage, lane, forMs: draw.between(1000, minute) };
    }
    case 'database-answers-lost':
    case 'store-answers-lost':
      return { atMs, kind, calls: draw.between(1, 4) };
    case 'rewind':
      return { atMs, kind, stage, partition: draw.between(0, 5), by: draw.between(1, 6) };
    case 'metadata-lost':
      return { atMs, kind, stage, partition: draw.between(0, 5), isDamaged: draw.chance(0.4) };
    case 'terminal-transaction-open':
      return { atMs, kind, terminal: draw.pick(['completed', 'failed']), forMs: draw.between(1000, minute) };
    case 'unverified':
      return { atMs, kind, document: draw.between(0, documents.length - 1) };
    case 'undecodable':
      return { atMs, kind, stage, lane: draw.pick(lanes) };
    case 'log-duplicate':
      return { atMs, kind, stage, pick: draw.between(0, 1000) };
    case 'ending-elsewhere':
      return { atMs, kind, pick: draw.between(0, 1000), lane: draw.pick(lanes) };
    case 'cancel': {
      const document = draw.between(0, documents.length - 1);
      const submittedAtMs = documents[document]?.submittedAtMs ?? 0;
      return {
        atMs: draw.chance(0.8) ? submittedAtMs + draw.between(0, 10_000) : atMs,
        kind,
        document,
        againMs: draw.chance(0.4) ? draw.between(1, minute) : null,
        gatewayDies: draw.chance(0.4),
      };
    }
  }
}

function times<T>(count: number, make: (index: number) => T): readonly T[] {
  return Array.from({ length: count }, (_, index) => make(index));
}

/** The first two documents are of different tenants, so that every schedule has two. */
function tenantOf(index: number, drawn: string): string {
  if (index === 1) return 'beta';
  return index % 2 === 0 ? 'acme' : drawn;
}
