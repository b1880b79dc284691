import {
  poolOf,
  stageTopics,
  topicInPool,
  type DeadLetter,
  type DocumentSubmitted,
  type ExtractionTask,
  type Pool,
  type RunContext,
  type StageEvent,
  type TopicName,
  type TopicValues,
  type TaskStage,
} from '@docfleet/contracts';
import {
  dayOf,
  FailureError,
  headerNames,
  stageNames,
  writeOrigin,
  type Delivery,
  type Lane,
  type StageName,
} from '@docfleet/domain';

type TaskOf<S extends TaskStage> = TopicValues[`${S}.dead-letter`];

/** A dead letter whose run is known. */
export type RunDeadLetter = DeadLetter & {
  readonly runId: string;
  readonly tenantId: string;
  readonly revision: number;
};

/** @throws FailureError `NOT_REDRIVABLE` for a record that could not be decoded */
export function requireRun(deadLetter: DeadLetter): RunDeadLetter {
  const { runId, tenantId, revision } = deadLetter;
  if (runId === null || tenantId === null || revision === null) throw new FailureError('NOT_REDRIVABLE');
  return { ...deadLetter, runId, tenantId, revision };
}

/** @throws FailureError `NOT_REDRIVABLE` for a stage that this release does not know */
export function stageOf({ stage }: DeadLetter): StageName {
  const known = stageNames.find((name) => name === stage);
  if (known === undefined) throw new FailureError('NOT_REDRIVABLE');
  return known;
}

/** Topic and headers of a redriven record. */
export interface RedriveTarget {
  readonly topic: TopicName;
  readonly headers: Readonly<Record<string, string>>;
}

/** When a revision begins, and how long it may last, in milliseconds. */
export interface RevisionTime {
  readonly at: number;
  readonly runExpiryMs: number;
}

/** The context of the next revision: attempts, budget and expiry start anew, everything else is the run's. */
export function nextRevision(context: RunContext, time: RevisionTime): RunContext {
  return {
    ...context,
    revision: context.revision + 1,
    round: 0,
    usedMs: 0,
    timings: [],
    expiresAt: time.at + time.runExpiryMs,
  };
}

/**
 * The task of the next revision, for the stage's own topic in the run's lane; one of extraction goes to the pool that its
 * documents have now, which may be another than the one it failed in.
 */
export function redrivenTask<S extends TaskStage>(
  stage: S,
  task: TaskOf<S>,
  options: RevisionTime & { readonly pools: readonly Pool[] },
): { readonly topic: `${S}.tasks.${Lane}`; readonly value: TaskOf<S> } {
  const context = nextRevision(task.context, options);
  const pool = stage === 'extraction' ? poolOf(documentsOf(task), options.pools) : null;
  return {
    topic: topicInPool(`${stage}.tasks.${context.lane}` as const, pool),
    value: { ...task, context },
  };
}

function documentsOf(task: TaskOf<TaskStage>): ExtractionTask['documents'] {
  return 'documents' in task ? task.documents : [];
}

/**
 * Where a submission is redriven: unchanged, to preprocess's own retry topic. Headers in the topics of submissions are
 * not trusted, because tenants write there. In the retry topic the origin header identifies the claim of the record and,
 * for an accepted run, the revision. A submission that was never accepted is simply submitted again (`revision` 1).
 */
export function submissionTarget(
  delivery: Delivery,
  options: { readonly revision: number; readonly at: number },
): RedriveTarget {
  const { revision, at } = options;
  const [first] = stageTopics('preprocess').retries;
  if (first === undefined) throw new Error('preprocess has no retry topic');
  const { topic, partition, offset, timestampMs, clusterId } = delivery.origin;
  const origin = { topic, partition, offset, timestampMs, clusterId };
  return {
    topic: first.topic,
    headers: {
      [headerNames.attempt]: '1',
      [headerNames.accepted]: String(revision > 1),
      [headerNames.origin]: writeOrigin(revision === 1 ? origin : { ...origin, redrive: { revision, at } }),
      ...(delivery.lane === null ? {} : { [headerNames.lane]: delivery.lane }),
    },
  };
}

/**
 * The event that makes the ledger show the new revision at once; the stage's own events follow. It must be published
 * after the task, so that a revision in the read model always has a record in its stage's topic.
 */
export function redriveEvent(
  deadLetter: RunDeadLetter,
  run: Pick<
    StageEvent,
    'requestId' | 'documentId' | 'lane' | 'claimDate' | 'acceptedAt' | 'region' | 'callbackUrl'
  >,
  { at, runExpiryMs }: RevisionTime,
): StageEvent {
  const { runId, tenantId, revision, stage, partition, offset } = deadLetter;
  return {
    ...run,
    runId,
    tenantId,
    revision: revision + 1,
    stage,
    kind: 'accepted',
    attempt: 1,
    at,
    expiresAt: at + runExpiryMs,
    queuedMs: 0,
    activeMs: 0,
    code: null,
    detail: 'redriven',
    pageCount: 0,
    source: { topic: `${stage}.dead-letter`, partition, offset: offset.toString() },
    round: 0,
  };
}

/** The facts of the run that an accepted submission became, as its redrive event needs them. */
export function runOfSubmission(
  task: DocumentSubmitted,
  { origin, lane }: Delivery,
  fleetRegion: string,
): Parameters<typeof redriveEvent>[1] {
  const { requestId, documentId, callbackUrl } = task;
  return {
    requestId,
    documentId,
    callbackUrl,
    claimDate: dayOf(origin.timestampMs),
    lane: lane ?? 'normal',
    acceptedAt: origin.timestampMs,
    region: task.region ?? fleetRegion,
  };
}
