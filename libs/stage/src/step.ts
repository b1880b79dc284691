import {
  stageTopics,
  type IntegrationTask,
  type RunContext,
  type StageEvent,
  type StageEventKind,
  type TopicName,
  type TopicValues,
} from '@docfleet/contracts';
import {
  outcomeIdOf,
  outcomeIdOfOrder,
  rejectionIdOf,
  headerNames,
  shownIdentifier,
  writeOrigin,
  type Failure,
  type FailureCode,
  type SourcePosition,
  type StageName,
  type Delivery,
} from '@docfleet/domain';
import type { LogRecord } from '@docfleet/record-log';
import type { Output, StageEnding, StageResult } from './stage.ts';

/** What the runtime concluded about one record, after policy. */
export type Conclusion =
  | Exclude<StageResult, { kind: 'retryLater' | 'deadLetter' }>
  | { readonly kind: 'expired' }
  | { readonly kind: 'retryTopic'; readonly index: number; readonly failure: Failure }
  | { readonly kind: 'deadLetter'; readonly failure: Failure };

/** The failure that a conclusion stands for, if any. */
export function failureCodeOf(conclusion: Conclusion): FailureCode | null {
  switch (conclusion.kind) {
    case 'rejected':
    case 'retryTopic':
    case 'deadLetter':
      return conclusion.failure.code;
    case 'endRun':
      return conclusion.ending.failure?.code ?? null;
    case 'expired':
      return 'RUN_EXPIRED';
    case 'done':
    case 'skipped':
    case 'duplicate':
    case 'moved':
      return null;
  }
}

/** A record before it is encoded: either a value for its topic's schema, or bytes that pass on unchanged. */
export type UnencodedRecord = {
  readonly topic: TopicName;
  readonly key: Buffer | null;
  readonly partition?: number;
  readonly headers: Readonly<Record<string, string>>;
} & ({ readonly value: TopicValues[TopicName] } | { readonly bytes: Buffer });

export interface StepInput {
  readonly stage: StageName;
  readonly pool: string | null;
  readonly group: string;
  readonly record: LogRecord;
  readonly delivery: Delivery;
  /** Null when the record could not be decoded. */
  readonly run: RunContext | null;
  readonly accepted: boolean;
  /** True for the stage whose records become runs. */
  readonly acceptsRuns: boolean;
  readonly conclusion: Conclusion;
  readonly nowMs: number;
  readonly queuedMs: number;
  readonly activeMs: number;
  /** Parts of the active time that are listed in the run's timings. */
  readonly parts: readonly PartTiming[];
  readonly traceparent: string | null;
}

/** Time of a part of a stage's work, such as fetching. */
export interface PartTiming {
  readonly name: string;
  readonly activeMs: number;
}

/** What is known of one record when its execution has ended; the rest of `StepInput` is the stage's. */
export type StepFacts = Omit<StepInput, 'stage' | 'pool' | 'group' | 'acceptsRuns' | 'nowMs'>;

/**
 * Everything that one record's conclusion writes. The offset that goes with it is the partition's business; records
 * and offset are one transaction (M-13, M-15).
 */
export function recordsOf(input: StepInput): readonly UnencodedRecord[] {
  const { run, conclusion } = input;
  if (run === null) return undecoded(input);
  const context = withTiming(run, input);
  switch (conclusion.kind) {
    case 'done':
      return [
        ...outputRecords(input, context, conclusion.outputs),
        ...events(input, { ...context, expiresAt: conclusion.expiresAt ?? context.expiresAt }, 'finished', {
          pageCount: conclusion.pageCount,
        }),
      ];
    case 'skipped':
      return events(input, context, 'skipped', { detail: conclusion.reason });
    case 'duplicate':
      return events(input, context, 'duplicate', {});
    case 'rejected':
      return [rejection(input, conclusion.failure)];
    case 'endRun':
      return [
        ending(input, context, conclusion.ending),
        ...outputRecords(input, context, conclusion.outputs ?? []),
        ...events(input, context, 'ending', codeOf(conclusion.ending.failure)),
      ];
    case 'expired':
      return [expiry(input, context), ...events(input, context, 'ending', { code: 'RUN_EXPIRED' })];
    case 'retryTopic':
      return [
        retry(input, conclusion.index, conclusion.failure),
        ...events(input, context, 'retrying', codeOf(conclusion.failure)),
      ];
    case 'deadLetter':
      return [
        ...deadLetters(input, conclusion.failure),
        input.accepted
          ? ending(input, context, failedEnding(conclusion.failure))
          : rejection(input, conclusion.failure),
        ...events(input, context, 'dead_lettered', codeOf(conclusion.failure)),
      ];
    case 'moved':
      return [
        {
          ...unchanged(input.record),
          topic: conclusion.to.topic as TopicName,
          partition: conclusion.to.partition,
          headers: input.record.headers,
        },
      ];
  }
}

function outputRecords(
  input: StepInput,
  context: RunContext,
  outputs: readonly Output[],
): readonly UnencodedRecord[] {
  return outputs.map((output) => ({
    topic: output.topic,
    key: Buffer.from(output.key),
    ...(output.partition === undefined ? {} : { partition: output.partition }),
    headers: { ...output.headers, ...traced(input) },
    ...('bytes' in output ? { bytes: output.bytes } : { value: output.value(context) }),
  }));
}

/** The run's context after this stage: its time is charged and noted. A part's time is in that of the stage as well. */
export function withTiming(
  run: RunContext,
  spent: Pick<StepInput, 'stage' | 'delivery' | 'queuedMs' | 'activeMs' | 'parts'>,
): RunContext {
  const { stage, queuedMs, activeMs } = spent;
  const { attempt } = spent.delivery;
  const parts = spent.parts.map((part) => ({
    stage: part.name,
    attempt,
    queuedMs: 0,
    activeMs: part.activeMs,
  }));
  const timings = [...run.timings, ...parts, { stage, attempt, queuedMs, activeMs }];
  return { ...run, usedMs: run.usedMs + activeMs, timings };
}

/** A failed ending without results. */
export function failedEnding(failure: Failure): StageEnding {
  return { status: 'failed', verdict: null, failure, input: null, results: {}, pageCount: 0 };
}

function ending(input: StepInput, context: RunContext, end: StageEnding): UnencodedRecord {
  const outcomeId = outcomeIdOf(context, input.group, positionOf(input.record));
  const value: IntegrationTask = {
    context,
    input: end.input,
    ending: {
      outcomeId,
      status: end.status,
      verdict: end.verdict,
      failure: end.failure === null ? null : failureInfo(end.failure, input.stage),
      endedBy: input.stage,
      at: input.nowMs,
      decisionId: null,
    },
    results: end.results,
    pageCount: end.pageCount,
  };
  return toIntegration(input, context, value);
}

function expiry(input: StepInput, context: RunContext): UnencodedRecord {
  const value: IntegrationTask = {
    context,
    input: null,
    ending: {
      outcomeId: outcomeIdOfOrder(context.runId, context.revision, 'expired'),
      status: 'expired',
      verdict: null,
      failure: {
        code: 'RUN_EXPIRED',
        message: 'The run did not end within its allowed age.',
        stage: input.stage,
        page: null,
      },
      endedBy: input.stage,
      at: input.nowMs,
      decisionId: null,
    },
    results: {},
    pageCount: 0,
  };
  return toIntegration(input, context, value);
}

function toIntegration(input: StepInput, context: RunContext, value: IntegrationTask): UnencodedRecord {
  return {
    topic: `integration.tasks.${context.lane}`,
    key: Buffer.from(context.runId),
    headers: traced(input),
    value,
  };
}

function retry(input: StepInput, index: number, failure: Failure): UnencodedRecord {
  const target = stageTopics(input.stage, input.pool).retries[index];
  if (target === undefined) throw new Error(`${input.stage} has no retry topic ${String(index)}`);
  return {
    ...unchanged(input.record),
    topic: target.topic,
    headers: {
      ...failureHeaders(input, failure),
      [headerNames.attempt]: String(input.delivery.attempt + 1),
      [headerNames.dueAt]: String(input.nowMs + target.delayMs),
    },
  };
}

function deadLetters(input: StepInput, failure: Failure): readonly UnencodedRecord[] {
  const { deadLetter } = stageTopics(input.stage);
  if (deadLetter === null) return [];
  return [{ ...unchanged(input.record), topic: deadLetter, headers: failureHeaders(input, failure) }];
}

/**
 * A record that no schema decodes: dead letter (where the stage has one) and `documents.rejected`; never dropped. One that
 * is too large has no dead letter: with the headers of a dead letter a broker may not take it. Its rejection names its place.
 */
function undecoded(input: StepInput): readonly UnencodedRecord[] {
  const failed =
    input.conclusion.kind === 'deadLetter' || input.conclusion.kind === 'rejected'
      ? input.conclusion.failure
      : null;
  if (failed === null) throw new Error(`an undecoded record cannot be ${input.conclusion.kind}`);
  if (failed.code === 'RECORD_TOO_LARGE') return [rejection(input, failed)];
  return [...deadLetters(input, failed), rejection(input, failed)];
}

/** Ids of the record that are none are written escaped: a rejection is shown to people, and read by programs. */
function rejection(input: StepInput, failure: Failure): UnencodedRecord {
  const { run } = input;
  const rejectionId = rejectionIdOf(input.delivery.origin.clusterId, input.delivery.origin);
  return {
    topic: 'documents.rejected',
    key: Buffer.from(rejectionId),
    headers: traced(input),
    value: {
      rejectionId,
      code: failure.code,
      message: failure.message,
      tenantId: shownOrNull(run?.tenantId),
      requestId: shownOrNull(run?.requestId),
      source: positionOf(input.delivery.origin),
      at: input.nowMs,
    },
  };
}

function shownOrNull(id: string | null | undefined): string | null {
  return id === null || id === undefined ? null : shownIdentifier(id);
}

interface EventFacts {
  readonly code?: FailureCode;
  readonly detail?: string;
  readonly pageCount?: number;
}

/**
 * Events for the ledger. The first stage adds `accepted` to whatever it reports of an accepted run; of a record that is
 * not accepted it reports nothing but that it is a duplicate, because the run that it names may be another's.
 */
function events(
  input: StepInput,
  context: RunContext,
  kind: StageEventKind,
  facts: EventFacts,
): readonly UnencodedRecord[] {
  if (input.acceptsRuns && !input.accepted && kind !== 'duplicate') return [];
  const kinds: readonly StageEventKind[] = input.acceptsRuns && input.accepted ? ['accepted', kind] : [kind];
  return kinds.map((each) => ({
    topic: 'documents.events',
    key: Buffer.from(context.runId),
    headers: traced(input),
    value: eventOf(input, context, each, facts),
  }));
}

function eventOf(input: StepInput, context: RunContext, kind: StageEventKind, facts: EventFacts): StageEvent {
  return {
    runId: context.runId,
    revision: context.revision,
    requestId: context.requestId,
    documentId: context.documentId,
    tenantId: context.tenantId,
    lane: context.lane,
    claimDate: context.claimDate,
    stage: input.stage,
    kind,
    attempt: input.delivery.attempt,
    at: input.nowMs,
    acceptedAt: context.acceptedAt,
    expiresAt: context.expiresAt,
    queuedMs: input.queuedMs,
    activeMs: input.activeMs,
    code: facts.code ?? null,
    detail: facts.detail ?? null,
    pageCount: facts.pageCount ?? 0,
    source: positionOf(input.record),
    region: context.region,
    callbackUrl: context.callbackUrl,
    round: context.round,
  };
}

function failureHeaders(input: StepInput, failure: Failure): Record<string, string> {
  return {
    ...traced(input),
    [headerNames.stage]: input.stage,
    [headerNames.attempt]: String(input.delivery.attempt),
    [headerNames.code]: failure.code,
    [headerNames.origin]: writeOrigin(input.delivery.origin),
    [headerNames.accepted]: String(input.accepted),
    ...(input.run === null ? {} : { [headerNames.lane]: input.run.lane }),
  };
}

function traced(input: StepInput): Record<string, string> {
  return input.traceparent === null ? {} : { [headerNames.traceparent]: input.traceparent };
}

function unchanged(record: LogRecord): { key: Buffer | null; bytes: Buffer } {
  return { key: record.key, bytes: record.value ?? Buffer.alloc(0) };
}

function positionOf(at: { topic: string; partition: number; offset: bigint | string }): SourcePosition {
  return { topic: at.topic, partition: at.partition, offset: at.offset.toString() };
}

function codeOf(failure: Failure | null): EventFacts {
  return failure === null ? {} : { code: failure.code };
}

function failureInfo(failure: Failure, stage: StageName): NonNullable<IntegrationTask['ending']['failure']> {
  return {
    code: failure.code,
    message: failure.message,
    stage: failure.details.stage ?? stage,
    page: failure.details.page ?? null,
  };
}
