import type {
  DocumentCompleted,
  DocumentFailed,
  DocumentRejected,
  StageEvent,
  StageTiming,
  Run,
} from '@docfleet/contracts';
import { runExpiryMs, stageIndex, stageNames, type StageName } from '@docfleet/domain';

/** One record of the log, as a fact about a run. */
export type Fact =
  | { readonly kind: 'event'; readonly event: StageEvent }
  | { readonly kind: 'completed'; readonly end: DocumentCompleted }
  | { readonly kind: 'failed'; readonly end: DocumentFailed }
  | { readonly kind: 'rejected'; readonly runId: string; readonly rejection: DocumentRejected };

/** The run after a fact was applied. */
export interface Projection {
  readonly run: Run;
  /** True for the first fact that proves this revision accepted. */
  readonly accepted: boolean;
  /** True for the first terminal event of this revision. */
  readonly ended: boolean;
  /** True for a second, different terminal event of one revision. The fleet guarantees that there is none. */
  readonly doubled: boolean;
}

/**
 * Applies a fact to a run. State only moves forward in (revision, round, stage, attempt), and a terminal event is final. A late
 * fact adds what was unknown and moves nothing back, so the order in which topics are read does not matter. Undefined
 * when the fact makes no run: a duplicate, or an attempt before the claim.
 */
export function project(run: Run | undefined, fact: Fact): Projection | undefined {
  switch (fact.kind) {
    case 'event':
      return projectEvent(run, fact.event);
    case 'completed':
    case 'failed':
      return projectEnd(run, fact);
    case 'rejected':
      return projectRejection(run, fact.rejection);
  }
}

/**
 * Marks a submission of the API as rejected. A rejection changes no accepted run, and the row becomes a run when another
 * record of the same requestId turns out to be accepted.
 */
function projectRejection(run: Run | undefined, rejection: DocumentRejected): Projection | undefined {
  if (run === undefined) return undefined;
  if (run.acceptedAt !== null || run.endedAt !== null) return unchanged(run);
  // Whoever wrote that record is unknown, so it says nothing about the submission that it names.
  if (rejection.code === 'TENANT_UNVERIFIED') return unchanged(run);
  const { code, message, at } = rejection;
  return unchanged({
    ...run,
    status: 'rejected',
    failureCode: code,
    failureMessage: message,
    endedAt: at,
    updatedAt: Math.max(run.updatedAt, at),
    acknowledged: true,
  });
}

/** Removes the rejection from a row, because another record of its requestId was accepted. */
function withoutRejection(run: Run): Run {
  if (run.status !== 'rejected') return run;
  return { ...run, status: 'accepted', endedAt: null, failureCode: null, failureMessage: null };
}

function projectEvent(before: Run | undefined, event: StageEvent): Projection | undefined {
  const stage = stageNames.find((name) => name === event.stage);
  if (stage === undefined || event.kind === 'duplicate') return before && unchanged(before);
  // Only preprocess reports on submissions that may never be accepted; later stages have accepted runs.
  const claimed = event.kind === 'accepted' || stageIndex(stage) > 0;
  if (before === undefined && !claimed) return undefined;
  const known = claimed && before !== undefined ? withoutRejection(before) : (before ?? newRun(event));
  if (event.revision < known.revision) return unchanged(known);
  const revised = event.revision > known.revision ? nextRevision(known, event.revision) : known;
  const accepted = claimed && (revised.acceptedAt === null || revised !== known);
  const current = event.round > revised.round ? nextRound(revised, event.round) : revised;
  // What an earlier round adds, such as a time, moves nothing.
  if (event.round < current.round) return { run: current, accepted, ended: false, doubled: false };
  const isNew = current !== known || current.acceptedAt === null;
  const updated: Run = { ...current, ...(claimed ? factsOfClaim(current, event, isNew) : {}) };
  const moved = moveForward(updated, stage, event);
  return { run: withHold(moved, current, event), accepted, ended: false, doubled: false };
}

/**
 * A run whose task for a person is stored is in review, and stays at that stage whatever else is read of the same round until
 * it ends.
 */
function withHold(run: Run, before: Run, { stage, kind, attempt }: StageEvent): Run {
  if (run.endedAt !== null) return run;
  if (before.status === 'in_review') return { ...run, stage: before.stage, attempt: before.attempt };
  const isHeld = stage === 'review' && kind === 'finished';
  return isHeld ? { ...run, status: 'in_review', stage: 'review', attempt } : run;
}

/**
 * The facts that every event of an accepted run carries. Within a round the time of the expiry only grows: a person may have
 * got more time, of which other events do not know. `isNew`: it is the first event of its round.
 */
function factsOfClaim(run: Run, event: StageEvent, isNew: boolean): Partial<Run> {
  return {
    status: run.endedAt === null && run.status !== 'in_review' ? 'running' : run.status,
    acceptedAt: run.acceptedAt ?? event.acceptedAt,
    claimDate: run.claimDate ?? event.claimDate,
    documentId: run.documentId ?? event.documentId,
    region: run.region ?? event.region,
    callbackUrl: run.callbackUrl ?? event.callbackUrl,
    expiresAt: isNew ? event.expiresAt : Math.max(run.expiresAt, event.expiresAt),
    pageCount: Math.max(run.pageCount, event.pageCount),
    acknowledged: true,
  };
}

function moveForward(run: Run, stage: StageName, event: StageEvent): Run {
  const next = {
    ...run,
    stagesDone: Math.max(run.stagesDone, stagesDoneAfter(stage, event)),
    updatedAt: Math.max(run.updatedAt, event.at),
  };
  if (run.endedAt !== null) {
    // The terminal event has the timings of all stages but integration, whose own is known only afterwards.
    return stage === 'integration' ? { ...next, timings: withTiming(run.timings, stage, event) } : next;
  }
  // Before the claim a run stays in preprocess, whatever the result of the attempt.
  const place = run.acceptedAt === null ? { stage, attempt: event.attempt } : placeAfter(stage, event);
  const further = isFurther(place, run) ? place : { stage: run.stage, attempt: run.attempt };
  return { ...next, ...further, timings: withTiming(run.timings, stage, event) };
}

/** `integration` also finishes failed runs, so its events do not count as a completed stage. */
function stagesDoneAfter(stage: StageName, { kind }: StageEvent): number {
  return kind === 'finished' && stage !== 'integration' ? stageIndex(stage) + 1 : 0;
}

interface Place {
  readonly stage: StageName | null;
  readonly attempt: number;
}

/** The stage that has the run after an event, or waits for it; after validation the last one that is known. */
function placeAfter(stage: StageName, { kind, attempt }: StageEvent): Place {
  switch (kind) {
    case 'accepted':
    case 'skipped':
    case 'duplicate':
      return { stage, attempt };
    case 'retrying':
      return { stage, attempt: attempt + 1 };
    case 'finished':
      // Most results wait for no person: which stage has the run now is known once that stage tells.
      if (stage === 'validation') return { stage, attempt };
      return { stage: stageNames[stageIndex(stage) + 1] ?? stage, attempt: 1 };
    case 'ending':
    case 'dead_lettered':
      return { stage: 'integration', attempt: 1 };
  }
}

function isFurther(place: Place, run: Run): boolean {
  const rank = rankOf(place.stage);
  const present = rankOf(run.stage);
  return rank > present || (rank === present && place.attempt > run.attempt);
}

function rankOf(stage: string | null): number {
  return stageNames.findIndex((name) => name === stage);
}

/** One entry for each attempt that processed the run, in the order of stages. */
function withTiming(
  timings: readonly StageTiming[],
  stage: StageName,
  event: StageEvent,
): readonly StageTiming[] {
  const { kind, attempt, queuedMs, activeMs } = event;
  if (kind === 'accepted' || kind === 'skipped' || kind === 'duplicate') return timings;
  const others = timings.filter((timing) => timing.stage !== stage || timing.attempt !== attempt);
  return [...others, { stage, attempt, queuedMs, activeMs }].sort(
    (a, b) => rankOf(a.stage) - rankOf(b.stage) || a.attempt - b.attempt,
  );
}

function projectEnd(
  before: Run | undefined,
  fact: Extract<Fact, { kind: 'completed' | 'failed' }>,
): Projection {
  const { end } = fact;
  const known =
    before !== undefined
      ? withoutRejection(before)
      : newRun({ ...end, region: null, expiresAt: end.acceptedAt + runExpiryMs });
  if (end.revision < known.revision) return unchanged(known);
  const current = end.revision > known.revision ? nextRevision(known, end.revision) : known;
  if (current.endedAt !== null) {
    return { ...unchanged(current), doubled: current.outcomeId !== end.outcomeId };
  }
  const run: Run = {
    ...current,
    ...(fact.kind === 'completed' ? resultOf(fact.end, current) : failureOf(fact.end)),
    status: end.status,
    stage: null,
    attempt: 0,
    acceptedAt: current.acceptedAt ?? end.acceptedAt,
    documentId: current.documentId ?? end.documentId,
    callbackUrl: current.callbackUrl ?? end.callbackUrl,
    endedAt: end.endedAt,
    updatedAt: Math.max(current.updatedAt, end.endedAt),
    timings: [...end.timings, ...current.timings.filter(({ stage }) => stage === 'integration')],
    outcomeId: end.outcomeId,
    bundle: end.bundle,
    acknowledged: true,
  };
  const accepted = current.acceptedAt === null || current !== known;
  return { run, accepted, ended: true, doubled: false };
}

function resultOf(end: DocumentCompleted, run: Run): Partial<Run> {
  const { documents, fieldsOmitted, degradation, engines, verdict } = end;
  return {
    verdict,
    stagesDone: stageNames.length,
    pageCount: Math.max(run.pageCount, end.pageCount),
    result: { documents, fieldsOmitted, degradation, engines },
  };
}

function failureOf(end: DocumentFailed): Partial<Run> {
  return { failureCode: end.failure.code, failureMessage: end.failure.message };
}

/** The run at the start of its next revision: everything that belonged to the previous one is cleared. */
function nextRevision(run: Run, revision: number): Run {
  return {
    ...run,
    revision,
    round: 0,
    status: 'running',
    stage: null,
    attempt: 0,
    stagesDone: 0,
    verdict: null,
    failureCode: null,
    failureMessage: null,
    endedAt: null,
    timings: [],
    result: null,
    outcomeId: null,
    bundle: null,
  };
}

/** The run at the start of its next round: it is at a stage again. What was measured before stays. */
function nextRound(run: Run, round: number): Run {
  if (run.endedAt !== null) return run;
  return { ...run, round, status: 'running', stage: null, attempt: 0, stagesDone: 0 };
}

/** A run without a row of the API: its tenant produced the record to Kafka, or the database was unavailable. */
function newRun(
  from: Pick<
    StageEvent,
    | 'runId'
    | 'tenantId'
    | 'requestId'
    | 'documentId'
    | 'lane'
    | 'revision'
    | 'acceptedAt'
    | 'expiresAt'
    | 'region'
    | 'callbackUrl'
  >,
): Run {
  return {
    runId: from.runId,
    tenantId: from.tenantId,
    requestId: from.requestId,
    documentId: from.documentId,
    lane: from.lane,
    status: 'accepted',
    revision: from.revision,
    round: 0,
    stage: null,
    attempt: 0,
    stagesDone: 0,
    verdict: null,
    failureCode: null,
    failureMessage: null,
    fileName: null,
    input: null,
    submissionDigest: null,
    region: from.region,
    route: null,
    callbackUrl: from.callbackUrl,
    expectations: {},
    documentClass: null,
    checks: true,
    review: 'tenant',
    claimDate: null,
    acceptedAt: null,
    createdAt: from.acceptedAt,
    updatedAt: from.acceptedAt,
    endedAt: null,
    expiresAt: from.expiresAt,
    timings: [],
    result: null,
    outcomeId: null,
    bundle: null,
    pageCount: 0,
    acknowledged: true,
  };
}

function unchanged(run: Run): Projection {
  return { run, accepted: false, ended: false, doubled: false };
}
