import {
  stageTopics,
  type RecordCodec,
  type RunContext,
  type TopicName,
  type TopicValues,
} from '@docfleet/contracts';
import { type Delivery, type Failure, failure, type StageName, toFailure } from '@docfleet/domain';
import type { LogRecord, OutgoingRecord } from '@docfleet/record-log';
import type { Stage } from './stage.ts';
import { checkRun } from './run-rules.ts';
import { failedEnding, recordsOf, type Conclusion, type StepInput, type UnencodedRecord } from './step.ts';

/**
 * Waits while the registry is away.
 *
 * @returns whether to try again; false when the record is not this process's any more
 */
export type WaitForRegistry = (error: unknown) => Promise<boolean>;

/** What a record decodes to. `released`: it stopped to be this process's while the registry was away. */
export type Decoded<F extends TopicName> =
  | { readonly kind: 'task'; readonly value: TopicValues[F]; readonly run: RunContext }
  | { readonly kind: 'refused'; readonly failure: Failure }
  | { readonly kind: 'released' };

/**
 * Decodes a record and names the run it belongs to. Refused is what no schema decodes, a run's context that no stage can
 * have written, and at the stage that accepts runs a record above `maxRecordBytes`: what follows from it repeats parts of
 * it, so a broker would not take that.
 */
export async function decodeTask<F extends TopicName>(options: {
  readonly record: LogRecord;
  readonly delivery: Delivery;
  readonly stage: Stage<F>;
  readonly codec: RecordCodec;
  readonly waitForRegistry: WaitForRegistry;
}): Promise<Decoded<F>> {
  const { record, delivery, stage, codec, waitForRegistry } = options;
  if (stage.acceptsRuns && bytesOf(record) > maxRecordBytes) return refused(failure('RECORD_TOO_LARGE'));
  for (;;) {
    let value: TopicValues[F];
    try {
      value = await codec.decode(record.topic as F, record.value ?? Buffer.alloc(0));
    } catch (error) {
      if (toFailure(error).code === 'RECORD_UNDECODABLE') return refused(failure('RECORD_UNDECODABLE'));
      if (await waitForRegistry(error)) continue;
      return { kind: 'released' };
    }
    try {
      const run = stage.runOf(value, delivery.origin);
      // A submission's identifiers are refused by its stage, with a code of their own.
      if (!stage.acceptsRuns) checkRun(run);
      return { kind: 'task', value, run };
    } catch (error) {
      return refused(toFailure(error));
    }
  }
}

function bytesOf({ key, value }: LogRecord): number {
  return (key?.length ?? 0) + (value?.length ?? 0);
}

function refused(why: Failure): { readonly kind: 'refused'; readonly failure: Failure } {
  return { kind: 'refused', failure: why };
}

/** Largest record that is written, and key and value of one that is accepted, in bytes (M-18): records carry references, never documents. */
export const maxRecordBytes = 256 * 1024;

/**
 * Encodes what a step writes. A record that is too large or does not fit its schema ends the run failed instead of
 * blocking the partition, also when it is the ending that its stage gave the run. Where that ending does not fit either, or
 * the stage cannot give one, the record is refused as one that cannot be decoded is. Only an outage waits. Undefined when
 * the record stopped to be this process's while the registry was away.
 */
export async function encodeStep(options: {
  readonly input: StepInput;
  readonly codec: RecordCodec;
  readonly waitForRegistry: WaitForRegistry;
  /** Called when the record is refused instead of what its step was to write. */
  readonly onRefused: (conclusion: Refusal, error: unknown) => void;
}): Promise<readonly OutgoingRecord[] | undefined> {
  const { codec, waitForRegistry, onRefused } = options;
  let input = options.input;
  let mayFail = canFail(input);
  let mayRefuse = true;
  for (;;) {
    let problem: 'RECORD_TOO_LARGE' | 'RECORD_INVALID' = 'RECORD_TOO_LARGE';
    try {
      const records = await Promise.all(recordsOf(input).map((record) => encode(record, codec)));
      if (records.every(({ value }) => (value?.length ?? 0) <= maxRecordBytes) || !mayFail) return records;
    } catch (error) {
      if (toFailure(error).code === 'REGISTRY_UNAVAILABLE' || !mayRefuse) {
        if (!(await waitForRegistry(error))) return undefined;
        continue;
      }
      if (!mayFail) {
        mayRefuse = false;
        const conclusion = refusalBy(input.stage, failure('RECORD_INVALID'));
        input = { ...input, run: null, accepted: false, conclusion };
        onRefused(conclusion, error);
        continue;
      }
      problem = 'RECORD_INVALID';
    }
    // Once: an ending without results fits its schema.
    mayFail = false;
    input = failing(input, problem);
  }
}

/** How a record is passed that belongs to no run: as a dead letter, where its stage has them, and as a rejection. */
export type Refusal = Extract<Conclusion, { kind: 'rejected' | 'deadLetter' }>;

export function refusalBy(stage: StageName, why: Failure): Refusal {
  return { kind: stageTopics(stage).deadLetter === null ? 'rejected' : 'deadLetter', failure: why };
}

/** The stage that emits the endings cannot end a run in another way: it would send itself another ending for ever. */
function canFail({ stage, run, accepted }: StepInput): boolean {
  const emitsEndings = stageTopics(stage).deadLetter === null;
  return !emitsEndings && run !== null && accepted;
}

function failing(input: StepInput, code: 'RECORD_TOO_LARGE' | 'RECORD_INVALID'): StepInput {
  return {
    ...input,
    conclusion: { kind: 'endRun', ending: failedEnding(failure(code)) },
  };
}

async function encode(record: UnencodedRecord, codec: RecordCodec): Promise<OutgoingRecord> {
  const value = 'bytes' in record ? record.bytes : await codec.encode(record.topic, record.value);
  return {
    topic: record.topic,
    ...(record.partition === undefined ? {} : { partition: record.partition }),
    key: record.key,
    value,
    headers: record.headers,
  };
}
