import type { StageEvent } from '@docfleet/contracts';
import { headerNames } from '@docfleet/domain';
import type { LogRecord } from '@docfleet/record-log';
import type { World } from '../world/world.ts';
import type { Evidence, InputPartition } from './evidence.ts';

/**
 * Every record below a committed offset has exactly one visible result: an event, a rejection, or its copy in another
 * partition. Where a fault moved offsets or removed metadata, steps may be repeated.
 */
export function checkSteps(world: World, evidence: Evidence): void {
  const steps = stepsByPosition(evidence);
  const rejected = new Set(evidence.rejected.map(({ source }) => positionName(source)));
  for (const input of evidence.inputs) {
    for (const record of input.records) {
      const results = steps.get(`${input.stage} ${positionName(record)}`) ?? [];
      checkConclusion(world, evidence, input, record, { results, isRejected: isRejected(record, rejected) });
      if (results.length > 1 + (world.replays.get(input.stage) ?? 0))
        world.history.violate(
          `${input.stage} concluded ${positionName(record)} ${String(results.length)} times: ${results.map(({ kind }) => kind).join(', ')}`,
        );
      if (input.isRetry) checkDue(world, record, results);
    }
  }
}

function checkConclusion(
  world: World,
  evidence: Evidence,
  input: InputPartition,
  record: LogRecord,
  { results, isRejected }: { readonly results: readonly StageEvent[]; readonly isRejected: boolean },
): void {
  const { history } = world;
  const isPassed = input.committed !== null && record.offset < input.committed;
  const hasConclusion =
    results.length > 0 ||
    isRejected ||
    wasMoved(evidence, input, record) ||
    waitsInRetry(evidence, input, record);
  if (isPassed && !hasConclusion)
    history.violate(`${input.stage} committed past ${positionName(record)}, which has no result`);
  if (isRejected && results.length > 0)
    history.violate(`${positionName(record)} was rejected but changed run ${results[0]?.runId ?? ''}`);
}

/** M-13: a retry is never early. `activeMs` excludes pauses, so the start is at least that much before the event. */
function checkDue(world: World, record: LogRecord, results: readonly StageEvent[]): void {
  const dueAtMs = Number(record.headers[headerNames.dueAt] ?? '0');
  const isComplete = [
    headerNames.attempt,
    headerNames.lane,
    headerNames.origin,
    headerNames.stage,
    headerNames.code,
  ].every((name) => record.headers[name] !== undefined);
  if (!isComplete || dueAtMs === 0) world.history.violate(`${positionName(record)} lacks headers of a retry`);
  for (const { at, activeMs, attempt } of results) {
    world.history.count('retries executed');
    if (at - activeMs < dueAtMs)
      world.history.violate(`${positionName(record)} was retried before it was due`);
    if (String(attempt) !== record.headers[headerNames.attempt])
      world.history.violate(`${positionName(record)} was executed as attempt ${String(attempt)}`);
  }
}

function stepsByPosition({ events }: Evidence): ReadonlyMap<string, readonly StageEvent[]> {
  const steps = new Map<string, StageEvent[]>();
  for (const event of events) {
    if (event.kind === 'accepted') continue;
    const name = `${event.stage} ${positionName(event.source)}`;
    steps.set(name, [...(steps.get(name) ?? []), event]);
  }
  return steps;
}

/** A rejection has the first position of the record. */
function isRejected(record: LogRecord, rejected: ReadonlySet<string>): boolean {
  return rejected.has(positionName(record)) || rejected.has(originName(record));
}

function wasMoved(evidence: Evidence, input: InputPartition, record: LogRecord): boolean {
  return (
    input.stage === 'integration' &&
    evidence.inputs.some(
      (other) =>
        other.stage === 'integration' &&
        other.name !== input.name &&
        other.records.some((copy) => copy.value !== null && record.value?.equals(copy.value) === true),
    )
  );
}

/** A submission that is not accepted yet has no event, only its copy in a retry topic. */
function waitsInRetry(evidence: Evidence, input: InputPartition, record: LogRecord): boolean {
  const attempt = Number(record.headers[headerNames.attempt] ?? '1');
  const origin = originName(record);
  return evidence.inputs.some(
    (other) =>
      other.stage === input.stage &&
      other.isRetry &&
      other.records.some(
        (copy) => originName(copy) === origin && Number(copy.headers[headerNames.attempt]) === attempt + 1,
      ),
  );
}

/** First position of a record. */
function originName(record: LogRecord): string {
  const [topic, partition, offset] = (record.headers[headerNames.origin] ?? '').split(' ');
  return offset === undefined ? positionName(record) : `${topic ?? ''}/${partition ?? ''}/${offset}`;
}

function positionName(at: {
  readonly topic: string;
  readonly partition: number;
  readonly offset: string | bigint;
}): string {
  return `${at.topic}/${String(at.partition)}/${String(at.offset)}`;
}
