import {
  stageTopics,
  type DocumentSubmitted,
  type RunContext,
  type StageEvent,
  type TaskStage,
  type TopicName,
  type TopicValues,
} from '@docfleet/contracts';
import type { DeadLetter } from '@docfleet/database';
import { FailureError, runExpiryMs, stageNames, type Lane, type StageName } from '@docfleet/domain';
import { type Delivery, headerNames, writeOrigin } from '@docfleet/record-log';

type TaskOf<S extends TaskStage> = TopicValues[`${S}.dead-letter`];

/** A dead letter that belongs to a run. */
export type LetterOfRun = DeadLetter & {
  readonly runId: string;
  readonly tenantId: string;
  readonly revision: number;
};

/** @throws FailureError `NOT_REDRIVABLE` for a record that no schema reads */
export function letterOfRun(letter: DeadLetter): LetterOfRun {
  const { runId, tenantId, revision } = letter;
  if (runId === null || tenantId === null || revision === null) throw new FailureError('NOT_REDRIVABLE');
  return { ...letter, runId, tenantId, revision };
}

export function stageOf({ stage }: DeadLetter): StageName {
  const known = stageNames.find((name) => name === stage);
  if (known === undefined) throw new FailureError('NOT_REDRIVABLE');
  return known;
}

/** Where and how a dead letter is sent again. */
export interface Delivered {
  readonly topic: TopicName;
  readonly headers: Readonly<Record<string, string>>;
}

/** The context of a run that starts over at a stage: attempts, budget and time are fresh, the rest is the run's. */
export function nextRevision(context: RunContext, at: number): RunContext {
  return {
    ...context,
    revision: context.revision + 1,
    usedMs: 0,
    timings: [],
    expiresAt: at + runExpiryMs,
  };
}

/** The task of the next revision, for the stage's own topic, in the lane of its run. */
export function taskAgain<S extends TaskStage>(
  stage: S,
  task: TaskOf<S>,
  at: number,
): { readonly topic: `${S}.tasks.${Lane}`; readonly value: TaskOf<S> } {
  const context = nextRevision(task.context, at);
  return { topic: `${stage}.tasks.${context.lane}`, value: { ...task, context } };
}

/**
 * How a submission is sent again: unchanged, through preprocess's own retry topic. Tenants write to the topics of
 * submissions, so that no header is believed there; here the origin says whose claim the record has, and, for a run
 * that was accepted, which revision this is. One that was never accepted is simply the submission again.
 */
export function submissionAgain(
  delivery: Delivery,
  options: { readonly revision: number; readonly at: number },
): Delivered {
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
 * Tells the ledger at once that the revision is on its way; the stage tells it again. It follows the task: a revision
 * that is told of is in its stage's topic.
 */
export function acceptedAgain(
  letter: LetterOfRun,
  run: Pick<
    StageEvent,
    'requestId' | 'documentId' | 'lane' | 'claimDate' | 'acceptedAt' | 'region' | 'callbackUrl'
  >,
  at: number,
): StageEvent {
  const { runId, tenantId, revision, stage, partition, offset } = letter;
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
  };
}

/** Which run an accepted submission became, as far as the ledger is to know. */
export function runOfSubmission(
  task: DocumentSubmitted,
  { origin, lane }: Delivery,
  fleetRegion: string,
): Parameters<typeof acceptedAgain>[1] {
  const { requestId, documentId, callbackUrl } = task;
  return {
    requestId,
    documentId,
    callbackUrl,
    claimDate: new Date(origin.timestampMs).toISOString().slice(0, 10),
    lane: lane ?? 'normal',
    acceptedAt: origin.timestampMs,
    region: task.region ?? fleetRegion,
  };
}
